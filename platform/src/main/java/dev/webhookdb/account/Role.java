package dev.webhookdb.account;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a member may do in an organization, the least first. */
public enum Role {
    /** Reads data, and how integrations are doing. */
    VIEWER,
    /** Sets integrations up and backfills them, too. */
    MEMBER,
    /** Everything: people, and what cannot be undone. */
    ADMIN;

    /** Returns the name people see and write. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Finds a role by the name people write. */
    public static Optional<Role> of(String text) {
        return Arrays.stream(values())
                .filter(role -> role.text().equals(text.toLowerCase(Locale.ROOT)))
                .findFirst();
    }

    /** Returns whether this role may do what needs another. */
    public boolean includes(Role other) {
        return compareTo(other) >= 0;
    }
}
