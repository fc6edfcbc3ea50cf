package dev.webhookdb.account;

import java.util.List;
import java.util.Locale;

/**
 * Who may sign up.
 *
 * @param allowed with {@link Policy#ALLOW_LIST}: addresses, and domains that addresses end with
 */
public record SignUp(Policy policy, List<String> allowed) {
    /** Who may sign up without having been invited. */
    public enum Policy {
        /** Everybody. */
        OPEN,
        /** Whom the operator lists. */
        ALLOW_LIST,
        /** Nobody. */
        INVITE_ONLY
    }

    /** Copies the list, in lower case. */
    public SignUp {
        allowed = allowed.stream().map(entry -> entry.toLowerCase(Locale.ROOT)).toList();
    }

    /** Returns whether somebody who was not invited may sign up. */
    boolean permits(String email) {
        return switch (policy) {
            case OPEN -> true;
            case ALLOW_LIST -> allowed.contains(email) || allowed.contains(email.substring(email.indexOf('@') + 1));
            case INVITE_ONLY -> false;
        };
    }
}
