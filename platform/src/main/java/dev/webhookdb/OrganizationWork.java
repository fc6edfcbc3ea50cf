package dev.webhookdb;

import dev.webhookdb.account.Closing;
import dev.webhookdb.account.Organization;
import dev.webhookdb.backfill.Backfills;
import dev.webhookdb.backfill.Comparisons;
import dev.webhookdb.integration.Endpoints;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Integrations;
import java.util.List;
import java.util.function.Consumer;

/**
 * What this host does for an organization by itself: it ends with the organization's being closed, and begins again with its being
 * reopened. Other hosts see the same in the database, within seconds.
 */
record OrganizationWork(
        Endpoints endpoints,
        Integrations integrations,
        Backfills backfills,
        Comparisons comparisons,
        Runnable alignTimetable,
        Consumer<List<Integration>> whenComplete)
        implements Closing.Observer {
    @Override
    public void closed(Organization organization) {
        endpoints.forget();
        List<Integration> all = integrations.of(organization.id());
        all.forEach(backfills::cancel);
        all.forEach(comparisons::cancel);
        alignTimetable.run();
    }

    @Override
    public void reopened(Organization organization) {
        endpoints.forget();
        whenComplete.accept(integrations.of(organization.id()));
    }
}
