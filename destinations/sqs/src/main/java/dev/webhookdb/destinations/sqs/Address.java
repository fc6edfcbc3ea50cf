package dev.webhookdb.destinations.sqs;

import dev.webhookdb.spi.destination.UrlParts;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a URL says. Prints no secrets.
 *
 * @param host as it is in the URL, an address of IPv6 with brackets
 * @param queue the path, with a slash before it
 * @param tls whether connections are encrypted, with a certificate that Java trusts
 */
record Address(String host, int port, String queue, String region, String accessKey, String secretKey, boolean tls) {
    static final String EXAMPLE =
            "sqs://ACCESS_KEY:SECRET_KEY@sqs.eu-central-1.amazonaws.com/123456789012/changes.fifo";

    private static final String PATTERN = "as in " + EXAMPLE + ".";

    /** Names of Amazon's own endpoints, with the region in them. */
    private static final Pattern AMAZON = Pattern.compile(
            "(?:(?:[a-z0-9-]+\\.)?sqs(?:-fips)?\\.([a-z0-9-]+)\\.(?:vpce\\.)?(?:amazonaws\\.com(?:\\.cn)?|api\\.aws|api\\.amazonwebservices\\.com\\.cn)"
                    + "|([a-z0-9-]+)\\.queue\\.amazonaws\\.com)");

    private static final Pattern REGION = Pattern.compile("[a-z0-9-]{1,40}");
    private static final Pattern QUEUE = Pattern.compile("(?:/[A-Za-z0-9_.-]{1,100})*/[A-Za-z0-9_-]{1,75}(?:\\.fifo)?");
    private static final String FIFO = ".fifo";
    private static final String TEMPORARY = "ASIA";

    /** Whatever is not Amazon's takes any region; most call theirs this. */
    private static final String USUAL_REGION = "us-east-1";

    private static final int USUAL_PORT = 80;
    private static final int USUAL_TLS_PORT = 443;
    private static final int GREATEST_PORT = 65_535;
    private static final Set<String> TRUTHS = Set.of("true", "false");

    /**
     * Reads a URL.
     *
     * @throws IllegalArgumentException with a sentence without secrets
     */
    static Address of(URI url) {
        require(url.getHost() != null, "The URL must name one host, " + PATTERN);
        require(url.getPort() != 0 && url.getPort() <= GREATEST_PORT, "The port must be between 1 and 65535.");
        require(
                url.getRawFragment() == null,
                "The URL must not have a part after '#'; write '#' in a secret key as %23.");
        String[] credentials =
                Optional.ofNullable(url.getRawUserInfo()).orElse("").split(":", 2);
        require(
                credentials.length == 2 && !credentials[0].isEmpty() && !credentials[1].isEmpty(),
                "The URL must have an access key and a secret key, " + PATTERN
                        + " Write '/' in a secret key as %2F, and '+' as %2B.");
        require(
                !credentials[0].startsWith(TEMPORARY),
                "Keys that begin with ASIA end after some hours. Make an access key of a user of its own, which begins with AKIA.");
        Map<String, String> parameters = UrlParts.parameters(url);
        Optional<String> region = Optional.ofNullable(parameters.remove("region"));
        String tls = Optional.ofNullable(parameters.remove("tls")).orElse("true");
        require(TRUTHS.contains(tls), "The parameter tls must be true or false.");
        require(parameters.isEmpty(), "The URL has parameters other than region and tls; remove them.");
        boolean encrypted = Boolean.parseBoolean(tls);
        return new Address(
                url.getHost(),
                port(url, encrypted),
                queue(url.getRawPath()),
                region(url.getHost(), region),
                UrlParts.decoded(credentials[0]),
                UrlParts.decoded(credentials[1]),
                encrypted);
    }

    private static int port(URI url, boolean tls) {
        if (url.getPort() >= 0) {
            return url.getPort();
        }
        return tls ? USUAL_TLS_PORT : USUAL_PORT;
    }

    private static String queue(String path) {
        String queue = Optional.ofNullable(path).orElse("");
        require(
                QUEUE.matcher(queue).matches(),
                "The URL must name a queue: take the queue's URL, write sqs for https, and put the keys before the host, "
                        + PATTERN);
        require(
                queue.endsWith(FIFO),
                "The queue must be a FIFO queue, whose name ends with .fifo: other queues keep neither the order of changes nor drop what comes twice.");
        return queue;
    }

    private static String region(String host, Optional<String> said) {
        Matcher amazon = AMAZON.matcher(host);
        Optional<String> named = amazon.matches()
                ? Optional.ofNullable(amazon.group(1)).or(() -> Optional.of(amazon.group(2)))
                : Optional.empty();
        String region = said.or(() -> named).orElse(USUAL_REGION);
        require(
                REGION.matcher(region).matches(),
                "The parameter region must be the name of a region, such as eu-central-1.");
        return region;
    }

    private static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new IllegalArgumentException(sentence);
        }
    }

    /** Returns where requests are sent. */
    URI endpoint() {
        return URI.create("%s://%s:%d".formatted(tls ? "https" : "http", host, port));
    }

    /** Returns the queue as requests name it: where the port is the usual one, it is left out, as in Amazon's own URLs. */
    String queueUrl() {
        String shown = port == (tls ? USUAL_TLS_PORT : USUAL_PORT) ? "" : ":" + port;
        return "%s://%s%s%s".formatted(tls ? "https" : "http", host, shown, queue);
    }

    /** Returns the host without the brackets of a URL. */
    String hostName() {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    @Override
    public String toString() {
        return "Address[secret]";
    }
}
