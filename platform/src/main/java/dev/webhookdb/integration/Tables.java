package dev.webhookdb.integration;

import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.connector.LoadedResource;
import dev.webhookdb.schema.ChangeLog;
import dev.webhookdb.schema.ComparedRows;
import dev.webhookdb.schema.Table;
import dev.webhookdb.schema.WriteFence;
import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.sql.Session;
import dev.webhookdb.store.Cause;
import dev.webhookdb.store.Erased;
import dev.webhookdb.store.State;
import dev.webhookdb.store.TableWriter;
import dev.webhookdb.tenancy.OrganizationSchema;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.LongFunction;
import java.util.function.ObjIntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings tables into the shape that their connector declares. Thread-safe.
 *
 * <p>A table is brought into shape once per version of its connector, before the first write: what is missing is created in a moment,
 * and the slow rest (filling new columns of old rows, building their indexes) is noted in the same transaction as {@code
 * webhookdb.column_fill} and done by {@link ColumnFiller} behind the writers' backs. A host that dies in between leaves the note. A column
 * that is declared wider than it is, is widened if that takes a moment; else it stays as it is, and the table is written accordingly.
 */
public final class Tables {
    private static final Logger LOG = LoggerFactory.getLogger(Tables.class);

    /** Adding a column waits for readers at most that long, because writers queue up behind it; looking takes no longer. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** Widening a column writes the table anew, and readers and writers wait for it. */
    private static final Duration LONGEST_REWRITE = Duration.ofSeconds(10);

    private final LongFunction<Database> organizations;
    private final ConnectorRegistry connectors;
    private final ColumnFiller filler;
    private final Map<Long, Prepared> prepared = new ConcurrentHashMap<>();
    private volatile Followers followers = Followers.NONE;
    private volatile Consumer<Integration> changed = integration -> {};
    private volatile ObjIntConsumer<Integration> written = (integration, rows) -> {};
    private volatile LongFunction<Optional<Endpoint>> endpoints = id -> Optional.empty();

    /** @param organizations gives the database of the organization with a number */
    public Tables(LongFunction<Database> organizations, ConnectorRegistry connectors, ColumnFiller filler) {
        this.organizations = organizations;
        this.connectors = connectors;
        this.filler = filler;
    }

    /** Sets who is asked and told from now on; they use tables themselves. */
    public void followedBy(Followers others) {
        this.followers = others;
    }

    /** Sets who is told, from now on, that rows of a table changed, after the commit; must be quick. */
    public void whenChanged(Consumer<Integration> told) {
        this.changed = told;
    }

    /** Sets who is told, from now on, how many rows of a table came to be or became different, after the commit; must be quick. */
    public void whenWritten(ObjIntConsumer<Integration> told) {
        this.written = told;
    }

    /**
     * Lets the settings of endpoints decide from now on which optional columns a table has.
     *
     * @param all gives the endpoint with a number
     */
    public void chosenBy(LongFunction<Optional<Endpoint>> all) {
        this.endpoints = all;
    }

    /** Creates the tables of new integrations of one organization, all of them or none. */
    public void create(List<Integration> integrations) {
        List<Creation> creations = integrations.stream()
                .map(integration -> creation(integration, declared(integration, resource(integration))))
                .toList();
        organizations.apply(integrations.getFirst().organizationId()).run(session -> {
            enter(session);
            creations.forEach(creation -> creation.perform(session));
        });
    }

    /**
     * Returns the table of an integration, brought into shape.
     *
     * @throws MissingConnectorException if the integration's connector is not loaded
     */
    public Table ready(Integration integration) {
        LoadedResource resource = resource(integration);
        Prepared known = prepared.get(integration.id());
        if (known != null
                && known.resource() == resource
                && known.table().name().equals(integration.table())
                && known.table()
                        .resource()
                        .columns()
                        .equals(chosen(integration, resource).columns())) {
            return known.table();
        }
        Database organization = organizations.apply(integration.organizationId());
        Table declared = declared(integration, resource);
        filler.expect(organization, declared);
        Table table = shape(organization, declared, integration);
        prepared.put(integration.id(), new Prepared(resource, table));
        filler.start(organization, table);
        boolean replaced = resource(integration) != resource;
        return replaced ? ready(integration) : table;
    }

    /** Returns the names of the views that read the table of an integration. */
    List<String> views(Integration integration) {
        return organizations
                .apply(integration.organizationId())
                .transaction(session ->
                        session.sql("""
                        select distinct relname::text as name
                          from pg_depend join pg_rewrite on pg_rewrite.oid = objid and classid = 'pg_rewrite'::regclass
                               join pg_class on pg_class.oid = ev_class
                         where refclassid = 'pg_class'::regclass
                           and refobjid = to_regclass('public.' || quote_ident(:table))
                         order by name""").bind("table", integration.table()).list(row -> row.text("name")));
    }

    /** Drops the table of an integration that is deleted, with everything in it; may be repeated. */
    void drop(long organizationId, long integrationId, String table) {
        prepared.remove(integrationId);
        organizations.apply(organizationId).run(session -> {
            ColumnFiller.forget(session, table);
            session.sql(ChangeLog.unfollow()).bind("integration", integrationId).execute();
            session.sql(ChangeLog.drop())
                    .bind("integration", integrationId)
                    .bind("until", Long.MAX_VALUE)
                    .bind("most", Integer.MAX_VALUE)
                    .execute();
            session.sql(ComparedRows.end())
                    .bind("integration", integrationId)
                    .bind("comparison", Long.MAX_VALUE)
                    .execute();
            session.sql(Table.drop(table)).execute();
        });
    }

    /**
     * Renames the table of an integration; waits a moment for whoever uses it; may be repeated. Under the old name no table is made
     * any more for this integration: another host may not know yet.
     */
    void rename(Integration integration, String name) {
        change(organizations.apply(integration.organizationId()), session -> {
            if (Renamed.has(session, integration)
                    && TableShape.of(
                                    session,
                                    new Table(name, resource(integration).resource()))
                            .exists()) {
                return;
            }
            ColumnFiller.rename(session, integration.table(), name);
            session.sql(ChangeLog.rename())
                    .bind("table", integration.table())
                    .bind("name", name)
                    .execute();
            declared(integration, resource(integration))
                    .rename(name)
                    .forEach(statement -> session.sql(statement).execute());
            Renamed.note(session, integration, name);
        });
        forget(integration);
    }

    /**
     * Stores states in the table of an integration, brought into shape, and tells those who follow it.
     *
     * @param cause where they came from, by the position of what said so
     * @throws DatabaseException if the database is the problem, and not the data; some of the states may be stored
     */
    public TableWriter.Stored store(Integration integration, List<State> states, IntFunction<Cause> cause) {
        Database organization = organizations.apply(integration.organizationId());
        TableWriter.Stored stored = use(
                integration,
                table -> TableWriter.store(
                        organization, table, states, cause, session -> requireOwn(session, integration)));
        if (stored.followed()) {
            // also if nothing changed: a host that died may have stored the same, and told nobody
            followers.changed(integration);
        }
        if (stored.changed() > 0) {
            changed.accept(integration);
            written.accept(integration, stored.changed());
        }
        return stored;
    }

    /** Returns whether there is a row with a key in the table of an integration. */
    public boolean isKnown(Integration integration, String key) {
        Database organization = organizations.apply(integration.organizationId());
        return use(integration, table -> TableWriter.isKnown(organization, table, key));
    }

    /**
     * Returns the keys of the rows with a value in a column, as text, in the table of an integration. A key is its own, whether there is
     * such a row or not.
     */
    public List<String> keys(Integration integration, String column, String value) {
        Database organization = organizations.apply(integration.organizationId());
        return use(
                integration,
                table -> table.key().equals(column)
                        ? List.of(value)
                        : TableWriter.keys(organization, table, column, value));
    }

    /** Returns the keys of the rows with a value in a column, as text, in the table of an integration, of which more than the key is there. */
    public List<String> keysOfKept(Integration integration, String column, String value) {
        Database organization = organizations.apply(integration.organizationId());
        return use(integration, table -> TableWriter.keysOfKept(organization, table, column, value));
    }

    /** Returns the next rows of the table of an integration: see {@link TableWriter#older}. */
    public List<TableWriter.Numbered> older(Integration integration, Instant time, long after, int most) {
        Database organization = organizations.apply(integration.organizationId());
        return use(integration, table -> TableWriter.older(organization, table, time, after, most));
    }

    /** Erases a row of the table of an integration but its key, for ever, and tells those who follow the table. */
    public Erased erase(Integration integration, String key) {
        Database organization = organizations.apply(integration.organizationId());
        TableWriter.Erasure erasure = use(
                integration,
                table -> TableWriter.erase(
                        organization, table, integration.id(), key, session -> requireOwn(session, integration)));
        if (erasure.followed()) {
            followers.changed(integration);
        }
        if (erasure.erased() == Erased.NOW) {
            changed.accept(integration);
        }
        return erasure.erased();
    }

    /** Does work with the table of an integration, brought into shape. After a failure it is looked at anew before its next use. */
    public <T> T use(Integration integration, Function<Table, T> work) {
        try {
            return work.apply(ready(integration));
        } catch (RuntimeException e) {
            forget(integration);
            throw e;
        }
    }

    /**
     * Reads the table of an integration, brought into shape, in one transaction.
     *
     * @param limit for one statement
     * @throws DatabaseException also if the table was renamed meanwhile: what has its name may be another one's
     */
    public <T> T read(Integration integration, Duration limit, BiFunction<Session, Table, T> work) {
        Database organization = organizations.apply(integration.organizationId());
        return use(
                integration,
                table -> organization.transaction(limit, session -> {
                    T read = work.apply(session, table);
                    requireOwn(session, integration);
                    return read;
                }));
    }

    /** To be called in a transaction after the table was used: from then on until its end nobody can rename it. */
    private static void requireOwn(Session session, Integration integration) {
        Renamed.requireNot(session, integration);
    }

    private void forget(Integration integration) {
        prepared.remove(integration.id());
    }

    private LoadedResource resource(Integration integration) {
        return connectors
                .resource(integration.service())
                .orElseThrow(() -> new MissingConnectorException(integration.service()));
    }

    private Table declared(Integration integration, LoadedResource resource) {
        return new Table(integration.table(), chosen(integration, resource));
    }

    /** With the optional columns that were chosen; most services have none. */
    private Resource chosen(Integration integration, LoadedResource resource) {
        Resource declared = resource.resource();
        return declared.optionalColumns().isEmpty()
                ? declared
                : endpoints
                        .apply(integration.endpointId())
                        .map(endpoint -> declared.choosing(endpoint.settings()))
                        .orElse(declared);
    }

    /** No transaction of the organization's database is open yet. */
    private Creation creation(Integration integration, Table table) {
        return new Creation(integration, table, followers.want(integration));
    }

    private record Creation(Integration integration, Table table, boolean followed) {
        /** A table is followed from its first row, or not yet. */
        void perform(Session session) {
            table.create().forEach(statement -> session.sql(statement).execute());
            if (followed) {
                ChangeLog.follow(session, table.name(), integration.id());
            }
        }
    }

    /** Returns the table as it then is: some columns may still be narrower than declared. */
    private Table shape(Database organization, Table table, Integration integration) {
        TableShape found = organization.transaction(PATIENCE, session -> TableShape.of(session, table));
        if (!found.exists() || !found.missing(table).isEmpty()) {
            complete(organization, table, integration);
        }
        List<Column> narrower = found.narrower(table);
        return narrower.isEmpty() || widened(organization, table, narrower, found.obstacle(narrower))
                ? table
                : table.stillNarrow(narrower);
    }

    private void complete(Database organization, Table table, Integration integration) {
        Creation creation = creation(integration, table);
        change(organization, session -> {
            TableShape now = TableShape.of(session, table);
            if (!now.exists()) {
                Renamed.requireNot(session, integration);
                creation.perform(session);
                return;
            }
            List<Column> missing = now.missing(table);
            if (!missing.isEmpty()) {
                session.sql(table.add(missing)).execute();
                missing.forEach(column -> ColumnFiller.note(session, table, column));
                LOG.info("Added {} to {}; filling old rows in the background", missing, table.name());
            }
        });
    }

    /** Columns that cannot be widened in a moment stay as they are: nobody is kept waiting, and no row fails. */
    private static boolean widened(
            Database organization, Table table, List<Column> narrower, Optional<String> obstacle) {
        if (obstacle.isPresent()) {
            LOG.warn(
                    "Of {} these columns stay integer, and are NULL where a number is too large: {}, because {}. How to widen them, is in docs/operating.md.",
                    table.name(),
                    narrower,
                    obstacle.get());
            return false;
        }
        try {
            change(organization, session -> widen(session, table, narrower));
            LOG.info("Widened {} of {}; filling old rows in the background", narrower, table.name());
            return true;
        } catch (DatabaseException e) {
            LOG.warn("Of {} {} stay integer until the next start: {}", table.name(), narrower, e.getMessage());
            return false;
        }
    }

    private static void widen(Session session, Table table, List<Column> narrower) {
        session.sql("set local statement_timeout = '%dms'".formatted(LONGEST_REWRITE.toMillis()))
                .execute();
        session.sql(table.widen(narrower)).execute();
        narrower.forEach(column -> ColumnFiller.note(session, table, column));
    }

    /** Does work that changes what there is, and gives up if others use it for long. */
    private static void change(Database organization, Consumer<Session> work) {
        organization.run(session -> {
            session.waitForLocks(PATIENCE);
            enter(session);
            work.accept(session);
        });
    }

    /** {@code if not exists} does not keep two sessions from creating the same thing at the same time: here they are one after the other. */
    private static void enter(Session session) {
        session.sql(WriteFence.enter()).execute();
        OrganizationSchema.standard().requireKnown(session);
    }

    private record Prepared(LoadedResource resource, Table table) {}
}
