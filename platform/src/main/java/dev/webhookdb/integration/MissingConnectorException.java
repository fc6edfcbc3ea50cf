package dev.webhookdb.integration;

/** An integration whose connector is not loaded: it was removed, or refused. */
public final class MissingConnectorException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param service whose connector is missing */
    public MissingConnectorException(String service) {
        super("No connector for %s is loaded; 'webhookdb connectors list' says why.".formatted(service));
    }
}
