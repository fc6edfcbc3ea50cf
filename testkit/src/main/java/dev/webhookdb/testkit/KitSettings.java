package dev.webhookdb.testkit;

import dev.webhookdb.spi.Connector;
import dev.webhookdb.spi.ConnectorException;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.spi.Secret;
import dev.webhookdb.spi.Setting;
import dev.webhookdb.spi.Settings;
import dev.webhookdb.spi.Webhook;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What an operator supplied, as far as one resource may see it. Secrets that the author does not give are invented, long enough to be
 * recognized wherever they turn up.
 */
final class KitSettings implements Settings {
    private final String service;
    private final Map<String, String> values;
    private final List<String> declared;
    private final List<String> secrets;

    private KitSettings(Resource resource, Map<String, String> values) {
        this(
                resource.name(),
                values,
                resource.settings().stream().map(Setting::name).toList(),
                resource.settings().stream()
                        .filter(setting -> setting.kind() == Setting.Kind.SECRET)
                        .map(Setting::name)
                        .filter(values::containsKey)
                        .map(values::get)
                        .toList());
    }

    private KitSettings(String service, Map<String, String> values, List<String> declared, List<String> secrets) {
        this.service = service;
        this.values = values;
        this.declared = declared;
        this.secrets = secrets;
    }

    /** Settings with the author's values, and an invented one for every other secret. */
    static KitSettings of(Connector connector, Resource resource, Map<String, String> given) {
        given.keySet().forEach(name -> requireDeclared(connector, name));
        Map<String, String> values = new LinkedHashMap<>();
        for (Setting setting : resource.settings()) {
            String value = given.get(setting.name());
            if (value != null) {
                values.put(setting.name(), normalized(setting, value));
            } else if (setting.kind() == Setting.Kind.SECRET && setting.required()) {
                values.put(setting.name(), normalized(setting, invented(setting, "planted")));
            } else {
                Require.that(
                        !setting.required(),
                        "The setting '%s' has no value to test with.".formatted(setting.name()),
                        "Override settings() in your test and give it one.");
            }
        }
        return new KitSettings(resource, values);
    }

    /** An integration for which nothing was supplied. */
    static KitSettings none(Resource resource) {
        return new KitSettings(resource, Map.of());
    }

    /** The same with another value for every secret. */
    KitSettings withOtherSecrets(Resource resource) {
        Map<String, String> others = new LinkedHashMap<>(values);
        for (Setting setting : resource.settings()) {
            if (setting.kind() == Setting.Kind.SECRET) {
                others.computeIfPresent(setting.name(), (name, value) -> value + "another");
            }
        }
        return new KitSettings(resource, others);
    }

    /** What an operator is asked for when webhooks are to be received, and what was supplied besides without being asked for. */
    KitSettings askedFor(Resource resource) {
        boolean fetching = resource.webhook().filter(Webhook::isFetching).isPresent();
        Map<String, String> asked = new LinkedHashMap<>(values);
        resource.settings().stream()
                .filter(setting -> setting.purpose() == Setting.Purpose.BACKFILL && !(fetching && setting.required()))
                .forEach(setting -> asked.remove(setting.name()));
        return new KitSettings(resource, asked);
    }

    /** The same with another value of a setting; nothing if it has none, or takes no other that can be made up. */
    Optional<KitSettings> withAnother(Setting setting) {
        Optional<String> usual = Optional.ofNullable(values.get(setting.name())).or(setting::otherwise);
        return usual.flatMap(value -> Stream.of('2', 'b', '7', 'x')
                .filter(last -> !value.endsWith(last.toString()))
                .flatMap(last -> accepted(setting, value.substring(0, Math.max(0, value.length() - 1)) + last).stream())
                .findFirst()
                .map(another -> {
                    Map<String, String> others = new LinkedHashMap<>(values);
                    others.put(setting.name(), another);
                    return new KitSettings(service, others, declared, secrets);
                }));
    }

    private static Optional<String> accepted(Setting setting, String value) {
        try {
            return Optional.of(setting.normalize(value));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The secrets' values, for finding them where they must not be. */
    List<String> secrets() {
        return new ArrayList<>(secrets);
    }

    @Override
    public String text(Setting setting) {
        requireInScope(setting);
        String value = values.get(setting.name());
        return value != null ? value : setting.otherwise().orElseThrow(() -> missing(setting));
    }

    @Override
    public Secret secret(Setting setting) {
        requireInScope(setting);
        String value = values.get(setting.name());
        if (value == null) {
            throw missing(setting);
        }
        return Secret.of(value);
    }

    @Override
    public boolean has(Setting setting) {
        requireInScope(setting);
        return values.containsKey(setting.name());
    }

    @Override
    public String toString() {
        return "Settings" + values.keySet();
    }

    private void requireInScope(Setting setting) {
        Require.that(
                declared.contains(setting.name()),
                "The code of %s uses the setting '%s', which the resource does not declare, so that nobody is asked for it."
                        .formatted(service, setting.name()),
                "Add it to settings(...) of the resource.");
    }

    private static void requireDeclared(Connector connector, String name) {
        boolean known = connector.resources().stream()
                .flatMap(resource -> resource.settings().stream())
                .anyMatch(setting -> setting.name().equals(name));
        Require.that(
                known,
                "settings() of your test has a value for '%s', which no resource declares.".formatted(name),
                "Correct the name, or remove it.");
    }

    private static String invented(Setting setting, String word) {
        return "%s-%s-7b1f09c2d4e8".formatted(word, setting.name());
    }

    private static String normalized(Setting setting, String value) {
        try {
            return setting.normalize(value);
        } catch (IllegalArgumentException e) {
            throw new AssertionError(
                    "The setting '%s' refuses the value to test with: %s\n  What to do: Override settings() in your test and give it one of the right form."
                            .formatted(setting.name(), e.getMessage()),
                    e);
        }
    }

    private static ConnectorException missing(Setting setting) {
        return new ConnectorException(
                ConnectorException.Reason.SETTINGS, "The setting %s is missing.".formatted(setting.name()));
    }
}
