package dev.webhookdb.destinations.snowflake;

import dev.webhookdb.spi.destination.UrlParts;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a URL says besides user and password.
 *
 * <p>The driver makes its connections itself, past the sockets of the platform. Therefore a host must be one of Snowflake's: with any other
 * one, a member could make the host speak with an internal address.
 */
record Address(String host, String database, String schema, Optional<String> warehouse, Optional<String> role) {
    /** A URL to take as a pattern. */
    static final String EXAMPLE =
            "snowflake://user:token@myorg-myaccount.snowflakecomputing.com/ANALYTICS/PUBLIC?warehouse=LOADING&role=LOADER";

    private static final Pattern HOST =
            Pattern.compile("([a-z0-9][a-z0-9-]*\\.)+snowflakecomputing\\.(com|cn)", Pattern.CASE_INSENSITIVE);
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_$]{0,254}");
    private static final Pattern PATH = Pattern.compile("/([^/]+)(?:/([^/]+))?");
    private static final Set<String> PARAMETERS = Set.of("warehouse", "role");
    private static final int PORT = 443;

    /**
     * Reads a URL.
     *
     * @throws IllegalArgumentException with a sentence without secrets
     */
    static Address of(URI url) {
        String user = url.getRawUserInfo();
        require(
                user != null && user.matches("[^:]+:.+") && url.getRawFragment() == null,
                "Name a user and a password or a token, as in %s. Write signs like @, : and / in them as %%40, %%3A and %%2F."
                        .formatted(EXAMPLE));
        require(
                url.getHost() != null
                        && HOST.matcher(url.getHost()).matches()
                        && (url.getPort() < 0 || url.getPort() == PORT),
                "Name the host of your account, which ends with .snowflakecomputing.com, as in %s; an '_' in it is written as '-'."
                        .formatted(EXAMPLE));
        var path = PATH.matcher(url.getRawPath() == null ? "" : url.getRawPath());
        require(path.matches(), "Name the database, and a schema if it is not PUBLIC, as in %s.".formatted(EXAMPLE));
        Map<String, String> parameters = UrlParts.parameters(url);
        require(
                PARAMETERS.containsAll(parameters.keySet()),
                "The URL has parameters other than warehouse and role; remove them.");
        return new Address(
                url.getHost().toLowerCase(Locale.ROOT),
                name(path.group(1)),
                name(Optional.ofNullable(path.group(2)).orElse("PUBLIC")),
                Optional.ofNullable(parameters.get("warehouse")).map(Address::name),
                Optional.ofNullable(parameters.get("role")).map(Address::name));
    }

    /** Returns a name that needs no quotes. */
    private static String name(String name) {
        require(
                NAME.matcher(name).matches(),
                "Databases, schemas, warehouses and roles in the URL must have names of letters, digits, '_' and '$'.");
        return name;
    }

    private static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new IllegalArgumentException(sentence);
        }
    }
}
