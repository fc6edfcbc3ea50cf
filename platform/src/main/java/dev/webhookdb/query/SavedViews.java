package dev.webhookdb.query;

import dev.webhookdb.platform.Intents;
import dev.webhookdb.schema.View;
import dev.webhookdb.schema.WriteFence;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.sql.Identifiers;
import dev.webhookdb.sql.Session;
import dev.webhookdb.tenancy.OrganizationDatabases;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes and removes views in organizations' databases. Thread-safe.
 *
 * <p>A view's statement is first planned as the read-only role, and then the view is made by the owner: that role may read whatever the
 * view reads. From PostgreSQL 15 on the view also reads with the rights of whoever asks it. Before, it reads with the owner's, which
 * gives nobody more: it reads only what it names, and functions in it run as whoever asks.
 */
public final class SavedViews {
    private static final String CHANGED_COLUMNS = "42P16";
    private static final String USED_BY_OTHERS = "2BP01";

    private static final String MAKING = "make view";
    private static final String DROPPING = "drop view";
    private static final Logger LOG = LoggerFactory.getLogger(SavedViews.class);

    private final Database platform;
    private final Intents intents;
    private final OrganizationDatabases databases;

    /**
     * @param platform where it is kept which views there are
     * @param databases where they are
     */
    public SavedViews(Database platform, OrganizationDatabases databases) {
        this.platform = platform;
        this.databases = databases;
        this.intents = new Intents(platform);
    }

    /**
     * Makes a view, in the place of a saved view of that name if there is one.
     *
     * @throws ViewException if the name cannot be used, or other views need what the view has now
     * @throws dev.webhookdb.reader.QueryException if the read-only role cannot run the statement
     */
    public void replace(long organizationId, String author, String name, String sql) {
        check(organizationId, name, sql);
        changing(organizationId, name, MAKING, sql, author);
    }

    /**
     * Refuses a view that could not be made; makes nothing.
     *
     * @throws ViewException if the name cannot be used
     * @throws dev.webhookdb.reader.QueryException if the read-only role cannot run the statement
     */
    public void check(long organizationId, String name, String sql) {
        requireUsable(organizationId, name);
        databases.check(organizationId, sql);
    }

    /** Returns an organization's views by name. */
    public List<SavedView> of(long organizationId) {
        return platform.transaction(session -> session.sql(
                        "select name, sql, author from saved_view where organization_id = :organization order by name")
                .bind("organization", organizationId)
                .list(row -> new SavedView(row.text("name"), row.text("sql"), row.text("author"))));
    }

    /**
     * Removes a view.
     *
     * @return whether there was one
     * @throws ViewException if other views need it
     */
    public boolean delete(long organizationId, String name) {
        boolean present =
                of(organizationId).stream().anyMatch(view -> view.name().equals(name));
        if (present) {
            changing(organizationId, name, DROPPING, "", "");
        }
        return present;
    }

    private void changing(long organizationId, String name, String kind, String sql, String author) {
        boolean changed = intents.carryOut(
                session -> {
                    requireAlone(session, organizationId, name);
                    return Intents.Intent.of(organizationId, kind, name, sql, author);
                },
                intent -> {
                    try {
                        perform(intent);
                        return true;
                    } catch (ViewException e) {
                        intents.forget(intent);
                        throw e;
                    }
                });
        LOG.debug("The view {} was changed: {}", name, changed);
    }

    private static void requireAlone(Session session, long organizationId, String name) {
        if (Intents.isPending(session, organizationId, MAKING, name)
                || Intents.isPending(session, organizationId, DROPPING, name)) {
            throw new ViewException("The view '%s' is being changed already. Try again in a moment.".formatted(name));
        }
    }

    /** Both steps may be repeated. */
    private void perform(Intents.Intent intent) {
        Database organization = databases.open(intent.organizationId());
        String name = intent.subject();
        if (intent.kind().equals(MAKING)) {
            make(organization, name, intent.detail());
        } else {
            changing(name, () -> organization.run(session -> drop(session, name)));
        }
        platform.run(session -> {
            record(session, intent);
            Intents.forget(session, intent);
        });
    }

    private static void record(Session session, Intents.Intent intent) {
        if (intent.kind().equals(DROPPING)) {
            session.sql("delete from saved_view where organization_id = :organization and name = :name")
                    .bind("organization", intent.organizationId())
                    .bind("name", intent.subject())
                    .execute();
            return;
        }
        session.sql("""
                        insert into saved_view (organization_id, name, sql, author)
                        values (:organization, :name, :sql, :author)
                        on conflict (organization_id, name)
                        do update set sql = excluded.sql, author = excluded.author, created_at = now()""")
                .bind("organization", intent.organizationId())
                .bind("name", intent.subject())
                .bind("sql", intent.detail())
                .bind("author", intent.author())
                .execute();
    }

    /** Returns who finishes what a host that died had begun, by the kind of it. */
    public Map<String, Consumer<Intents.Intent>> unfinished() {
        return Map.of(MAKING, this::finish, DROPPING, this::finish);
    }

    private void finish(Intents.Intent intent) {
        try {
            perform(intent);
        } catch (ViewException e) {
            LOG.warn("A view that was being changed when a host stopped stays as it was: {}", e.getMessage());
            intents.forget(intent);
        }
    }

    private void requireUsable(long organizationId, String name) {
        if (!Identifiers.isAllowed(name)) {
            throw new ViewException("A view's name %s.".formatted(Identifiers.RULE));
        }
        String kind = databases
                .open(organizationId)
                .transaction(session -> session.sql("""
                        select relkind::text as kind from pg_class
                        where relnamespace = 'public'::regnamespace and relname = :name""")
                        .bind("name", name)
                        .first(row -> row.text("kind"))
                        .orElse("v"));
        if (!kind.equals("v")) {
            throw new ViewException("There is already a table or index '%s'. Choose another name.".formatted(name));
        }
    }

    private static void make(Database organization, String name, String sql) {
        try {
            organization.run(session -> create(session, name, sql));
        } catch (DatabaseException e) {
            if (e.kind() == DatabaseException.Kind.UNAVAILABLE) {
                throw e;
            }
            if (!e.sqlState().equals(CHANGED_COLUMNS)) {
                throw new ViewException("PostgreSQL does not make the view: " + e.getMessage(), e);
            }
            changing(
                    name,
                    () -> organization.run(session -> {
                        drop(session, name);
                        create(session, name, sql);
                    }));
        }
    }

    private static void create(Session session, String name, String sql) {
        session.sql(WriteFence.enter()).execute();
        session.sql(View.create(name, sql, session.version())).execute();
    }

    private static void drop(Session session, String name) {
        session.sql(WriteFence.enter()).execute();
        session.sql("drop view if exists public." + Identifiers.quote(name)).execute();
    }

    private static void changing(String name, Runnable change) {
        try {
            change.run();
        } catch (DatabaseException e) {
            if (!e.sqlState().equals(USED_BY_OTHERS)) {
                throw e;
            }
            throw new ViewException(
                    "Other views need '%s': %s Delete those first, with 'webhookdb saved-view delete'."
                            .formatted(name, e.getMessage()),
                    e);
        }
    }
}
