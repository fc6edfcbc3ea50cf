package dev.webhookdb.spi.destination;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Parts of a URL that names a place, for destinations that read it with {@link URI}: percent signs are decoded, and a plus sign is one, since
 * it may stand in a password. Stateless.
 */
public final class UrlParts {
    private UrlParts() {}

    /**
     * Returns the parameters behind the question mark, by name; none if there are none. The map is the caller's: whoever takes out what it
     * knows sees what it does not.
     *
     * @throws IllegalArgumentException with a sentence without secrets, if a parameter has no value or is there twice
     */
    public static Map<String, String> parameters(URI url) {
        Map<String, String> parameters = new HashMap<>();
        String query = url.getRawQuery();
        if (query == null || query.isEmpty()) {
            return parameters;
        }
        for (String pair : query.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            if (parts.length != 2) {
                throw new IllegalArgumentException("Parameters in the URL must have the form name=value.");
            }
            if (parameters.put(decoded(parts[0]), decoded(parts[1])) != null) {
                throw new IllegalArgumentException("A parameter in the URL must be there once.");
            }
        }
        return parameters;
    }

    /** Returns what a raw part of a URL means, such as a password. */
    public static String decoded(String raw) {
        return URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
