package dev.webhookdb.integration;

import dev.webhookdb.connector.LoadedResource;
import dev.webhookdb.integration.IntegrationException.Kind;
import dev.webhookdb.spi.Setting;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Secrets that would go elsewhere with what somebody supplies. Where a secret goes is a part of the secret: whoever supplied it meant
 * it for one place, and whoever may supply a setting may not therefore see it.
 *
 * @param destinations names of the settings that get another value
 * @param secrets names of the secrets that were supplied before, and are not supplied with it
 */
record Diverted(List<String> destinations, List<String> secrets) {
    /**
     * Compares what is supplied with what is stored. That a destination has no value yet makes no difference, if the secret has one:
     * it was supplied for the usual place, or for one that its owner has yet to name.
     *
     * @param supplied by name of setting; nothing for one that is withdrawn
     * @param stored by name of setting, sealed
     * @param is whether something sealed is a value
     */
    static Diverted by(
            List<LoadedResource> resources,
            Map<String, String> supplied,
            Map<String, byte[]> stored,
            BiPredicate<byte[], String> is) {
        Predicate<Setting> moved = setting -> {
            byte[] before = stored.get(setting.name());
            String value = supplied.get(setting.name());
            return before != null
                    ? value == null || !is.test(before, value)
                    : setting.otherwise().filter(value::equals).isEmpty();
        };
        List<String> destinations = names(
                resources,
                setting -> setting.isDestination() && supplied.containsKey(setting.name()) && moved.test(setting));
        List<String> secrets = names(
                resources,
                setting -> setting.kind() == Setting.Kind.SECRET
                        && setting.purpose() == Setting.Purpose.BACKFILL
                        && stored.containsKey(setting.name())
                        && !supplied.containsKey(setting.name()));
        return new Diverted(destinations, destinations.isEmpty() ? List.of() : secrets);
    }

    private static List<String> names(List<LoadedResource> resources, Predicate<Setting> which) {
        Stream<Setting> declared = resources.stream().flatMap(loaded -> loaded.resource().settings().stream());
        return declared.filter(which).map(Setting::name).distinct().toList();
    }

    /** @throws IntegrationException if there are any */
    void requireNone() {
        if (!secrets.isEmpty()) {
            throw new IntegrationException(
                    Kind.INVALID_SETTING,
                    "With another %s, the stored %s would be sent elsewhere: supply %s again in the same command."
                            .formatted(
                                    String.join(" and ", destinations),
                                    String.join(" and ", secrets),
                                    secrets.size() == 1 ? "it" : "them"));
        }
    }
}
