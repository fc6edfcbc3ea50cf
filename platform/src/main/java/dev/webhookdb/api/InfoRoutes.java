package dev.webhookdb.api;

import static dev.webhookdb.api.IntegrationHandlers.INTEGRATION;

import dev.webhookdb.account.Audit;
import dev.webhookdb.account.Role;
import dev.webhookdb.drift.KnownVersions;
import dev.webhookdb.integration.ApiKeys;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Integrations;
import dev.webhookdb.integration.Redaction;
import dev.webhookdb.integration.SecretRotation;
import dev.webhookdb.integration.Setup;
import dev.webhookdb.spi.Setting;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A member's routes to what an integration is: its fields, of which secrets are masked unless an admin insists, and its key. Thread-safe. */
public final class InfoRoutes implements HttpService {
    private static final String KEY = "webhookdb_api_key";
    private static final List<String> FIELDS =
            List.of("id", "service", "table", "url", "webhook_secret", KEY, "api_url");

    /** What is shown of those whose provider has versions of its API. */
    private static final List<String> VERSIONS = List.of("api_version", "webhook_api_version");

    private final IntegrationHandlers handlers;
    private final OwnedByFiles owned;
    private final Setup setup;
    private final IntegrationSteps steps;
    private final ApiKeys keys;
    private final SecretRotation rotation;
    private final KnownVersions versions;

    /** Shows integrations of the caller's organization. */
    public InfoRoutes(
            RequestAuthorizer members,
            Integrations integrations,
            Setup setup,
            IntegrationSteps steps,
            ApiKeys keys,
            SecretRotation rotation,
            KnownVersions versions,
            Audit audit) {
        this.handlers = new IntegrationHandlers(members, integrations, audit);
        this.owned = members.owned();
        this.setup = setup;
        this.steps = steps;
        this.keys = keys;
        this.rotation = rotation;
        this.versions = versions;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.post(INTEGRATION + "/info", handlers.one("/info", Role.VIEWER, this::info))
                .post(INTEGRATION + "/roll_api_key", handlers.one("/roll_api_key", Role.ADMIN, this::rollKey));
    }

    private JsonObjectBuilder info(Call call, Integration integration) {
        boolean revealed = call.parameters().isTrue("reveal");
        if (revealed) {
            call.require(Role.ADMIN);
            handlers.note(call, integration, "reveal secrets", integration.table());
        }
        Optional<String> field = call.parameters().text("field");
        if (field.isPresent()) {
            requireKnown(integration, field.get());
            String value = value(integration, field.get(), revealed);
            return new TextBlocks().line(value).fields(new JsonObjectBuilder().with(field.get(), value));
        }
        Map<String, String> values = new LinkedHashMap<>();
        fields(integration).forEach(name -> values.put(name, value(integration, name, revealed)));
        Map<String, Instant> former = new TreeMap<>(rotation.formerUntil(integration));
        Stream<List<String>> shown =
                values.entrySet().stream().map(value -> List.of(label(value.getKey()), value.getValue()));
        // the secrets of before are not shown any more
        Stream<List<String>> rotated = former.entrySet().stream()
                .map(old -> List.of(
                        "Old %s accepted until".formatted(old.getKey().replace('_', ' ')),
                        old.getValue().toString()));
        Optional<String> file = owned.file(integration);
        Stream<List<String>> declared = file.stream().map(name -> List.of("Declared in", name));
        JsonObjectBuilder whole = DeclaredIn.one(whole(integration, values, former, revealed), file);
        return new TextBlocks()
                .table(
                        List.of("Field", "Value"),
                        Stream.of(shown, rotated, declared)
                                .flatMap(rows -> rows)
                                .toList())
                .fields(whole);
    }

    private JsonObjectBuilder whole(
            Integration integration, Map<String, String> values, Map<String, Instant> former, boolean revealed) {
        JsonObjectBuilder whole = steps.shown(integration);
        VERSIONS.stream().filter(values::containsKey).forEach(name -> whole.with(name, values.get(name)));
        JsonObjectBuilder settings = new JsonObjectBuilder().with(KEY, values.get(KEY));
        setup.resource(integration)
                .settings()
                .forEach(setting -> settings.with(setting.name(), value(integration, setting.name(), revealed)));
        JsonObjectBuilder old = new JsonObjectBuilder();
        former.forEach((name, until) -> old.with(name, until.toString()));
        return whole.with("settings", settings).with("old_secrets_accepted_until", old);
    }

    private Stream<String> fields(Integration integration) {
        return versions.asked(integration).isPresent()
                ? Stream.concat(FIELDS.stream(), VERSIONS.stream())
                : FIELDS.stream();
    }

    private void requireKnown(Integration integration, String field) {
        if (fields(integration).noneMatch(field::equals)
                && setup.named(integration, field).isEmpty()) {
            List<String> known = Stream.concat(
                            fields(integration),
                            setup.resource(integration).settings().stream().map(Setting::name))
                    .distinct()
                    .toList();
            throw ApiException.invalid(
                    "field", "There is no field '%s'; there are: %s.".formatted(field, String.join(", ", known)));
        }
    }

    private String value(Integration integration, String field, boolean revealed) {
        return switch (field) {
            case "id" -> integration.opaqueId();
            case "service" -> integration.service();
            case "table" -> integration.table();
            case "url" -> steps.url(integration);
            case KEY ->
                keys.of(integration).map(key -> revealed ? key : Redaction.MASK).orElse("");
            case "api_version" ->
                versions.asked(integration).orElseGet(() -> steps.shown(integration, field, revealed));
            case "webhook_api_version" -> versions.ofWebhooks(integration).orElse("");
            default -> steps.shown(integration, field, revealed);
        };
    }

    private static String label(String name) {
        return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1).replace('_', ' ');
    }

    private JsonObjectBuilder rollKey(Call call, Integration integration) {
        String key = keys.roll(integration);
        handlers.note(call, integration, "roll key", integration.table());
        return new JsonObjectBuilder().with(KEY, key).with("message", "");
    }
}
