package dev.webhookdb.erase;

import dev.webhookdb.account.Audit;
import dev.webhookdb.apply.ErasedWebhooks;
import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.drift.Findings;
import dev.webhookdb.event.ErasedEvents;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Setup;
import dev.webhookdb.integration.Tables;
import dev.webhookdb.platform.Intents;
import dev.webhookdb.platform.Intents.Intent;
import dev.webhookdb.sql.Database;
import dev.webhookdb.store.TableWriter.Numbered;
import dev.webhookdb.sync.ErasedPages;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Erases all rows of the integrations that are for an account which left its provider: those whose state is older than the provider's order.
 * What comes later, because the account is there again, is new. Thread-safe.
 *
 * <p>The order is written down, and carried out when whoever had something in hand has stored it, by any host, a part at a time.
 */
final class AccountErasure {
    static final String KIND = "erase account";

    private static final int ROWS = 1_000;

    /** Other work that was left behind waits for no longer than that. */
    private static final Duration AT_A_TIME = Duration.ofSeconds(20);

    private final Database platform;
    private final Intents intents;
    private final Tables tables;
    private final ConnectorRegistry connectors;
    private final Setup setup;
    private final ErasedWebhooks webhooks;
    private final ErasedEvents events;
    private final Clock clock;
    private final Duration settled;

    /** @param settled after what time whoever had something in hand has stored it */
    AccountErasure(
            Database platform,
            Tables tables,
            ConnectorRegistry connectors,
            Setup setup,
            Clock clock,
            Duration settled) {
        this.platform = platform;
        this.intents = new Intents(platform);
        this.tables = tables;
        this.connectors = connectors;
        this.setup = setup;
        this.webhooks = new ErasedWebhooks(platform);
        this.events = new ErasedEvents(platform);
        this.clock = clock;
        this.settled = settled;
    }

    /** See {@link Erasure#clear}. */
    void order(String provider, String account, List<Integration> asked) {
        List<Integration> meant =
                asked.stream().filter(one -> isFor(account, one)).toList();
        if (meant.isEmpty()) {
            tell(provider, account, asked.getFirst());
            return;
        }
        String at = clock.instant().toString();
        platform.run(session -> meant.forEach(integration -> {
            long organization = integration.organizationId();
            Audit.noteProvider(
                    session, provider, organization, KIND, "%s: all of %s".formatted(account, integration.table()));
            Intents.leave(
                    session,
                    Intent.of(organization, KIND, String.valueOf(integration.id()), at, Audit.provider(provider)));
        }));
    }

    private boolean isFor(String account, Integration integration) {
        return connectors
                .resource(integration.service())
                .filter(loaded -> loaded.isFor(account, setup.settings(integration)))
                .isPresent();
    }

    private void tell(String provider, String account, Integration first) {
        platform.run(session -> {
            String reason =
                    "%s wants forgotten what is kept of %s, and no integration is set up for it. Nothing was erased."
                            .formatted(provider, account);
            if (Findings.unknownAccount(session, first, account, reason)) {
                Audit.noteProvider(
                        session,
                        provider,
                        first.organizationId(),
                        KIND,
                        "%s, for which no integration is set up".formatted(account));
            }
        });
    }

    /** Goes on with what was ordered for an integration. */
    void goOn(Intent intent, Integration integration) {
        Instant ordered = Instant.parse(intent.detail());
        if (ordered.plus(settled).isAfter(clock.instant()) || !rows(integration, ordered)) {
            return;
        }
        events.eraseUntil(integration.organizationId(), integration.id(), ordered);
        if (platform.transaction(session -> ErasedPages.drop(session, integration.id()))) {
            webhooks.eraseUntil(integration.endpointId(), ordered);
            intents.forget(intent);
        }
    }

    /** Returns whether all are erased. */
    private boolean rows(Integration integration, Instant ordered) {
        long began = System.nanoTime();
        long after = 0;
        while (System.nanoTime() - began < AT_A_TIME.toNanos()) {
            List<Numbered> next = tables.older(integration, ordered, after, ROWS);
            next.forEach(row -> tables.erase(integration, row.key()));
            if (next.size() < ROWS) {
                return true;
            }
            after = next.getLast().pk();
        }
        return false;
    }
}
