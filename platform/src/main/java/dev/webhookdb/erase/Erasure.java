package dev.webhookdb.erase;

import dev.webhookdb.account.Actor;
import dev.webhookdb.account.Audit;
import dev.webhookdb.apply.ErasedWebhooks;
import dev.webhookdb.apply.PersonalData;
import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.event.ErasedEvents;
import dev.webhookdb.integration.Endpoint;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Integrations;
import dev.webhookdb.integration.Setup;
import dev.webhookdb.integration.Tables;
import dev.webhookdb.platform.Intents;
import dev.webhookdb.platform.Intents.Intent;
import dev.webhookdb.spi.Webhook.Selection;
import dev.webhookdb.sql.Database;
import dev.webhookdb.store.Erased;
import dev.webhookdb.sync.ErasedPages;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Erases rows: the row itself but its key, what the change log and kept events say of it, pages that wait to be sent, and the bodies of
 * webhooks that name it; see docs/adr/0038. Thread-safe.
 *
 * <p>An erasure is written down before it begins, and finished by another host if this one dies. What was in hand elsewhere meanwhile is
 * found by a second pass.
 */
public final class Erasure implements PersonalData {
    private static final String KIND = "erase row";

    /** By then whoever had read a row, or a webhook, before it was erased has written what he makes of it. */
    public static final Duration SECOND_PASS = Duration.ofMinutes(1);

    private final Database platform;
    private final Intents intents;
    private final Integrations integrations;
    private final Tables tables;
    private final ConnectorRegistry connectors;
    private final ErasedWebhooks webhooks;
    private final ErasedEvents events;
    private final DataRequests dataRequests;
    private final AccountErasure accounts;
    private final Clock clock;
    private final Duration secondPass;

    /**
     * Erases in the tables, and in the platform's database.
     *
     * @param secondPass after what time what was in hand meanwhile is looked for, {@link #SECOND_PASS} but in tests
     */
    public Erasure(
            Database platform,
            Integrations integrations,
            Tables tables,
            ConnectorRegistry connectors,
            Setup setup,
            Clock clock,
            Duration secondPass) {
        this.platform = platform;
        this.intents = new Intents(platform);
        this.integrations = integrations;
        this.tables = tables;
        this.connectors = connectors;
        this.webhooks = new ErasedWebhooks(platform);
        this.events = new ErasedEvents(platform);
        this.dataRequests = new DataRequests(platform, tables);
        this.accounts = new AccountErasure(platform, tables, connectors, setup, clock, secondPass);
        this.clock = clock;
        this.secondPass = secondPass;
    }

    /**
     * Erases a row, and notes in the audit log who did it.
     *
     * @return what became of it; nothing was done, and nothing is noted, if there is none
     * @throws dev.webhookdb.integration.MissingConnectorException if the integration's connector is not loaded; nothing was done
     * @throws RuntimeException if a database is away; what was begun is finished later
     */
    public Erased erase(Actor actor, Integration integration, String key) {
        if (!tables.isKnown(integration, key)) {
            return Erased.UNKNOWN;
        }
        Order order = new Order(integration.id(), key, clock.instant());
        platform.run(session -> {
            Audit.note(
                    session, actor, integration.organizationId(), KIND, "%s of %s".formatted(key, integration.table()));
            Intents.leave(session, order.intent(integration.organizationId(), actor.name()));
        });
        return erase(integration, key, false);
    }

    @Override
    public List<Integration> concerned(Endpoint endpoint) {
        return integrations.of(endpoint.organizationId()).stream()
                .filter(integration -> connectors
                        .resource(integration.service())
                        .filter(loaded -> loaded.connectorId().equals(endpoint.connectorId()))
                        .isPresent())
                .toList();
    }

    /** The rows at once; what is found by searching, when whoever brought the order does not wait for it. */
    @Override
    public void erase(String provider, Integration integration, Selection rows) {
        for (String key : tables.keys(integration, rows.column(), rows.value())) {
            Order order = new Order(integration.id(), key, clock.instant());
            String subject = tables.isKnown(integration, key) ? "%s of %s" : "%s of %s, which has no such row";
            platform.run(session -> {
                Audit.noteProvider(
                        session,
                        provider,
                        integration.organizationId(),
                        KIND,
                        subject.formatted(key, integration.table()));
                Intents.leave(session, order.intent(integration.organizationId(), Audit.provider(provider)));
            });
            tables.erase(integration, key);
        }
    }

    @Override
    public void disclose(String provider, String request, Map<Integration, List<Selection>> rows) {
        dataRequests.tell(provider, request, rows);
    }

    @Override
    public void clear(String provider, String account, List<Integration> asked) {
        accounts.order(provider, account, asked);
    }

    private Erased erase(Integration integration, String key, boolean queued) {
        Erased erased = tables.erase(integration, key);
        events.erase(integration.organizationId(), integration.id(), key);
        platform.run(session -> ErasedPages.drop(session, integration.id(), key));
        webhooks.erase(integration, key, queued);
        return erased;
    }

    /** Returns who makes the second pass, and finishes what a host that died had begun, by the kind of it. */
    public Map<String, Consumer<Intent>> unfinished() {
        return Map.of(
                KIND,
                intent -> {
                    Order order = Order.of(intent);
                    existing(intent, order.integrationId())
                            .ifPresent(integration -> finish(intent, order, integration));
                },
                AccountErasure.KIND,
                intent -> existing(intent, Long.parseLong(intent.subject()))
                        .ifPresent(integration -> accounts.goOn(intent, integration)));
    }

    private void finish(Intent intent, Order order, Integration integration) {
        if (order.at().plus(secondPass).isAfter(clock.instant()) || isOnItsWay(integration, order.key())) {
            return;
        }
        erase(integration, order.key(), true);
        intents.forget(intent);
    }

    /** Forgets what is to be done with an integration that was deleted; that of a closed organization is found again if that is reopened. */
    private Optional<Integration> existing(Intent intent, long integrationId) {
        Optional<Integration> integration = integrations.find(integrationId);
        if (integration.isEmpty()) {
            boolean there = platform.transaction(session -> session.sql("select from integration where id = :id")
                    .bind("id", integrationId)
                    .first(row -> true)
                    .isPresent());
            if (!there) {
                intents.forget(intent);
            }
        }
        return integration;
    }

    /** Whether a receiver is being sent a page with the row. */
    private boolean isOnItsWay(Integration integration, String key) {
        return !platform.transaction(session -> ErasedPages.drop(session, integration.id(), key));
    }

    /** What is to be erased, as an intent keeps it. */
    private record Order(long integrationId, String key, Instant at) {
        private Intent intent(long organizationId, String author) {
            return Intent.of(organizationId, KIND, "%d/%s".formatted(integrationId, key), at.toString(), author);
        }

        private static Order of(Intent intent) {
            String[] subject = intent.subject().split("/", 2);
            return new Order(Long.parseLong(subject[0]), subject[1], Instant.parse(intent.detail()));
        }
    }
}
