package dev.webhookdb.config;

import java.util.Locale;

/**
 * A value as it was written.
 *
 * @param path the key, or a part of it
 * @param value never empty
 * @param origin the file or the environment variable
 */
record Setting(String path, String value, String origin) {
    Problem problem(String expected) {
        return new Problem(path, masked(), expected, origin);
    }

    /** Whether the value is for nobody else's eyes: a password, a key, or a URL with one. */
    boolean isSecret() {
        return !masked().equals(value);
    }

    /** An unknown name may be a misspelt secret, so that names decide generously. */
    private String masked() {
        return path.toLowerCase(Locale.ROOT).matches(".*(pass|secret|token|key|credential|header).*")
                ? "[secret]"
                : DatabaseUrl.mask(value);
    }
}
