package dev.webhookdb.outbound;

/** No name server knows a name. */
final class UnknownServerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnknownServerException(String host, Exception cause) {
        super(
                "There is no server named %s. Check the address, and this machine's name service.".formatted(host),
                cause);
    }
}
