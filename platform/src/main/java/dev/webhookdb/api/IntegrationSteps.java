package dev.webhookdb.api;

import dev.webhookdb.integration.Endpoints;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Redaction;
import dev.webhookdb.integration.Setup;
import dev.webhookdb.spi.Backfill;
import dev.webhookdb.spi.Setting;
import dev.webhookdb.spi.Settings;
import dev.webhookdb.spi.Webhook;
import dev.webhookdb.tenancy.OrganizationDatabases;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The words in which people are asked for an integration's settings, the same for every service. Thread-safe. */
public final class IntegrationSteps {
    /** That everything is asked for again, though it is supplied. */
    static final String ANEW = "anew";

    private final Setup setup;
    private final EndpointUrls urls;
    private final OrganizationDatabases databases;

    /** @param publicUrl what providers call, without a path */
    public IntegrationSteps(Setup setup, Endpoints endpoints, OrganizationDatabases databases, URI publicUrl) {
        this.setup = setup;
        this.urls = new EndpointUrls(endpoints, publicUrl);
        this.databases = databases;
    }

    /** Returns where a provider sends the webhooks of an integration. */
    String url(Integration integration) {
        return urls.of(integration);
    }

    /** Shows what an integration is, for programs: its state is {@code ready}, {@code unfinished} or {@code connector_missing}. */
    JsonObjectBuilder shown(Integration integration) {
        return new JsonObjectBuilder()
                .with("id", integration.opaqueId())
                .with("opaque_id", integration.opaqueId())
                .with("service_name", integration.service())
                .with("table_name", integration.table())
                .with("url", url(integration))
                .with("state", state(integration));
    }

    /** Says what an integration waits for before it takes anything; empty if that is nothing. */
    Optional<String> unfinished(Integration integration) {
        if (!setup.isLoaded(integration)) {
            return Optional.of(
                    "The connector of %s is not loaded; webhooks are kept until it is. 'webhookdb connectors list' shows why."
                            .formatted(integration.service()));
        }
        return setup.missing(integration, setup.first(integration))
                .map(setting -> "It waits for its %s; 'webhookdb integrations setup %s' asks for it."
                        .formatted(setting.name(), integration.opaqueId()));
    }

    private String state(Integration integration) {
        if (!setup.isLoaded(integration)) {
            return "connector_missing";
        }
        return setup.isUnfinished(integration) ? "unfinished" : "ready";
    }

    /** Asks for a setting. */
    JsonObjectBuilder ask(
            Integration integration, Setting setting, String output, boolean anew, Parameters parameters) {
        String path = "/v1/organizations/%d/service_integrations/%s/transition/%s"
                .formatted(integration.organizationId(), integration.opaqueId(), setting.name());
        String prompt = setting.kind() == Setting.Kind.SECRET
                ? "Paste or type the %s (it is not shown):"
                        .formatted(setting.name().replace('_', ' '))
                : "Type the %s:".formatted(setting.name().replace('_', ' '));
        Parameters next = parameters.only("value").at(path);
        return (anew ? next.with(ANEW, "true") : next)
                .step(
                        "value",
                        prompt,
                        output + setting.help() + "\n" + destination(integration, setting),
                        setting.kind() == Setting.Kind.SECRET);
    }

    /** Whoever supplies a secret has to see where somebody else had it directed before. */
    private String destination(Integration integration, Setting setting) {
        if (setting.kind() != Setting.Kind.SECRET || setting.purpose() != Setting.Purpose.BACKFILL) {
            return "";
        }
        String supplied = setup.destinations(integration).stream()
                .map(other -> "%s %s".formatted(other.name(), shown(integration, other.name(), false)))
                .collect(Collectors.joining(", "));
        return supplied.isEmpty() ? "" : "It is sent to: %s.\n".formatted(supplied);
    }

    /**
     * Tells how webhooks get here, before the first question about them.
     *
     * @param integrations all that one endpoint feeds
     */
    String beginning(List<Integration> integrations) {
        StringBuilder text = new StringBuilder();
        integrations.forEach(integration -> text.append("%s becomes the table %s.\n"
                .formatted(setup.resource(integration).title(), integration.table())));
        List<Webhook> webhooks = integrations.stream()
                .flatMap(integration -> setup.resource(integration).webhook().stream())
                .toList();
        if (!webhooks.isEmpty()) {
            text.append("This URL takes %s webhooks:\n\n%s\n\n"
                    .formatted(integrations.size() == 1 ? "its" : "their", url(integrations.getFirst())));
        }
        String events = webhooks.stream()
                .flatMap(webhook -> webhook.events().stream())
                .distinct()
                .collect(Collectors.joining(", "));
        if (!events.isEmpty()) {
            text.append("Subscribe it to: %s.\n".formatted(events));
        }
        return text.toString();
    }

    /** Tells that webhooks are taken, and what can be done now. */
    JsonObjectBuilder taken(Integration integration) {
        List<Integration> fed = setup.fed(integration);
        String titles = fed.stream().map(one -> setup.resource(one).title()).collect(Collectors.joining(", "));
        String backfill = setup.resource(integration).backfill().isEmpty()
                ? ""
                : "\nWhat existed before comes with a backfill:\n\n  webhookdb backfill %s\n"
                        .formatted(integration.opaqueId());
        return Prompts.complete(
                "Done! WebhookDB now takes %s webhooks at:\n\n%s\n\n%s%s"
                        .formatted(titles, url(integration), data(integration, fed), backfill),
                shown(integration)
                        .with("integrations", fed.stream().map(this::shown).toList()));
    }

    /**
     * Tells that a backfill begins, and where its rows are.
     *
     * @param job for programs
     */
    JsonObjectBuilder reading(Integration integration, JsonObjectBuilder job) {
        String begun = "%s is being read from the provider's API.%s"
                .formatted(setup.resource(integration).title(), limit(integration));
        return Prompts.complete(begun + "\n\n" + data(integration, List.of(integration)), job);
    }

    /** What a backfill does not read; that it reads everything goes without saying. */
    private String limit(Integration integration) {
        return setup.resource(integration)
                .backfill()
                .flatMap(Backfill::reach)
                .filter(reach -> !reach.isAll())
                .map(reach -> " " + reach.sentence())
                .orElse("");
    }

    private String data(Integration integration, List<Integration> fed) {
        String rows = fed.size() == 1
                ? "Its rows are in the table %s, which".formatted(integration.table())
                : "The rows are in the tables %s, which"
                        .formatted(fed.stream().map(Integration::table).collect(Collectors.joining(", ")));
        return """
                %s any PostgreSQL client can read:

                %s

                or this one:

                  webhookdb db sql 'SELECT * FROM "%s"'
                """.formatted(rows, databases.readerConnectionUrl(integration.organizationId()), integration.table());
    }

    /** Returns how a setting is shown, which for a secret is only whether there is one, unless it is to be revealed. */
    String shown(Integration integration, String name, boolean revealed) {
        Optional<Setting> setting = setup.named(integration, name);
        if (setting.isEmpty()) {
            return "";
        }
        Settings settings = setup.settings(integration);
        boolean supplied = settings.has(setting.get());
        if (revealed && supplied) {
            return settings.secret(setting.get()).reveal();
        }
        return switch (setting.get().kind()) {
            case SECRET -> supplied ? Redaction.MASK : "";
            case TEXT, URL ->
                supplied || setting.get().otherwise().isPresent()
                        ? withoutCredentials(settings.text(setting.get()))
                        : "";
        };
    }

    private static String withoutCredentials(String text) {
        return text.toLowerCase(Locale.ROOT).matches("https?://[^/@]*@.*")
                ? text.replaceFirst("//[^/@]*@", "//***@")
                : text;
    }
}
