package dev.webhookdb.api;

import dev.webhookdb.database.OrganizationDatabases;
import dev.webhookdb.integration.Endpoint;
import dev.webhookdb.integration.Endpoints;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Setup;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.spi.Setting;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/** The words in which people are asked for an integration's settings, the same for every service. Thread-safe. */
final class IntegrationSteps {
    /** That everything is asked for again, though it is supplied. */
    static final String ANEW = "anew";

    private final Setup setup;
    private final Endpoints endpoints;
    private final OrganizationDatabases databases;
    private final String publicUrl;

    IntegrationSteps(Setup setup, Endpoints endpoints, OrganizationDatabases databases, URI publicUrl) {
        this.setup = setup;
        this.endpoints = endpoints;
        this.databases = databases;
        this.publicUrl = publicUrl.toString();
    }

    /** Returns where a provider sends the webhooks of an integration. */
    String url(Integration integration) {
        String endpoint =
                endpoints.find(integration.endpointId()).map(Endpoint::opaqueId).orElse(integration.opaqueId());
        return publicUrl + "/v1/service_integrations/" + endpoint;
    }

    /** Asks for a setting. */
    Fields ask(Integration integration, Setting setting, String output, boolean anew, Parameters parameters) {
        String path = "/v1/organizations/%d/service_integrations/%s/transition/%s"
                .formatted(integration.organizationId(), integration.opaqueId(), setting.name());
        String prompt = setting.kind() == Setting.Kind.SECRET
                ? "Paste or type the %s (it is not shown):"
                        .formatted(setting.name().replace('_', ' '))
                : "Type the %s:".formatted(setting.name().replace('_', ' '));
        Parameters next = parameters.only("value").at(path);
        return (anew ? next.with(ANEW, "true") : next)
                .step("value", prompt, output + setting.help() + "\n", setting.kind() == Setting.Kind.SECRET);
    }

    /** Tells how webhooks get here, before the first question about them. */
    String beginning(Integration integration) {
        Resource resource = setup.resource(integration);
        StringBuilder text =
                new StringBuilder("%s becomes the table %s.\n".formatted(resource.title(), integration.table()));
        resource.webhook().ifPresent(webhook -> {
            text.append("This URL takes its webhooks:\n\n%s\n\n".formatted(url(integration)));
            if (!webhook.events().isEmpty()) {
                text.append("Subscribe it to: %s.\n".formatted(String.join(", ", webhook.events())));
            }
        });
        return text.toString();
    }

    /** Tells that a half is complete, and what can be done now. */
    Fields completed(Integration integration, Setting.Half half) {
        String title = setup.resource(integration).title();
        String done = switch (half) {
            case WEBHOOK -> "Done! WebhookDB now takes %s webhooks at:\n\n%s".formatted(title, url(integration));
            case BACKFILL -> "Done! %s is being read from the provider's API.".formatted(title);
        };
        return Steps.complete(done + "\n\n" + data(integration) + backfill(integration, half));
    }

    private String data(Integration integration) {
        return """
                Its rows are in the table %1$s, which any PostgreSQL client can read:

                %2$s

                or this one:

                  webhookdb db sql 'SELECT * FROM "%1$s"'
                """.formatted(integration.table(), databases.readerConnectionUrl(integration.organizationId()));
    }

    private String backfill(Integration integration, Setting.Half half) {
        boolean possible = half == Setting.Half.WEBHOOK
                && setup.resource(integration).backfill().isPresent();
        return possible
                ? "\nWhat existed before comes with a backfill:\n\n  webhookdb backfill %s\n"
                        .formatted(integration.opaqueId())
                : "";
    }

    /** Returns how a setting is shown, which for a secret is only whether there is one. */
    String shown(Integration integration, String name) {
        Optional<Setting> setting = setup.named(integration, name);
        if (setting.isEmpty()) {
            return "";
        }
        boolean supplied = setup.settings(integration).has(setting.get());
        return switch (setting.get().kind()) {
            case SECRET -> supplied ? "***" : "";
            case TEXT, URL ->
                supplied || setting.get().otherwise().isPresent()
                        ? withoutCredentials(setup.settings(integration).text(setting.get()))
                        : "";
        };
    }

    private static String withoutCredentials(String text) {
        return text.toLowerCase(Locale.ROOT).matches("https?://[^/@]*@.*")
                ? text.replaceFirst("//[^/@]*@", "//***@")
                : text;
    }
}
