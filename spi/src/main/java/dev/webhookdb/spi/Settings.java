package dev.webhookdb.spi;

/** The values that an operator supplied for one integration. */
public interface Settings {
    /**
     * Returns a value that is not secret, or what counts in its place.
     *
     * @throws ConnectorException with {@link ConnectorException.Reason#SETTINGS} if it was not supplied and nothing counts in its
     *     place
     */
    String text(Setting setting);

    /**
     * Returns a secret.
     *
     * @throws ConnectorException with {@link ConnectorException.Reason#SETTINGS} if it was not supplied
     */
    Secret secret(Setting setting);

    /** Returns whether a value was supplied. */
    boolean has(Setting setting);
}
