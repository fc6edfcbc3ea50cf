package dev.webhookdb.destinations.clickhouse;

import dev.webhookdb.spi.destination.UrlParts;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a URL says besides user and password.
 *
 * @param host in brackets if it is an address of IPv6
 * @param tls whether the connection is encrypted
 * @param certificate that of the server or of its authority, in PEM; empty for those that Java trusts
 */
record Address(String host, int port, String database, boolean tls, Optional<String> certificate) {
    private static final int USUAL_PORT = 8123;
    private static final int USUAL_TLS_PORT = 8443;
    private static final int GREATEST_PORT = 65_535;
    private static final Set<String> TRUTHS = Set.of("true", "false");
    private static final Set<String> NATIVE_PORTS = Set.of("9000", "9440");
    private static final String TLS = "ssl";
    private static final String CERTIFICATE = "sslrootcert";

    /**
     * Reads a URL.
     *
     * @throws IllegalArgumentException with a sentence without secrets
     */
    static Address of(URI url) {
        require(
                url.getHost() != null,
                "The URL must name one host, as in clickhouse://user:password@host:8443/database; special characters in user and"
                        + " password must be percent-encoded.");
        requireUser(url.getRawUserInfo());
        require(url.getPort() != 0 && url.getPort() <= GREATEST_PORT, "The port must be between 1 and 65535.");
        require(
                !NATIVE_PORTS.contains(Integer.toString(url.getPort())),
                "The ports 9000 and 9440 are those of ClickHouse's native protocol. Name the port of its HTTP interface, which is usually"
                        + " 8443, or 8123 with ssl=false.");
        require(
                url.getRawFragment() == null,
                "The URL must not have a part after '#'; write '#' in a password as %23.");
        Map<String, String> parameters = UrlParts.parameters(url);
        String tls = Optional.ofNullable(parameters.remove(TLS)).orElse("true");
        require(TRUTHS.contains(tls), "The parameter ssl must be true or false.");
        Optional<String> certificate = Optional.ofNullable(parameters.remove(CERTIFICATE));
        require(
                certificate
                        .map(pem -> pem.startsWith("-----BEGIN CERTIFICATE-----"))
                        .orElse(true),
                "The parameter sslrootcert must be a certificate in PEM itself, percent-encoded, and not the path of a file.");
        require(parameters.isEmpty(), "The URL has parameters other than ssl and sslrootcert; remove them.");
        boolean encrypted = Boolean.parseBoolean(tls);
        return new Address(url.getHost(), port(url, encrypted), database(url.getRawPath()), encrypted, certificate);
    }

    private static void requireUser(String given) {
        require(
                given != null && !given.startsWith(":") && !given.isEmpty(),
                "The URL must name the user, as in clickhouse://user:password@host:8443/database.");
        require(
                !UrlParts.decoded(given.split(":", 2)[0]).contains(":"),
                "A user cannot have a colon in it: the HTTP interface reads a password after it.");
    }

    private static int port(URI url, boolean tls) {
        if (url.getPort() >= 0) {
            return url.getPort();
        }
        return tls ? USUAL_TLS_PORT : USUAL_PORT;
    }

    private static String database(String path) {
        String database = path == null || path.isEmpty() ? "" : UrlParts.decoded(path.substring(1));
        require(
                !database.isEmpty() && !database.contains("/"),
                "The URL must name one database, as in clickhouse://user:password@host:8443/database.");
        return database;
    }

    /** Returns the host without the brackets of a URL. */
    String hostName() {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new IllegalArgumentException(sentence);
        }
    }
}
