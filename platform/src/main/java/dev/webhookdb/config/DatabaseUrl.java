package dev.webhookdb.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Reads the two ways in which the location of a PostgreSQL database is written: JDBC's and libpq's. */
final class DatabaseUrl {
    static final String EXPECTED = "postgresql://host:port/database or jdbc:postgresql://host:port/database";

    private static final int DEFAULT_PORT = 5432;
    private static final Pattern PREFIX = Pattern.compile("^(jdbc:)?postgres(ql)?://");
    private static final Pattern CREDENTIALS = Pattern.compile("(?<=://)([^/@:]*):[^@]*(?=@)");
    private static final Pattern PASSWORD = Pattern.compile("(?i)(?<=[?&]password=)[^&]*");

    private DatabaseUrl() {}

    /**
     * The address; user name and password are empty when the URL has none.
     *
     * @throws IllegalArgumentException with a sentence that does not repeat the URL
     */
    static ServerAddress parse(String text) {
        if (!PREFIX.matcher(text).find()) {
            throw new IllegalArgumentException(EXPECTED);
        }
        URI uri = uri(PREFIX.matcher(text).replaceFirst("postgresql://"));
        if (uri.getHost() == null) {
            throw new IllegalArgumentException(EXPECTED + ", with one host; percent-encode special characters");
        }
        String database = uri.getPath() == null ? "" : uri.getPath().replaceFirst("^/", "");
        if (database.isEmpty()) {
            throw new IllegalArgumentException(EXPECTED + ", with the name of the database at its end");
        }
        return address(uri, database);
    }

    /** The text without its password. */
    static String mask(String text) {
        String masked = CREDENTIALS.matcher(text).replaceAll("$1:[secret]");
        return PASSWORD.matcher(masked).replaceAll("[secret]");
    }

    private static ServerAddress address(URI uri, String database) {
        Map<String, String> parameters = parameters(uri.getRawQuery());
        String[] credentials = (uri.getRawUserInfo() == null ? "" : uri.getRawUserInfo()).split(":", 2);
        String username = credentials[0].isEmpty() ? parameters.getOrDefault("user", "") : decode(credentials[0]);
        String password = credentials.length < 2 ? parameters.getOrDefault("password", "") : decode(credentials[1]);
        parameters.remove("user");
        parameters.remove("password");
        String host = uri.getHost().replaceAll("^\\[|]$", "");
        int port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
        return new ServerAddress(host + ":" + port, host, port, database, username, new Password(password), parameters);
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new TreeMap<>();
        if (query == null || query.isEmpty()) {
            return parameters;
        }
        for (String pair : query.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            parameters.put(decode(parts[0]), parts.length < 2 ? "" : decode(parts[1]));
        }
        return parameters;
    }

    private static URI uri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException failure) {
            throw new IllegalArgumentException(EXPECTED + "; percent-encode special characters", failure);
        }
    }

    /** A plus sign stands for itself here, unlike in a form. */
    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
