package dev.webhookdb.spi;

import java.net.URI;
import java.util.Set;
import java.util.regex.Pattern;

/** Identifiers that are safe, unquoted, in SQL, in URLs and in file names. */
final class Names {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,47}");

    private Names() {}

    static String check(String what, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "Invalid %s name '%s': use a-z, 0-9 and _, start with a letter, at most 48 characters"
                            .formatted(what, name));
        }
        return name;
    }

    /** Returns an absolute HTTP address without a slash at its end, for a setting's answer. */
    static String url(String answer) {
        URI url;
        try {
            url = URI.create(answer.replaceFirst("/+$", ""));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("It must be an address such as https://api.example.com.", e);
        }
        boolean plain = url.getUserInfo() == null && url.getQuery() == null && url.getFragment() == null;
        if (url.getHost() == null || !plain || !Set.of("http", "https").contains(url.getScheme())) {
            throw new IllegalArgumentException("It must be an address such as https://api.example.com.");
        }
        return url.toString();
    }
}
