package dev.webhookdb.outbound;

/** A name leads to an internal address, which the operator has not allowed. */
final class ForbiddenAddressException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ForbiddenAddressException(String host) {
        super(
                "%s is an internal address, and requests to those are refused. If it is meant, add its range to outbound.allow in the configuration and restart."
                        .formatted(host));
    }
}
