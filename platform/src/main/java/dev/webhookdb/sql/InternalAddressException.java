package dev.webhookdb.sql;

import java.net.ConnectException;

/** A connection was refused because it leads to an internal address. The driver says something else, and has this as a cause. */
public final class InternalAddressException extends ConnectException {
    private static final long serialVersionUID = 1L;

    public InternalAddressException() {
        super("That is an internal address.");
    }

    /** Whether that is why something failed. */
    static boolean caused(Throwable failure) {
        return failure instanceof InternalAddressException
                || (failure.getCause() != null && caused(failure.getCause()));
    }
}
