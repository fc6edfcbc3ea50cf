package dev.webhookdb.connector;

import dev.webhookdb.spi.ConnectorException;
import dev.webhookdb.spi.Secret;
import dev.webhookdb.spi.Setting;
import dev.webhookdb.spi.Settings;

/** An integration for which the operator supplied nothing yet. */
public enum TestSettings implements Settings {
    NONE;

    @Override
    public String text(Setting setting) {
        throw missing(setting);
    }

    @Override
    public Secret secret(Setting setting) {
        throw missing(setting);
    }

    @Override
    public boolean has(Setting setting) {
        return false;
    }

    private static ConnectorException missing(Setting setting) {
        return new ConnectorException(
                ConnectorException.Reason.SETTINGS, "The setting %s is missing.".formatted(setting.name()));
    }
}
