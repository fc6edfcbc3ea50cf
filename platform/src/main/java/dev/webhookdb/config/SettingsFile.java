package dev.webhookdb.config;

import io.helidon.config.Config;
import io.helidon.config.ConfigException;
import io.helidon.config.ConfigSources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The settings of a YAML file, as they are written there. */
final class SettingsFile {
    private SettingsFile() {}

    static List<Setting> read(Path file) {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new ConfigurationException(
                    List.of(new Problem("", "", "a file that can be read", file.toString())));
        }
        try {
            return settings(parse(file), file.toString());
        } catch (ConfigException failure) {
            throw new ConfigurationException(
                    List.of(new Problem("", "", "YAML: " + reason(failure), file.toString())));
        }
    }

    private static Config parse(Path file) {
        return Config.builder()
                .sources(ConfigSources.file(file))
                .disableEnvironmentVariablesSource()
                .disableSystemPropertiesSource()
                .disableKeyResolving()
                .disableValueResolving()
                .build();
    }

    private static List<Setting> settings(Config config, String origin) {
        List<Setting> settings = new ArrayList<>();
        config.traverse(node -> true)
                .filter(Config::isLeaf)
                .forEach(leaf -> leaf.asString()
                        .ifPresent(value -> settings.add(new Setting(path(leaf), value.strip(), origin))));
        return settings;
    }

    /** A key that is written with dots is the same as one that is written with levels. */
    private static String path(Config leaf) {
        return leaf.key().toString().replace("~1", ".").replace("~0", "~");
    }

    /** The innermost reason says where; its lines are joined. */
    private static String reason(ConfigException failure) {
        Throwable reason = failure;
        while (reason.getCause() != null) {
            reason = reason.getCause();
        }
        return String.valueOf(reason.getMessage()).strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
