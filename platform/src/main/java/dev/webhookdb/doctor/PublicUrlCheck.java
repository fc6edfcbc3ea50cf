package dev.webhookdb.doctor;

import dev.webhookdb.outbound.PublicAddresses;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** Whether the address that providers are given leads here. */
final class PublicUrlCheck {
    static final String NAME = "public_url";

    private static final Duration SOON = Duration.ofDays(14);
    private static final int REDIRECTION = 300;
    private static final int MISTAKE = 400;

    /** What proxies answer when there is nobody behind them. */
    private static final int FAILURE = 500;

    private final URI url;
    private final Web web;
    private final LocalServer server;
    private final Optional<Identity> identity;
    private final boolean proxied;
    private final Clock clock;

    /**
     * Asks directly, as nobody is to come in through the proxy for outgoing requests.
     *
     * @param identity this installation's, if it is known
     * @param proxied whether this machine reaches others through a proxy, so that it may not reach its own address
     */
    PublicUrlCheck(URI url, Web web, LocalServer server, Optional<Identity> identity, boolean proxied, Clock clock) {
        this.url = url;
        this.web = web;
        this.server = server;
        this.identity = identity;
        this.proxied = proxied;
        this.clock = clock;
    }

    List<Finding> examine() throws InterruptedException {
        Findings findings = new Findings(NAME);
        InetAddress[] addresses;
        try {
            addresses = InetAddress.getAllByName(url.getHost());
        } catch (UnknownHostException e) {
            return findings.problem(
                            "There is no address for the name %s of public-url.".formatted(url.getHost()),
                            "Correct public-url, or enter the name at your name server.")
                    .all();
        }
        if (Arrays.stream(addresses).noneMatch(PublicAddresses::contain)) {
            findings.warning(
                    "public-url %s leads to %s, an address of this machine or network: providers cannot reach it."
                            .formatted(url, addresses[0].getHostAddress()),
                    "Set public-url to what the internet reaches this server by, unless only programs of your network send webhooks.");
        }
        if (!"https".equalsIgnoreCase(url.getScheme())) {
            findings.warning(
                    "public-url %s is without TLS: webhooks come in clear, and many providers refuse to send them."
                            .formatted(url),
                    "Put a proxy that ends TLS in front, and set public-url to its https:// address.");
        }
        Web.Answer answer = web.get(Identity.at(url));
        certificate(answer, findings);
        switch (answer) {
            case Web.Answer.Given given -> answered(given, findings);
            case Web.Answer.None none -> unanswered(none, findings);
        }
        String until = answer.certificateEnd()
                .map(end -> ", with a certificate until " + end)
                .orElse("");
        return findings.orOk(
                identity.isPresent()
                        ? "%s leads to this installation%s.".formatted(url, until)
                        : "Somebody answers at %s%s; whether it is this installation shows after its first start."
                                .formatted(url, until));
    }

    private void certificate(Web.Answer answer, Findings findings) {
        if (answer.certificateEnd().isEmpty()) {
            return;
        }
        Instant end = answer.certificateEnd().get();
        if (end.isBefore(clock.instant())) {
            findings.problem(
                    "The certificate of %s ended at %s: providers send nothing any more.".formatted(url, end),
                    "Renew it where TLS ends, and see why that did not happen by itself.");
        } else if (end.isBefore(clock.instant().plus(SOON))) {
            findings.warning(
                    "The certificate of %s ends at %s, in %s."
                            .formatted(
                                    url,
                                    end,
                                    Findings.count(
                                            Duration.between(clock.instant(), end)
                                                    .toDays(),
                                            "day",
                                            "days")),
                    "Renew it where TLS ends, and see why that did not happen by itself.");
        }
    }

    private void answered(Web.Answer.Given answer, Findings findings) throws InterruptedException {
        if (answer.status() >= REDIRECTION && answer.status() < MISTAKE) {
            findings.warning(
                    "%s redirects to %s: providers do not follow."
                            .formatted(url, answer.header("location").orElse("nowhere")),
                    "Set public-url to the address where it ends, or have the proxy in front answer there.");
        } else if (answer.status() >= FAILURE && !server.runs()) {
            findings.warning(
                    "%s answers with status %d, and no server of this installation runs on this machine."
                            .formatted(url, answer.status()),
                    "Start the server, and try again.");
        } else if (identity.isPresent() && !identity.get().isTold(answer)) {
            findings.problem(
                    "Whoever answers at %s is not this installation (status %d).".formatted(url, answer.status()),
                    "Correct public-url, or have the proxy in front hand everything on to port %d of this machine."
                            .formatted(server.base().getPort()));
        }
    }

    private void unanswered(Web.Answer.None none, Findings findings) throws InterruptedException {
        boolean expired = none.certificateEnd()
                .filter(end -> end.isBefore(clock.instant()))
                .isPresent();
        if (expired) {
            // said already
            return;
        }
        if (none.reason() instanceof SSLException) {
            findings.problem(
                    "TLS to %s fails (%s).".formatted(url, Findings.reason(none.reason())),
                    "Give the proxy in front a certificate for %s that everybody trusts, with its whole chain."
                            .formatted(url.getHost()));
        } else if (proxied) {
            findings.warning(
                    "%s could not be tried, because this machine reaches others only through a proxy (%s)."
                            .formatted(url, Findings.reason(none.reason())),
                    "Try it from outside: curl %s".formatted(Identity.at(url)));
        } else if (server.runs()) {
            findings.problem(
                    "%s cannot be reached from here, though the server runs (%s)."
                            .formatted(url, Findings.reason(none.reason())),
                    "See whether the proxy in front runs and the port is open. Try from outside, too: some networks do not let their own machines use their public address.");
        } else {
            findings.warning(
                    "Nobody answers at %s (%s).".formatted(url, Findings.reason(none.reason())),
                    "Start the server, and try again.");
        }
    }
}
