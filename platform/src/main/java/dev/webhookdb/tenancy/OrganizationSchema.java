package dev.webhookdb.tenancy;

import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.sql.Session;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The schema {@code webhookdb} of an organization's database, and what every table of an integration has besides its columns: versions
 * of them, and how a database is brought from one to the next. Thread-safe.
 *
 * <p>The database itself tells its version ({@code webhookdb.schema_history}). Each step is a transaction that keeps other hosts out, and
 * who makes tables; a step that is done to each table takes one for each, so that no writer waits for more than its own table. Whatever
 * breaks off is taken up where it was. While the organization is moving out, nothing is done.
 *
 * <p>A version must be one that hosts of the version before can live with for a moment: they notice it within a second or so.
 */
public final class OrganizationSchema {
    private static final Duration LIMIT = Duration.ofMinutes(10);

    /** Writers queue up behind a change of a table that waits. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /**
     * Without the right to create a schema, one that is there will do. Of two hosts that come first at the same moment, the second waits for
     * the other one's transaction and finds everything there.
     */
    private static final String BEGINNING = """
            do $begin$
            begin
              if to_regclass('webhookdb.schema_history') is null then
                if to_regnamespace('webhookdb') is null then
                  create schema webhookdb;
                end if;
                create table webhookdb.schema_history (
                  version integer primary key, description text not null, applied_at timestamptz not null default clock_timestamp());
                create table webhookdb.schema_progress (done regclass primary key);
              end if;
            exception when unique_violation or duplicate_schema or duplicate_table then
              null;
            end $begin$""";

    private static final OrganizationSchema STANDARD = new OrganizationSchema(List.of(
            "V1__foundation.sql",
            "V2__change_log.sql",
            "V3__since_when_states_are_known.each-table.sql",
            "V4__sync_windows.sql",
            "V5__comparisons.sql",
            "V6__databases_that_are_set_back.sql",
            "V7__webhooks_behind_changes.sql",
            "V8__data_of_changes.sql"));

    private final List<SchemaVersion> versions;

    private OrganizationSchema(List<String> files) {
        this(files.stream().map(SchemaVersion::read));
    }

    private OrganizationSchema(Stream<SchemaVersion> versions) {
        this.versions = versions.toList();
    }

    /** Returns the versions that this build knows. */
    public static OrganizationSchema standard() {
        return STANDARD;
    }

    /** Returns the same with one more step, as a later build would have. */
    OrganizationSchema with(SchemaVersion next) {
        return new OrganizationSchema(Stream.concat(versions.stream(), Stream.of(next)));
    }

    /** Returns the newest version that is known. */
    int newest() {
        return versions.size();
    }

    /**
     * Organizations' databases that do not have this build's version.
     *
     * @param older how many will be upgraded
     * @param newer how many were upgraded by a newer build
     */
    public record Others(long older, long newer) {}

    /** Returns how many databases have another version, as the platform's record says, whose tables may be an older build's. */
    public Others others(Session platform) {
        return platform.sql("""
                        select to_regclass('organization_database') is not null as known,
                               exists (select from pg_attribute
                                        where attrelid = to_regclass('organization_database') and attname = 'schema_version') as versioned""").one(row -> others(platform, row.flag("known"), row.flag("versioned")));
    }

    private Others others(Session platform, boolean known, boolean versioned) {
        if (!known) {
            return new Others(0, 0);
        }
        // of before the schemas had versions
        String version = versioned ? "schema_version" : "0";
        return platform.sql("""
                        select count(*) filter (where %1$s < :newest) as older, count(*) filter (where %1$s > :newest) as newer
                          from organization_database where ready_at is not null""".formatted(version))
                .bind("newest", newest())
                .one(row -> new Others(row.number("older"), row.number("newer")));
    }

    /**
     * Brings a database to the newest version; does nothing to one that has it.
     *
     * @throws DatabaseException of the kind {@code UNAVAILABLE} if the database has a newer one, and of others if it refuses
     */
    public void migrate(Database organization) {
        int version = raise(organization);
        if (version > newest()) {
            throw newer(organization.name(), version);
        }
    }

    /**
     * Makes sure that nobody brought the database to a version that this build does not know. Whoever makes a table asks in the same
     * transaction, because a table in an old shape would keep it.
     *
     * @throws DatabaseException of the kind {@code UNAVAILABLE} if somebody did
     */
    public void requireKnown(Session session) {
        int version = versionIfAny(session);
        if (version > newest()) {
            String name = session.sql("select current_database()::text as name").one(row -> row.text("name"));
            throw newer(name, version);
        }
    }

    /** Returns the names of the tables that are filled from webhooks and listings, in their order: they have these columns. */
    public static List<String> tables(Session session) {
        return session.sql("""
                        select relname::text as name from pg_class
                         where relnamespace = 'public'::regnamespace and relkind = 'r'
                           and (select count(*) from pg_attribute
                                 where attrelid = pg_class.oid and attname in ('pk', 'data', '_as_of', '_change') and not attisdropped) = 4
                         order by relname""").list(row -> row.text("name"));
    }

    /** Brings a database to the newest version and returns it; or returns the one that it has, if that is a newer one. */
    int raise(Database organization) {
        int version = organization.transaction(OrganizationSchema::versionIfAny);
        while (version < newest()) {
            version = organization.transaction(LIMIT, this::step);
        }
        return version;
    }

    DatabaseException newer(String database, int version) {
        return new DatabaseException(DatabaseException.Kind.UNAVAILABLE, """
                The database "%s" was brought to version %d of its schema by a newer webhookdb, and this one knows up to %d: what is to be \
                written there waits until this host is upgraded, too.""".formatted(database, version, newest()));
    }

    private static int versionIfAny(Session session) {
        boolean versioned = session.sql("select to_regclass('webhookdb.schema_history') is not null as versioned")
                .one(row -> row.flag("versioned"));
        return versioned ? version(session) : 0;
    }

    private static int version(Session session) {
        return session.sql("select coalesce(max(version), 0) as version from webhookdb.schema_history")
                .one(row -> row.integer("version"));
    }

    /** Does the next step, or its part for one table; returns the version that the database has then. */
    private int step(Session session) {
        session.waitForLocks(PATIENCE);
        session.sql(BEGINNING).execute();
        session.sql("lock table webhookdb.schema_history in exclusive mode").execute();
        int version = version(session);
        if (version >= newest()) {
            return version;
        }
        refuseWhileMoving(session);
        SchemaVersion next = versions.get(version);
        if (!next.eachTable()) {
            session.sql(next.sql()).execute();
            return reached(session, next);
        }
        Optional<String> table = nextTable(session);
        if (table.isEmpty()) {
            session.sql("delete from webhookdb.schema_progress").execute();
            return reached(session, next);
        }
        session.sql(next.sqlFor(table.get())).execute();
        session.sql("insert into webhookdb.schema_progress values (to_regclass('public.' || quote_ident(:table)))")
                .bind("table", table.get())
                .execute();
        return version;
    }

    /** The door is closed for good where the organization has left. */
    private static void refuseWhileMoving(Session session) {
        session.sql("""
                do $refuse$
                begin
                  if to_regclass('webhookdb.door') is not null then
                    lock table webhookdb.door in exclusive mode;
                  end if;
                  if to_regclass('webhookdb.closed') is not null then
                    raise exception using errcode = '57M01', message = 'the organization is moving to another database';
                  end if;
                end $refuse$""").execute();
    }

    private static Optional<String> nextTable(Session session) {
        Set<String> done = Set.copyOf(session.sql("""
                        select relname::text as name from webhookdb.schema_progress join pg_class on pg_class.oid = done""").list(row -> row.text("name")));
        return tables(session).stream().filter(table -> !done.contains(table)).findFirst();
    }

    private static int reached(Session session, SchemaVersion version) {
        session.sql("insert into webhookdb.schema_history (version, description) values (:version, :description)")
                .bind("version", version.number())
                .bind("description", version.description())
                .execute();
        return version.number();
    }
}
