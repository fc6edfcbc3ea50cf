package dev.webhookdb.destinations.mariadb;

import dev.webhookdb.spi.destination.UrlParts;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a URL says besides user and password.
 *
 * <p>Only parameters that concern encryption are taken: the driver has others that read local files or load classes.
 *
 * @param host in brackets if it is an address of IPv6
 * @param sslMode one of the driver's modes
 * @param certificate that of the server or of its authority, in PEM; empty for those that Java trusts
 * @param publicKeys whether the server may be asked for the key with which a password is sent without TLS
 */
record Address(
        String host, int port, String database, String sslMode, Optional<String> certificate, boolean publicKeys) {
    private static final int USUAL_PORT = 3306;
    private static final int GREATEST_PORT = 65_535;
    private static final Set<String> MODES = Set.of("disable", "trust", "verify-ca", "verify-full");
    private static final Set<String> TRUTHS = Set.of("true", "false");
    private static final String MODE = "sslMode";
    private static final String CERTIFICATE = "serverSslCert";
    private static final String PUBLIC_KEYS = "allowPublicKeyRetrieval";

    /**
     * Reads a URL.
     *
     * @throws IllegalArgumentException with a sentence without secrets
     */
    static Address of(URI url) {
        require(
                url.getHost() != null,
                "The URL must name one host, as in mariadb://user:password@host:3306/database; special characters in user and"
                        + " password must be percent-encoded.");
        require(
                url.getRawUserInfo() != null
                        && !url.getRawUserInfo().startsWith(":")
                        && !url.getRawUserInfo().isEmpty(),
                "The URL must name the user, as in mariadb://user:password@host:3306/database.");
        require(url.getPort() != 0 && url.getPort() <= GREATEST_PORT, "The port must be between 1 and 65535.");
        require(
                url.getRawFragment() == null,
                "The URL must not have a part after '#'; write '#' in a password as %23.");
        Map<String, String> parameters = UrlParts.parameters(url);
        Address address = new Address(
                url.getHost(),
                url.getPort() < 0 ? USUAL_PORT : url.getPort(),
                database(url.getRawPath()),
                parameters.getOrDefault(MODE, "verify-full"),
                Optional.ofNullable(parameters.remove(CERTIFICATE)),
                Boolean.parseBoolean(parameters.getOrDefault(PUBLIC_KEYS, "false")));
        require(
                MODES.contains(address.sslMode),
                "The parameter sslMode must be disable, trust, verify-ca or verify-full.");
        require(
                TRUTHS.contains(parameters.getOrDefault(PUBLIC_KEYS, "false")),
                "The parameter allowPublicKeyRetrieval must be true or false.");
        require(
                address.certificate
                        .map(pem -> pem.startsWith("-----BEGIN CERTIFICATE-----"))
                        .orElse(true),
                "The parameter serverSslCert must be a certificate in PEM itself, percent-encoded, and not the path of a file.");
        parameters.keySet().removeAll(Set.of(MODE, PUBLIC_KEYS));
        require(
                parameters.isEmpty(),
                "The URL has parameters other than sslMode, serverSslCert and allowPublicKeyRetrieval; remove them.");
        return address;
    }

    /** Returns what the driver connects to: neither of the two has a character that means something in a URL. */
    String jdbc() {
        return "jdbc:mariadb://%s:%d/".formatted(host, port);
    }

    private static String database(String path) {
        String database = path == null || path.isEmpty() ? "" : UrlParts.decoded(path.substring(1));
        require(
                !database.isEmpty() && !database.contains("/"),
                "The URL must name one database, as in mariadb://user:password@host:3306/database.");
        return database;
    }

    private static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new IllegalArgumentException(sentence);
        }
    }
}
