package dev.webhookdb.doctor;

import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.crypto.Sealer;
import dev.webhookdb.drift.VersionDifferences;
import dev.webhookdb.drift.VersionDifferences.Difference;
import dev.webhookdb.integration.Endpoints;
import dev.webhookdb.sql.Database;
import java.util.List;

/** Integrations that have lost their connector, and those whose webhooks are written at another version of the provider's API. */
final class IntegrationsCheck {
    static final String NAME = "integrations";
    static final String VERSIONS = "api_versions";

    private final Database platform;
    private final ConnectorRegistry connectors;

    IntegrationsCheck(Database platform, ConnectorRegistry connectors) {
        this.platform = platform;
        this.connectors = connectors;
    }

    private record Service(String name, long integrations) {}

    List<Finding> missing() {
        Findings findings = new Findings(NAME);
        List<Service> services = platform.transaction(session ->
                session.sql("""
                        select service_name, count(*) as integrations
                          from integration join organization on organization.id = organization_id
                         where closed_at is null group by service_name order by service_name""").list(row -> new Service(row.text("service_name"), row.number("integrations"))));
        for (Service service : services) {
            if (connectors.resource(service.name()).isEmpty()) {
                findings.problem(
                        "No connector has the service %s, which %s."
                                .formatted(
                                        service.name(),
                                        Findings.count(
                                                service.integrations(), "integration needs", "integrations need")),
                        "Put the connector's JAR back into the directory that connectors-dir names; until then its webhooks are answered with 503.");
            }
        }
        long all = services.stream().mapToLong(Service::integrations).sum();
        return findings.orOk(
                all == 0
                        ? "There are no integrations yet."
                        : "%s: each has its connector.".formatted(Findings.count(all, "integration", "integrations")));
    }

    List<Finding> versions(Sealer key) {
        Findings findings = new Findings(VERSIONS);
        List<Difference> all = VersionDifferences.find(platform, connectors, new Endpoints(platform, key));
        List<String> lossy = told(all.stream().filter(Difference::gaps).toList());
        List<String> others = told(all.stream().filter(one -> !one.gaps()).toList());
        if (!lossy.isEmpty()) {
            findings.warning(
                    "Webhooks come at a version at which columns are known to be NULL: %s."
                            .formatted(Findings.named(lossy)),
                    "To change the version of webhooks, make an endpoint with the newer version at the provider, and enter its"
                            + " signing secret with 'webhookdb integrations reset'.");
        }
        return findings.orOk(
                others.isEmpty()
                        ? "No webhooks come at another version of a provider's API than the connectors know."
                        : "Webhooks come at another version than the connector was checked with, and no column is known to be NULL for that: %s."
                                .formatted(Findings.named(others)));
    }

    private static List<String> told(List<Difference> differences) {
        return differences.stream()
                .map(one -> "%s (%s instead of %s)".formatted(one.table(), one.written(), one.asked()))
                .toList();
    }
}
