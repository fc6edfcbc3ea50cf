package dev.webhookdb.integration;

import dev.webhookdb.event.AccountEventType;
import dev.webhookdb.integration.IntegrationException.Kind;
import dev.webhookdb.platform.Intents;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.sql.Identifiers;
import dev.webhookdb.sql.Session;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drops and renames integrations' tables. That is work in two databases: what is intended is written down first, so that whoever comes next
 * finishes what broke off. Thread-safe.
 */
final class TableChanges {
    private static final Logger LOG = LoggerFactory.getLogger(TableChanges.class);
    private static final String DUPLICATE_TABLE = "42P07";
    private static final String DROPPING = "drop table";
    private static final String RENAMING = "rename table";

    private final Database platform;
    private final Intents intents;
    private final Tables tables;

    TableChanges(Database platform, Tables tables) {
        this.platform = platform;
        this.intents = new Intents(platform);
        this.tables = tables;
    }

    /** See {@link Integrations#delete}. */
    void delete(Integration integration) {
        List<String> views = tables.views(integration);
        if (!views.isEmpty()) {
            throw new IntegrationException(
                    Kind.INVALID_NAME,
                    "The table '%s' is needed by the views %s: delete them first, with 'webhookdb saved-view delete'."
                            .formatted(integration.table(), String.join(", ", views)));
        }
        deleteNow(integration);
    }

    /** First nobody writes to the table any more, then it is dropped. */
    void deleteNow(Integration integration) {
        String deleted = intents.carryOut(
                session -> {
                    int found = session.sql("delete from integration where id = :id")
                            .bind("id", integration.id())
                            .execute();
                    if (found > 0) {
                        Told.integration(session, AccountEventType.INTEGRATION_DELETED, integration);
                    }
                    session.sql("""
                                    delete from endpoint
                                    where id = :id and not exists (select from integration where endpoint_id = :id)""").bind("id", integration.endpointId()).execute();
                    return Intents.Intent.of(
                            integration.organizationId(),
                            DROPPING,
                            integration.table(),
                            Long.toString(integration.id()),
                            "");
                },
                this::drop);
        LOG.debug("The table {} is dropped.", deleted);
    }

    private String drop(Intents.Intent intent) {
        tables.drop(intent.organizationId(), Long.parseLong(intent.detail()), intent.subject());
        intents.forget(intent);
        return intent.subject();
    }

    /** See {@link Integrations#rename}. */
    void rename(Integration integration, String name) {
        if (!Identifiers.isAllowed(name)) {
            throw new IntegrationException(Kind.INVALID_NAME, "A table's name %s.".formatted(Identifiers.RULE));
        }
        String renamed = intents.carryOut(
                session -> {
                    requireFree(session, integration, name);
                    return Intents.Intent.of(
                            integration.organizationId(), RENAMING, Long.toString(integration.id()), name, "");
                },
                this::rename);
        LOG.debug("The table {} is {} now.", integration.table(), renamed);
    }

    private static void requireFree(Session session, Integration integration, String name) {
        boolean taken = session.sql("""
                        select exists (select from integration where organization_id = :organization and table_name = :name)
                            or exists (select from intent where organization_id = :organization
                                 and (subject = :name or subject = :id or detail = :name)
                                 and kind in ('rename table', 'drop table')) as taken""")
                .bind("organization", integration.organizationId())
                .bind("name", name)
                .bind("id", Long.toString(integration.id()))
                .one(row -> row.flag("taken"));
        if (taken) {
            throw new IntegrationException(Kind.INVALID_NAME, "There is already a table '%s'.".formatted(name));
        }
    }

    /** Both steps may be repeated. What PostgreSQL refuses has not happened, and is given up. */
    private String rename(Intents.Intent intent) {
        String name = intent.detail();
        try {
            find(platform, Long.parseLong(intent.subject())).ifPresent(integration -> tables.rename(integration, name));
        } catch (DatabaseException e) {
            if (e.kind() == DatabaseException.Kind.UNAVAILABLE) {
                throw e;
            }
            intents.forget(intent);
            throw e.sqlState().equals(DUPLICATE_TABLE)
                    ? new IntegrationException(
                            Kind.INVALID_NAME, "There is already a view or an index '%s'.".formatted(name))
                    : e;
        }
        platform.run(session -> {
            session.sql("update integration set table_name = :name where id = :id returning %s"
                            .formatted(Integrations.COLUMNS))
                    .bind("name", name)
                    .bind("id", Long.parseLong(intent.subject()))
                    .list(Integrations::read)
                    .forEach(renamed -> Told.integration(session, AccountEventType.INTEGRATION_UPDATED, renamed));
            Intents.forget(session, intent);
        });
        return name;
    }

    private static Optional<Integration> find(Database platform, long id) {
        return platform.transaction(
                session -> session.sql("select %s from integration where id = :id".formatted(Integrations.COLUMNS))
                        .bind("id", id)
                        .first(Integrations::read));
    }

    /** Returns who finishes what a host that died had begun, by the kind of it. */
    Map<String, Consumer<Intents.Intent>> unfinished() {
        return Map.of(DROPPING, this::drop, RENAMING, this::rename);
    }
}
