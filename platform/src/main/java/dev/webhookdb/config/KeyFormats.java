package dev.webhookdb.config;

import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the texts of single keys may be; each throws what was expected as an {@link IllegalArgumentException}. */
final class KeyFormats {
    /** What can be listed and replayed has to be there. */
    private static final Duration SHORTEST_RETENTION = Duration.ofDays(7);

    private static final Duration LONGEST_RETENTION = Duration.ofDays(3650);
    private static final Duration LONGEST_RECONCILIATION = Duration.ofDays(365);

    /** Of what nothing is replayed from; alerts tell of what failed within a day. */
    private static final Duration SHORTEST_RECORD_RETENTION = Duration.ofDays(1);

    private static final String PROXY_EXPECTED = "a proxy like http://host:3128 or http://user:password@host:3128";
    private static final String URL_EXPECTED = "an address such as https://webhooks.example.com";
    private static final String TRACES_PATH = "/v1/traces";
    private static final String COLLECTOR_EXPECTED =
            "the address of a collector that takes OTLP over HTTP, such as http://localhost:4318";

    /** What the client writes itself, and nobody else may. */
    private static final Set<String> OWN_HEADERS =
            Set.of("connection", "content-encoding", "content-length", "content-type", "expect", "host", "upgrade");

    private static final String RATIO_EXPECTED = "a number from 0.0 to 1.0, such as 0.1 for every tenth trace";

    /** The records call a server that comes along, and one that an organization brings, so. */
    private static final List<String> RESERVED_NAMES = List.of(ServerAddress.EMBEDDED, "own");

    private KeyFormats() {}

    static Duration retention(String text) {
        String expected = "a duration such as 90d, from %dd, within which webhooks can be replayed, to %dd"
                .formatted(SHORTEST_RETENTION.toDays(), LONGEST_RETENTION.toDays());
        return Values.duration(text, SHORTEST_RETENTION, LONGEST_RETENTION, expected);
    }

    static Duration days(String text, Duration example) {
        String expected = "a duration such as %dd, from %dd to %dd"
                .formatted(example.toDays(), SHORTEST_RECORD_RETENTION.toDays(), LONGEST_RETENTION.toDays());
        return Values.duration(text, SHORTEST_RECORD_RETENTION, LONGEST_RETENTION, expected);
    }

    /** Zero turns it off; anything shorter than a minute is a mistake. */
    static Duration reconciliation(String text) {
        Duration interval = Values.duration(text, Duration.ZERO, LONGEST_RECONCILIATION);
        Values.require(
                interval.isZero() || interval.compareTo(Duration.ofMinutes(1)) >= 0,
                "a duration such as 12h, at least a minute, or 0s for never");
        return interval;
    }

    static Configuration.Accounts.SignUp signUp(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "open" -> Configuration.Accounts.SignUp.OPEN;
            case "allow-list" -> Configuration.Accounts.SignUp.ALLOW_LIST;
            case "invite-only" -> Configuration.Accounts.SignUp.INVITE_ONLY;
            default -> throw new IllegalArgumentException("one of open, allow-list, invite-only");
        };
    }

    static String emailOrDomain(String text) {
        Values.require(
                text.matches("([^@\\s]+@)?[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+"),
                "e-mail addresses or domains such as example.com");
        return text;
    }

    /** As long as nobody guesses it, and of what goes into a header. */
    static String token(String text) {
        Values.require(
                text.matches("[\\x21-\\x7e]{16,256}"),
                "a secret of 16 to 256 letters, digits and signs without spaces, such as 'openssl rand -hex 32' makes");
        return text;
    }

    /** Not what a server without a name is called, so that whatever is recorded says which one is meant. */
    static String serverName(String text) {
        Values.require(
                text.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}") && !RESERVED_NAMES.contains(text),
                "a name of 1 to 63 letters, digits, dots, hyphens and underscores, such as eu-1, which is not %s"
                        .formatted(String.join(" or ", RESERVED_NAMES)));
        return text;
    }

    static String tag(String text) {
        Values.require(
                text.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}"),
                "tags of 1 to 63 letters, digits, dots, hyphens and underscores, such as eu");
        return text;
    }

    static String host(String text) {
        Values.require(text.matches("[A-Za-z0-9.:_-]+"), "a host name or an address such as 0.0.0.0");
        return text;
    }

    static Optional<URI> proxy(String text) {
        URI proxy = Values.read(text.strip(), URI::create, PROXY_EXPECTED);
        Values.require("http".equals(proxy.getScheme()), PROXY_EXPECTED);
        Values.require(proxy.getHost() != null && proxy.getPort() > 0, PROXY_EXPECTED);
        Values.require(proxy.getRawPath().isEmpty() || proxy.getRawPath().equals("/"), PROXY_EXPECTED);
        Values.require(proxy.getQuery() == null && proxy.getFragment() == null, PROXY_EXPECTED);
        return Optional.of(proxy);
    }

    static URI publicUrl(String text) {
        return httpUrl(text, URL_EXPECTED);
    }

    private static URI httpUrl(String text, String expected) {
        URI url = Values.read(text.replaceFirst("/+$", ""), URI::create, expected);
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        Values.require(scheme.equals("http") || scheme.equals("https"), expected);
        Values.require(url.getHost() != null && url.getUserInfo() == null, expected);
        Values.require(url.getQuery() == null && url.getFragment() == null, expected);
        return url;
    }

    static String sender(String text) {
        Values.require(
                text.matches("[^@\\s<>]+@[^@\\s<>]+|[^<>\\p{Cntrl}]*<[^@\\s<>]+@[^@\\s<>]+>"),
                "an address such as webhookdb@example.com or WebhookDB <webhookdb@example.com>");
        return text;
    }

    /** As OpenTelemetry has it: the path is that of the collector, unless it is already that of traces. */
    static URI collector(String text) {
        URI url = httpUrl(text, COLLECTOR_EXPECTED);
        return url.getPath().endsWith(TRACES_PATH) ? url : URI.create(url + TRACES_PATH);
    }

    static double ratio(String text) {
        Values.require(text.matches("0|1|0\\.\\d{1,9}|1\\.0{1,9}"), RATIO_EXPECTED);
        return Double.parseDouble(text);
    }

    static Map<String, Password> headers(String text) {
        Map<String, Password> headers = new HashMap<>();
        for (String header : text.split(",", -1)) {
            String[] parts = header.strip().split("=", 2);
            Values.require(
                    parts.length == 2
                            && parts[0].matches("[A-Za-z0-9!#$%&'*+.^_`|~-]+")
                            && !OWN_HEADERS.contains(parts[0].toLowerCase(Locale.ROOT))
                            && parts[1].matches("[\\x20-\\x7e]+"),
                    "headers such as x-api-key=... with commas between them, and none that is about the connection or the content");
            headers.put(parts[0], new Password(parts[1]));
        }
        return headers;
    }

    static String serviceName(String text) {
        Values.require(text.matches("[^\\p{Cntrl}]{1,255}"), "a name of 1 to 255 signs, such as webhookdb");
        return text;
    }
}
