package dev.webhookdb.integration;

import dev.webhookdb.connector.ConnectorFailure;
import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.connector.LoadedResource;
import dev.webhookdb.integration.IntegrationException.Kind;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.spi.Setting;
import dev.webhookdb.spi.Webhook;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** What can be integrated, and what may be supplied for it. Thread-safe. */
public final class Services {
    /** A setting of every service whose provider has an API: how often it may be called, instead of what its connector says. */
    public static final Setting REQUESTS_PER_SECOND = Setting.of(
                    "requests_per_second",
                    Setting.Kind.TEXT,
                    Setting.Purpose.BACKFILL,
                    "How many requests per second the provider allows, for example 25 or 0.5.")
            .normalizedBy(Services::rate)
            .optional();

    private static final BigDecimal SLOWEST = new BigDecimal("0.001");
    private static final BigDecimal FASTEST = new BigDecimal("10000");
    private static final int NAME_TYPOS = 3;
    private static final int SIMILAR_NAMES = 3;

    private final ConnectorRegistry connectors;

    /** Knows the connectors that are loaded at the time. */
    public Services(ConnectorRegistry connectors) {
        this.connectors = connectors;
    }

    /** Finds services that one endpoint can feed. */
    List<LoadedResource> resources(List<String> services) {
        if (services.isEmpty() || Set.copyOf(services).size() < services.size()) {
            throw new IntegrationException(Kind.INVALID_SERVICES, "Name at least one service, and none of them twice.");
        }
        List<LoadedResource> resources = services.stream().map(this::resource).toList();
        Set<String> owners = resources.stream().map(LoadedResource::connectorId).collect(Collectors.toSet());
        if (owners.size() > 1) {
            throw new IntegrationException(
                    Kind.INVALID_SERVICES,
                    "One endpoint serves one connector, but these services belong to %s. Create them one by one."
                            .formatted(String.join(" and ", owners)));
        }
        return resources;
    }

    /**
     * Finds a service.
     *
     * @throws IntegrationException if there is no such service; the message names similar ones
     */
    public LoadedResource resource(String service) {
        return connectors
                .resource(service)
                .orElseThrow(() -> new IntegrationException(
                        Kind.UNKNOWN_SERVICE, "There is no service '%s'. %s".formatted(service, instead(service))));
    }

    private String instead(String service) {
        List<String> known = connectors.resources().stream()
                .map(loaded -> loaded.resource().name())
                .toList();
        if (known.isEmpty()) {
            return "No connector is loaded; see 'webhookdb connectors list'.";
        }
        List<String> similar = known.stream()
                .filter(name -> distance(service, name) <= NAME_TYPOS)
                .sorted(Comparator.comparingInt(name -> distance(service, name)))
                .limit(SIMILAR_NAMES)
                .toList();
        return similar.isEmpty()
                ? "There are: %s.".formatted(String.join(", ", known))
                : "Did you mean %s? 'webhookdb services list' shows all.".formatted(String.join(" or ", similar));
    }

    /** Names are often written without their version. */
    private static int distance(String given, String name) {
        LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
        return Math.min(distance.apply(given, name), distance.apply(given, name.replaceFirst("_v[0-9]+$", "")));
    }

    private static String rate(String answer) {
        try {
            BigDecimal requests = new BigDecimal(answer);
            if (requests.compareTo(SLOWEST) >= 0 && requests.compareTo(FASTEST) <= 0) {
                return requests.toPlainString();
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("It must be a number such as 25 or 0.5.", e);
        }
        throw new IllegalArgumentException("It must be from %s to %s.".formatted(SLOWEST, FASTEST));
    }

    /** What can be supplied, by name. */
    static Map<String, Setting> declared(List<LoadedResource> resources) {
        Map<String, Setting> declared = new LinkedHashMap<>();
        resources.forEach(loaded ->
                loaded.resource().settings().forEach(setting -> declared.putIfAbsent(setting.name(), setting)));
        if (resources.stream().anyMatch(loaded -> loaded.resource().backfill().isPresent())) {
            declared.putIfAbsent(REQUESTS_PER_SECOND.name(), REQUESTS_PER_SECOND);
        }
        return declared;
    }

    /** Normalizes what was supplied, and refuses what is not one of the declared settings. */
    static Map<String, String> accepted(List<LoadedResource> resources, Map<String, String> supplied) {
        Map<String, Setting> declared = declared(resources);
        LoadedResource guarded = resources.getFirst();
        Map<String, String> accepted = new LinkedHashMap<>();
        supplied.forEach((name, value) -> {
            Setting setting = declared.get(name);
            if (setting == null) {
                throw new IntegrationException(
                        Kind.INVALID_SETTING,
                        "There is no setting '%s'; there are: %s."
                                .formatted(name, String.join(", ", declared.keySet())));
            }
            try {
                accepted.put(name, guarded.normalize(setting, value));
            } catch (ConnectorFailure e) {
                throw new IntegrationException(Kind.INVALID_SETTING, e.getMessage());
            }
        });
        return accepted;
    }

    /**
     * Returns what a resource cannot do without for a purpose, in the order to ask for it: for webhooks also what its API needs, behind
     * everything else, if that is asked for what webhooks name.
     */
    static List<Setting> required(Resource resource, Setting.Purpose purpose) {
        boolean fetching = purpose == Setting.Purpose.WEBHOOK
                && resource.webhook().filter(Webhook::isFetching).isPresent();
        return resource.settings().stream()
                .filter(setting -> setting.required() && (fetching || setting.purpose() == purpose))
                .sorted(Comparator.comparing(setting -> setting.purpose() != purpose))
                .toList();
    }

    /** @throws IntegrationException if a setting is missing without which no webhook can be verified and read */
    static void requireComplete(List<LoadedResource> resources, Map<String, String> settings) {
        Map<String, Setting> required = new LinkedHashMap<>();
        resources.forEach(loaded -> required(loaded.resource(), Setting.Purpose.WEBHOOK)
                .forEach(setting -> required.putIfAbsent(setting.name(), setting)));
        List<Setting> missing = required.values().stream()
                .filter(setting -> !settings.containsKey(setting.name()))
                .toList();
        if (!missing.isEmpty()) {
            throw new IntegrationException(
                    Kind.MISSING_SETTINGS,
                    "Missing: %s.".formatted(missing.stream().map(Setting::name).collect(Collectors.joining(", "))),
                    missing);
        }
    }
}
