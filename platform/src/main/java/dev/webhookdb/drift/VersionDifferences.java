package dev.webhookdb.drift;

import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.integration.Endpoint;
import dev.webhookdb.integration.Endpoints;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.sql.Database;
import java.util.List;
import java.util.Optional;

/** Where webhooks are written at another version of the provider's API than the connector asks for. */
public final class VersionDifferences {
    private VersionDifferences() {}

    /**
     * One integration's.
     *
     * @param table the integration's table
     * @param written the version of the latest webhook
     * @param asked the version that the connector was checked with
     * @param gaps whether columns are known to be NULL at the version of the webhooks
     */
    public record Difference(String table, String written, String asked, boolean gaps) {}

    /** Returns all that there are, by endpoint. */
    public static List<Difference> find(Database platform, ConnectorRegistry connectors, Endpoints endpoints) {
        List<Long> known = platform.transaction(session -> session.sql("""
                        select endpoint.id from endpoint join organization on organization.id = organization_id
                         where api_version is not null and closed_at is null order by endpoint.id""").list(row -> row.number("id")));
        KnownVersions versions = new KnownVersions(platform, connectors, endpoints);
        return known.stream()
                .map(endpoints::find)
                .flatMap(Optional::stream)
                .map(Endpoint::integrations)
                .flatMap(List::stream)
                .flatMap(integration -> difference(versions, connectors, integration).stream())
                .toList();
    }

    private static Optional<Difference> difference(
            KnownVersions versions, ConnectorRegistry connectors, Integration integration) {
        Optional<String> asked = versions.asked(integration);
        Optional<String> written = versions.ofWebhooks(integration);
        if (asked.isEmpty() || written.isEmpty() || asked.equals(written)) {
            return Optional.empty();
        }
        boolean gaps = connectors
                .resource(integration.service())
                .filter(loaded -> !loaded.gapsAt(written.get()).isEmpty())
                .isPresent();
        return Optional.of(new Difference(integration.table(), written.get(), asked.get(), gaps));
    }
}
