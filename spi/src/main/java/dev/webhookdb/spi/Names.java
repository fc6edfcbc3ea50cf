package dev.webhookdb.spi;

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
}
