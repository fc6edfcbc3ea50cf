package dev.webhookdb.destinations.kafka;

import dev.webhookdb.spi.destination.UrlParts;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a URL says. Prints no secrets.
 *
 * @param brokers those that are asked first
 * @param prefix what the names of topics begin with
 * @param mechanism how the password is given
 * @param tls whether connections are encrypted, with a certificate that Java trusts
 */
record Address(
        List<Broker> brokers, Optional<String> user, String password, String prefix, String mechanism, boolean tls) {
    private static final Pattern BROKER = Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(?::([0-9]{1,5}))?");
    private static final Pattern PREFIX = Pattern.compile("[a-zA-Z0-9._-]{0,100}");
    private static final int USUAL_PORT = 9092;
    private static final int GREATEST_PORT = 65_535;
    private static final Set<String> MECHANISMS = Set.of("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512");
    private static final Set<String> TRUTHS = Set.of("true", "false");

    /** A server of the cluster. */
    record Broker(String host, int port) {
        @Override
        public String toString() {
            return host + ":" + port;
        }
    }

    /**
     * Reads a URL.
     *
     * @throws IllegalArgumentException with a sentence without secrets
     */
    static Address of(URI url) {
        String authority = Optional.ofNullable(url.getRawAuthority()).orElse("");
        int at = authority.lastIndexOf('@');
        String[] credentials =
                at < 0 ? new String[0] : authority.substring(0, at).split(":", 2);
        require(
                credentials.length != 1 && (credentials.length == 0 || !credentials[0].isEmpty()),
                "The URL must have a user and a password, or neither, as in kafka://user:password@host:9092.");
        require(
                url.getRawFragment() == null,
                "The URL must not have a part after '#'; write '#' in a password as %23.");
        Map<String, String> parameters = UrlParts.parameters(url);
        String mechanism = Optional.ofNullable(parameters.remove("mechanism")).orElse("SCRAM-SHA-512");
        String tls = Optional.ofNullable(parameters.remove("tls")).orElse("true");
        require(MECHANISMS.contains(mechanism), "The mechanism must be PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512.");
        require(TRUTHS.contains(tls), "The parameter tls must be true or false.");
        require(parameters.isEmpty(), "The URL has parameters other than mechanism and tls; remove them.");
        return new Address(
                brokers(authority.substring(at + 1)),
                credentials.length == 0 ? Optional.empty() : Optional.of(UrlParts.decoded(credentials[0])),
                credentials.length == 0 ? "" : UrlParts.decoded(credentials[1]),
                prefix(url.getRawPath()),
                mechanism,
                Boolean.parseBoolean(tls));
    }

    private static List<Broker> brokers(String hosts) {
        List<Broker> brokers = new ArrayList<>();
        for (String host : hosts.split(",", -1)) {
            Matcher matcher = BROKER.matcher(host);
            require(matcher.matches(), "The URL must name hosts, as in kafka://user:password@host:9092,host2:9092.");
            int port = matcher.group(2) == null ? USUAL_PORT : Integer.parseInt(matcher.group(2));
            require(port > 0 && port <= GREATEST_PORT, "A port must be between 1 and 65535.");
            brokers.add(new Broker(matcher.group(1), port));
        }
        return brokers;
    }

    private static String prefix(String path) {
        String prefix = path == null || path.isEmpty() ? "" : UrlParts.decoded(path.substring(1));
        require(
                PREFIX.matcher(prefix).matches(),
                "The path is what names of topics begin with: at most 100 letters, digits, '.', '_' and '-'.");
        return prefix;
    }

    private static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new IllegalArgumentException(sentence);
        }
    }

    @Override
    public String toString() {
        return "Address[secret]";
    }
}
