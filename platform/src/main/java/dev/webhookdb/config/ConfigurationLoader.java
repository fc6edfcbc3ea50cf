package dev.webhookdb.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Reads the configuration: the environment goes before the file, the file before the defaults. A name that nobody knows
 * is a problem like a value that cannot be used, because a misspelt key would otherwise be a default without a word.
 */
public final class ConfigurationLoader {
    private final Map<String, Setting> settings = new LinkedHashMap<>();
    private final List<Problem> problems = new ArrayList<>();

    private ConfigurationLoader() {}

    /**
     * The whole configuration.
     *
     * @param file YAML
     * @param environment the process's variables; those that begin with {@code WEBHOOKDB_} are read, empty ones are not
     * @param installation where the distribution is; connectors and destinations are looked for in it
     * @throws ConfigurationException with everything that is wrong
     */
    public static Configuration load(Optional<Path> file, Map<String, String> environment, Path installation) {
        ConfigurationLoader loader = new ConfigurationLoader();
        file.map(SettingsFile::read).orElse(List.of()).forEach(loader::addFromFile);
        new TreeMap<>(environment).forEach((name, value) -> loader.addFromEnvironment(name, value, environment));
        Configuration configuration =
                new ConfigurationReader(loader.settings, loader.problems, environment, installation).read();
        if (!loader.problems.isEmpty()) {
            throw new ConfigurationException(loader.problems);
        }
        return configuration;
    }

    /**
     * The files that secrets are read from: the configuration's if it has any, and those that variables such as {@code
     * WEBHOOKDB_MAIL_PASSWORD_FILE} name.
     *
     * @param file YAML, as it was loaded
     * @param environment the process's variables
     */
    public static List<Path> secretFiles(Optional<Path> file, Map<String, String> environment) {
        List<Path> files = new ArrayList<>();
        file.filter(path -> SettingsFile.read(path).stream().anyMatch(Setting::isSecret))
                .ifPresent(files::add);
        new TreeMap<>(environment).forEach((name, value) -> {
            if (!value.isBlank() && Key.ofSecretFile(name).isPresent()) {
                files.add(Path.of(value.strip()));
            }
        });
        return List.copyOf(files);
    }

    private void addFromFile(Setting setting) {
        if (setting.value().isEmpty()) {
            return;
        }
        if (Key.ofPath(setting.path()).isEmpty()) {
            problems.add(unknown(setting, setting.path(), Key::path));
        } else {
            settings.put(setting.path(), setting);
        }
    }

    private void addFromEnvironment(String name, String value, Map<String, String> environment) {
        if (!name.startsWith(Key.ENVIRONMENT_PREFIX) || value.isBlank() || Key.OTHER_PROGRAMS.contains(name)) {
            return;
        }
        Optional<Key> secret = Key.ofSecretFile(name);
        if (secret.isPresent()) {
            Setting file = new Setting(name, value.strip(), "environment");
            String other = secret.get().environmentName();
            if (environment.getOrDefault(other, "").isBlank()) {
                addFromSecretFile(secret.get(), file);
            } else {
                problems.add(new Problem(
                        name,
                        file.value(),
                        "only one of %s and %s, and both are set".formatted(other, name),
                        "environment"));
            }
            return;
        }
        Optional<Key> key = Key.ofEnvironment(name);
        if (key.isEmpty()) {
            String path = name.substring(Key.ENVIRONMENT_PREFIX.length());
            problems.add(unknown(new Setting(name, value, "environment"), path, Key::environmentName));
            return;
        }
        put(key.get(), value.strip(), "environment variable " + name);
    }

    /** Takes the place of whatever the configuration file says. */
    private void put(Key key, String value, String origin) {
        settings.keySet().removeIf(other -> other.startsWith(key.path() + "."));
        settings.put(key.path(), new Setting(key.path(), value, origin));
    }

    private void addFromSecretFile(Key key, Setting file) {
        try {
            String secret = Files.readString(Path.of(file.value())).strip();
            if (secret.isEmpty()) {
                problems.add(new Problem(file.path(), file.value(), "a file that is not empty", file.origin()));
            } else {
                put(key, secret, "the file of " + file.path());
            }
        } catch (IOException | InvalidPathException e) {
            problems.add(new Problem(file.path(), file.value(), "a file that can be read", file.origin()));
        }
    }

    private static Problem unknown(Setting setting, String path, Function<Key, String> naming) {
        return setting.problem(Key.near(path)
                .map(near -> "a known key, perhaps " + naming.apply(near))
                .orElse("a known key; the user's guide lists them"));
    }
}
