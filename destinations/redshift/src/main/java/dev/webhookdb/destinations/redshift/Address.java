package dev.webhookdb.destinations.redshift;

import dev.webhookdb.spi.destination.UrlParts;
import java.net.URI;
import java.util.Map;
import java.util.Set;

/**
 * What a URL says besides user and password.
 *
 * <p>Of the driver's parameters only that for encryption is taken: others read files, load classes or connect to Amazon's own services.
 *
 * @param host in brackets if it is an address of IPv6
 * @param sslMode one of the driver's modes
 */
record Address(String host, int port, String database, String sslMode) {
    /** A URL to take as a pattern. */
    static final String EXAMPLE =
            "redshift://user:password@cluster.abc123.eu-central-1.redshift.amazonaws.com:5439/analytics";

    private static final int USUAL_PORT = 5439;
    private static final int GREATEST_PORT = 65_535;
    private static final String MODE = "sslmode";
    private static final Set<String> MODES = Set.of("disable", "verify-ca", "verify-full");

    /**
     * Reads a URL.
     *
     * @throws IllegalArgumentException with a sentence without secrets
     */
    static Address of(URI url) {
        String user = url.getRawUserInfo();
        require(
                url.getHost() != null
                        && user != null
                        && !user.isEmpty()
                        && !user.startsWith(":")
                        && url.getRawFragment() == null,
                "Name a user, a password and one host, as in %s. Write signs like @, : and / in the password as %%40, %%3A and %%2F."
                        .formatted(EXAMPLE));
        require(url.getPort() != 0 && url.getPort() <= GREATEST_PORT, "The port must be between 1 and 65535.");
        String path = url.getRawPath() == null ? "" : url.getRawPath();
        require(
                path.length() > 1 && path.indexOf('/', 1) < 0,
                "The URL must name one database, as in %s.".formatted(EXAMPLE));
        Map<String, String> parameters = UrlParts.parameters(url);
        String mode = parameters.getOrDefault(MODE, "verify-full");
        parameters.remove(MODE);
        require(
                parameters.isEmpty() && MODES.contains(mode),
                "The only parameter of the URL is sslmode, which is verify-full (if nothing is said), verify-ca or disable.");
        return new Address(
                url.getHost(),
                url.getPort() < 0 ? USUAL_PORT : url.getPort(),
                UrlParts.decoded(path.substring(1)),
                mode);
    }

    private static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new IllegalArgumentException(sentence);
        }
    }
}
