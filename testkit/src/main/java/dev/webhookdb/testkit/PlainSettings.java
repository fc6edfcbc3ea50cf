package dev.webhookdb.testkit;

import dev.webhookdb.spi.ConnectorException;
import dev.webhookdb.spi.Secret;
import dev.webhookdb.spi.Setting;
import dev.webhookdb.spi.Settings;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Settings as an operator might supply them: normalized, but kept in memory only. */
public final class PlainSettings implements Settings {
    private final Map<String, String> values;

    private PlainSettings(Map<String, String> values) {
        this.values = values;
    }

    /** No settings: what has a usual value has that. */
    public static PlainSettings none() {
        return new PlainSettings(Map.of());
    }

    /** These settings and one more. */
    public PlainSettings with(Setting setting, String answer) {
        Map<String, String> more = new TreeMap<>(values);
        more.put(setting.name(), setting.normalize(answer));
        return new PlainSettings(more);
    }

    @Override
    public String text(Setting setting) {
        return value(setting);
    }

    @Override
    public Secret secret(Setting setting) {
        return Secret.of(value(setting));
    }

    @Override
    public boolean has(Setting setting) {
        return values.containsKey(setting.name());
    }

    private String value(Setting setting) {
        return Optional.ofNullable(values.get(setting.name()))
                .or(setting::otherwise)
                .orElseThrow(() -> new ConnectorException(
                        ConnectorException.Reason.SETTINGS, "The setting %s is missing.".formatted(setting.name())));
    }

    @Override
    public String toString() {
        return "PlainSettings" + values.keySet();
    }
}
