package dev.webhookdb.config;

import java.util.Objects;

/**
 * A password that does not show itself: a record that holds one can be logged.
 *
 * <p>Immutable.
 */
public final class Password {
    private final String value;

    public Password(String value) {
        this.value = Objects.requireNonNull(value, "value");
    }

    /** The password in clear, for the one call that needs it. */
    public String reveal() {
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Password password && value.equals(password.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return "[secret]";
    }
}
