package dev.webhookdb.integration;

import dev.webhookdb.spi.ConnectorException;
import dev.webhookdb.spi.Secret;
import dev.webhookdb.spi.Setting;
import dev.webhookdb.spi.Settings;
import java.util.Map;
import java.util.stream.Collectors;

/** Settings from a map. Every value is held as a secret, so that none is printed by accident. */
final class SuppliedSettings implements Settings {
    private final Map<String, Secret> values;

    SuppliedSettings(Map<String, String> values) {
        this.values = values.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, entry -> Secret.of(entry.getValue())));
    }

    /** Returns what they were made of. */
    Map<String, String> revealed() {
        return values.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().reveal()));
    }

    @Override
    public String text(Setting setting) {
        Secret value = values.get(setting.name());
        return value != null ? value.reveal() : setting.otherwise().orElseThrow(() -> missing(setting));
    }

    @Override
    public Secret secret(Setting setting) {
        Secret value = values.get(setting.name());
        if (value == null) {
            throw missing(setting);
        }
        return value;
    }

    private static ConnectorException missing(Setting setting) {
        return new ConnectorException(
                ConnectorException.Reason.SETTINGS,
                "The setting %s is missing. %s".formatted(setting.name(), setting.help()));
    }

    @Override
    public boolean has(Setting setting) {
        return values.containsKey(setting.name());
    }

    @Override
    public String toString() {
        return "Settings" + values.keySet();
    }
}
