package dev.webhookdb.tenancy;

import dev.webhookdb.sql.ConcurrencyLimit;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.sql.Session;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/** The platform's records of organizations' databases. */
final class OrganizationDirectory {
    /** Any number, as long as no other advisory lock of ours has it: "orgd" in ASCII. */
    private static final int LOCK = 0x6f726764;

    private static final int AT_A_TIME = 4;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Database platform;
    private final Semaphore places = new Semaphore(AT_A_TIME, true);

    OrganizationDirectory(Database platform) {
        this.platform = platform;
    }

    /**
     * Does the work while no other host creates or drops the same organization's database. No transaction is open meanwhile; each host does
     * a few of those at a time, because each takes connections of its own.
     */
    void exclusively(long organizationId, Runnable work) {
        ConcurrencyLimit.<Boolean>within(
                places,
                PATIENCE,
                "Too many organizations' databases are being created or dropped.",
                () -> platform.<Boolean>apart(session -> {
                    session.sql("select pg_advisory_lock(:lock, hashint8(:id))")
                            .bind("lock", LOCK)
                            .bind("id", organizationId)
                            .list(row -> true);
                    work.run();
                    return true;
                }));
    }

    Optional<OrganizationDatabase> find(long organizationId) {
        return platform.transaction(session -> find(session, organizationId));
    }

    OrganizationDatabase existing(long organizationId) {
        return platform.transaction(session -> existing(session, organizationId));
    }

    /** The same in a transaction of the caller's. */
    static OrganizationDatabase existing(Session platform, long organizationId) {
        return find(platform, organizationId)
                .filter(OrganizationDatabase::ready)
                .orElseThrow(() -> new DatabaseException(
                        DatabaseException.Kind.OTHER,
                        "The organization %d has no database yet: create it first.".formatted(organizationId)));
    }

    private static Optional<OrganizationDatabase> find(Session platform, long organizationId) {
        return platform.sql("select %s from organization_database where organization_id = :id"
                        .formatted(OrganizationDatabase.COLUMNS))
                .bind("id", organizationId)
                .first(OrganizationDatabase::of);
    }

    /** Returns those of some organizations that have another revision than is known. */
    List<OrganizationDatabase> changed(Map<Long, Integer> revisions) {
        if (revisions.isEmpty()) {
            return List.of();
        }
        long[] ids = revisions.keySet().stream().mapToLong(Long::longValue).toArray();
        int[] known = Arrays.stream(ids).mapToInt(revisions::get).toArray();
        return platform.transaction(session -> session.sql("""
                        select %s from organization_database
                        join unnest(:ids, :revisions) as known (id, known_revision) on id = organization_id
                        where revision <> known_revision""".formatted(OrganizationDatabase.COLUMNS))
                .bind("ids", ids)
                .bind("revisions", known)
                .list(OrganizationDatabase::of));
    }

    static void add(Session session, OrganizationDatabase database) {
        session.sql("""
                insert into organization_database
                       (organization_id, server, host, port, database_name, owner_role, owner_secret, reader_role,
                        reader_secret)
                values (:id, :server, :host, :port, :name, :owner, :ownerSecret, :reader, :readerSecret)
                """)
                .bind("id", database.organizationId())
                .bind("server", database.server())
                .bind("host", database.host())
                .bind("port", database.port())
                .bind("name", database.name())
                .bind("owner", database.owner().role())
                .bind("ownerSecret", database.owner().secret())
                .bind("reader", reader(database, OrganizationDatabase.Login::role))
                .bind("readerSecret", reader(database, OrganizationDatabase.Login::secret))
                .execute();
    }

    /** Puts a database in the place of the one that is recorded. */
    static void replace(Session session, OrganizationDatabase database) {
        session.sql("""
                update organization_database
                   set server = :server, host = :host, port = :port, database_name = :name, ssl_mode = :sslMode,
                       owner_role = :owner, owner_secret = :ownerSecret, reader_role = :reader,
                       reader_secret = :readerSecret, revision = revision + 1
                 where organization_id = :id
                """)
                .bind("id", database.organizationId())
                .bind("server", database.server())
                .bind("host", database.host())
                .bind("port", database.port())
                .bind("name", database.name())
                .bind("sslMode", database.sslMode().orElse(null))
                .bind("owner", database.owner().role())
                .bind("ownerSecret", database.owner().secret())
                .bind("reader", reader(database, OrganizationDatabase.Login::role))
                .bind("readerSecret", reader(database, OrganizationDatabase.Login::secret))
                .execute();
    }

    /** Keeps where a database of ours is that its organization moved out of. */
    static void retire(Session session, OrganizationDatabase database, Duration grace) {
        remember(session, database, Optional.of(grace), Optional.empty());
    }

    /** Keeps where a database is going to be made for a move, to be dropped if that ends without it. */
    static void announce(Session session, OrganizationDatabase database, long migrationId) {
        remember(session, database, Optional.empty(), Optional.of(migrationId));
    }

    /** A database that was made for a move is not to be dropped any more. */
    static void adopt(Session session, OrganizationDatabase database) {
        session.sql("delete from retired_database where database_name = :name")
                .bind("name", database.name())
                .execute();
    }

    private static void remember(
            Session session, OrganizationDatabase database, Optional<Duration> grace, Optional<Long> migrationId) {
        session.sql("""
                insert into retired_database
                       (database_name, organization_id, server, host, port, owner_role, reader_role, drop_at, migration_id)
                values (:name, :id, :server, :host, :port, :owner, :reader,
                        coalesce(now() + make_interval(secs => :seconds::bigint), 'infinity'), :migration)
                """)
                .bind("name", database.name())
                .bind("id", database.organizationId())
                .bind("server", database.server())
                .bind("host", database.host())
                .bind("port", database.port())
                .bind("owner", database.owner().role())
                .bind("reader", reader(database, OrganizationDatabase.Login::role))
                .bind("seconds", grace.map(Duration::toSeconds).orElse(null))
                .bind("migration", migrationId.orElse(null))
                .execute();
    }

    /**
     * Returns what is to be dropped: what its organization left long enough ago, or an organization that is not there any more, and what was
     * made for a move that ended without it.
     */
    List<OrganizationDatabase> retired() {
        byte[] none = {};
        return platform.transaction(session -> session.sql("""
                select database_name, organization_id, server, host, port, owner_role, reader_role
                  from retired_database
                 where drop_at < now() or not exists (
                         select from organization_database as present
                          where present.organization_id = retired_database.organization_id)
                    or (migration_id is not null and not exists (
                         select from database_migration as move
                          where move.id = migration_id and move.state in ('enqueued', 'in_progress')))
                """)
                .list(row -> new OrganizationDatabase(
                        row.number("organization_id"),
                        row.text("server"),
                        row.text("host"),
                        row.integer("port"),
                        row.text("database_name"),
                        Optional.empty(),
                        new OrganizationDatabase.Login(row.text("owner_role"), none),
                        Optional.of(new OrganizationDatabase.Login(row.text("reader_role"), none)),
                        0,
                        0,
                        true)));
    }

    /** Forgets a database that was dropped. */
    void forgetRetired(String name) {
        platform.run(session -> session.sql("delete from retired_database where database_name = :name")
                .bind("name", name)
                .execute());
    }

    /** Returns the databases of ours whose restrictions are older than a version. */
    List<OrganizationDatabase> unrestricted(int version) {
        return platform.transaction(session -> session.sql("""
                        select %s from organization_database
                        where restrictions < :version and ready_at is not null and server <> :own""".formatted(OrganizationDatabase.COLUMNS))
                .bind("version", version)
                .bind("own", OrganizationDatabase.OWN)
                .list(OrganizationDatabase::of));
    }

    void markRestricted(long organizationId, int version) {
        platform.run(session -> session.sql(
                        "update organization_database set restrictions = :version where organization_id = :id")
                .bind("version", version)
                .bind("id", organizationId)
                .execute());
    }

    /** Returns the databases whose schema is older than a version. */
    List<OrganizationDatabase> outdated(int version) {
        return platform.transaction(session -> session.sql("""
                        select %s from organization_database
                        where schema_version < :version and ready_at is not null order by organization_id""".formatted(OrganizationDatabase.COLUMNS))
                .bind("version", version)
                .list(OrganizationDatabase::of));
    }

    /** Notes the version that a schema has; hosts that look at revisions learn of it. */
    void markSchema(long organizationId, int version) {
        platform.run(session -> session.sql("""
                        update organization_database
                           set schema_version = :version, schema_problem = null, revision = revision + 1
                         where organization_id = :id and (schema_version < :version or schema_problem is not null)""")
                .bind("id", organizationId)
                .bind("version", version)
                .execute());
    }

    /** Notes why a schema has no newer version, and returns whether that was another reason before. */
    boolean markSchemaProblem(long organizationId, String problem) {
        return platform.transaction(session -> session.sql("""
                        update organization_database set schema_problem = :problem
                         where organization_id = :id and schema_problem is distinct from :problem""")
                        .bind("id", organizationId)
                        .bind("problem", problem)
                        .execute()
                > 0);
    }

    /** Returns how many databases have a schema that is newer than a version, or older with a reason. */
    SchemaState schemaState(int version) {
        return platform.transaction(session -> session.sql("""
                        select count(*) filter (where schema_version > :version) as newer,
                               count(*) filter (where schema_version < :version and schema_problem is not null) as older,
                               coalesce(max(schema_version), 0) as newest
                          from organization_database""")
                .bind("version", version)
                .one(row -> new SchemaState(row.number("newer"), row.number("older"), row.integer("newest"))));
    }

    /** Returns why schemas have no newer version, by organization. */
    Map<Long, String> schemaProblems() {
        Map<Long, String> problems = new HashMap<>();
        platform.run(session -> session.sql(
                        "select organization_id, schema_problem from organization_database where schema_problem is not null")
                .list(row -> problems.put(row.number("organization_id"), row.text("schema_problem"))));
        return problems;
    }

    record SchemaState(long newer, long older, int newest) {}

    void markReady(long organizationId) {
        platform.run(
                session -> session.sql("update organization_database set ready_at = now() where organization_id = :id")
                        .bind("id", organizationId)
                        .execute());
    }

    /** Keeps the reader's new password, unless the organization is in another database by now, where it has another one anyway. */
    void replaceReaderSecret(OrganizationDatabase database, byte[] secret) {
        platform.run(session -> session.sql("""
                        update organization_database set reader_secret = :secret
                         where organization_id = :id and database_name = :name""")
                .bind("secret", secret)
                .bind("id", database.organizationId())
                .bind("name", database.name())
                .execute());
    }

    void remove(long organizationId) {
        platform.run(session -> session.sql("delete from organization_database where organization_id = :id")
                .bind("id", organizationId)
                .execute());
    }

    /** Returns the databases that are ready. */
    List<OrganizationDatabase> all() {
        return platform.transaction(
                session -> session.sql("select %s from organization_database where ready_at is not null"
                                .formatted(OrganizationDatabase.COLUMNS))
                        .list(OrganizationDatabase::of));
    }

    private static <T> T reader(OrganizationDatabase database, Function<OrganizationDatabase.Login, T> part) {
        return database.reader().map(part).orElse(null);
    }
}
