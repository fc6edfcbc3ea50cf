package dev.webhookdb.outbound;

/** A server would have been called without encryption. */
final class PlainHttpException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PlainHttpException(String host) {
        super(
                "%s would be called without encryption. Use https://, or, for a server of your own, add its range to outbound.allow in the configuration and restart."
                        .formatted(host));
    }
}
