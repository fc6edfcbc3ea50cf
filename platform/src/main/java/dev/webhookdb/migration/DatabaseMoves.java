package dev.webhookdb.migration;

import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.crypto.Sealer;
import dev.webhookdb.migration.MigrationException.Problem;
import dev.webhookdb.queue.LeasedQueue;
import dev.webhookdb.queue.QueueListener;
import dev.webhookdb.queue.QueueTable;
import dev.webhookdb.retry.Pauses;
import dev.webhookdb.retry.RetryPolicy;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import dev.webhookdb.tenancy.NewDatabase;
import dev.webhookdb.tenancy.OrganizationDatabases;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The platform's records of moves. Thread-safe; several hosts may share them. */
public final class DatabaseMoves {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseMoves.class);

    /** A database of ours is kept for that long after its organization moved out. */
    private static final Duration GRACE = Duration.ofDays(7);

    private static final QueueTable TABLE = QueueTable.of(
                    "database_migration",
                    "organization_id",
                    QueueTable.Type.NUMBER,
                    "id",
                    "organization_id",
                    "sealed_url",
                    "sealed_reader_url",
                    "server",
                    "host",
                    "port",
                    "database_name",
                    "claimed_by")
            .claimedAs(", state = 'in_progress', started_at = coalesce(started_at, clock_timestamp())")
            .poisonedAs(
                    "%d hosts ended while they worked on this migration. The server's log says how; start it again when that is mended.",
                    ", state = 'failed', finished_at = clock_timestamp(), sealed_url = null, sealed_reader_url = null");

    private static final Duration LEASE = Duration.ofSeconds(15);

    /** Before a move is taken up again that met an error of ours. */
    private static final Duration REST = Duration.ofSeconds(15);

    private static final String UNDER_WAY =
            "A migration of the organization is under way; 'webhookdb db migrations list' shows how far it is.";

    private static final String UNIQUE_VIOLATION = "23505";

    private final Database platform;
    private final OrganizationDatabases databases;
    private final Sealer sealer;
    private final Duration betweenServers;
    private final LeasedQueue<Taken> queue;

    /** The same where what is left on one server of ours for another is kept as long as what is left for an organization's own. */
    public DatabaseMoves(Database platform, OrganizationDatabases databases, Sealer sealer) {
        this(platform, databases, sealer, GRACE);
    }

    /**
     * Keeps the records in the platform's database.
     *
     * @param sealer keeps URLs unreadable while they are needed
     * @param betweenServers for how long a database is kept that its organization left for another of our servers
     */
    public DatabaseMoves(Database platform, OrganizationDatabases databases, Sealer sealer, Duration betweenServers) {
        this.platform = platform;
        this.databases = databases;
        this.sealer = sealer;
        this.betweenServers = betweenServers;
        this.queue = new LeasedQueue<>(
                platform,
                TABLE,
                Taken::read,
                LEASE,
                RetryPolicy.of(Pauses.doubling(REST, REST)).waitingForWhatIsExhausted(),
                QueueListener.NONE);
    }

    /** What became of a request to move. */
    public enum Outcome {
        /** It will be done in the background. */
        ENQUEUED,
        /** The organization is there already: it is entered with what was given from now on. */
        CREDENTIALS_REPLACED
    }

    /**
     * Asks for a move, after both URLs were tried.
     *
     * @param url of the role that is to own the tables
     * @param readerUrl of the role that may only read; without one, nobody can run statements by way of this host
     * @throws MigrationException if that is impossible; nothing was changed
     */
    public Outcome start(long organizationId, String author, String url, Optional<String> readerUrl) {
        ServerAddress owner = address(Problem.ADMIN_URL, url);
        Optional<ServerAddress> reader = readerUrl.map(one -> address(Problem.READER_URL, one));
        requireNoneUnderWay(organizationId);
        Database present = databases.open(organizationId);
        String here = Destination.identity(present);
        String there = Destination.requireUsable(owner, new Source(present).tables(), here);
        reader.ifPresent(one -> Destination.requireReader(one, owner, there));
        if (!there.equals(here)) {
            enqueue(organizationId, author, owner, url, readerUrl);
            return Outcome.ENQUEUED;
        }
        if (!databases.own().isOwn(organizationId)) {
            throw new MigrationException(
                    Problem.ADMIN_URL, "That is the database in which the organization is already: name another one.");
        }
        platform.run(session -> databases.own().replace(session, organizationId, owner, reader, GRACE));
        databases.refresh();
        return Outcome.CREDENTIALS_REPLACED;
    }

    private ServerAddress address(Problem problem, String url) {
        try {
            return databases.own().address(url);
        } catch (IllegalArgumentException e) {
            throw new MigrationException(
                    problem, "The URL cannot be used. Expected is %s.".formatted(e.getMessage()), e);
        }
    }

    private void enqueue(
            long organizationId, String author, ServerAddress owner, String url, Optional<String> readerUrl) {
        String destination = "postgresql://***:***@%s:%d/%s".formatted(owner.host(), owner.port(), owner.database());
        enqueue(organizationId, author, destination, url, readerUrl, Optional.empty());
    }

    /** @param made what is going to be made for the move; then the secrets are passwords, and URLs otherwise */
    private void enqueue(
            long organizationId,
            String author,
            String destination,
            String secret,
            Optional<String> readerSecret,
            Optional<NewDatabase> made) {
        String source = databases.own().location(organizationId);
        try {
            platform.run(session -> {
                long id = session.sql("""
                                insert into database_migration
                                       (organization_id, source, destination, sealed_url, sealed_reader_url, server, host, port,
                                        database_name, author, due_at)
                                values (:organization, :source, :destination, :url, :readerUrl, :server, :host, :port, :name,
                                        :author, clock_timestamp())
                                returning id""")
                        .bind("organization", organizationId)
                        .bind("source", source)
                        .bind("destination", destination)
                        .bind("url", sealer.seal(secret))
                        .bind("readerUrl", readerSecret.map(sealer::seal).orElse(null))
                        .bind("server", made.map(NewDatabase::server).orElse(null))
                        .bind("host", made.map(NewDatabase::host).orElse(null))
                        .bind("port", made.map(one -> (long) one.port()).orElse(null))
                        .bind("name", made.map(NewDatabase::name).orElse(null))
                        .bind("author", author)
                        .one(row -> row.number("id"));
                made.ifPresent(database -> database.announce(session, id));
                queue.added(session);
            });
        } catch (DatabaseException e) {
            if (!e.sqlState().equals(UNIQUE_VIOLATION)) {
                throw e;
            }
            throw new MigrationException(Problem.RUNNING, UNDER_WAY, e);
        }
    }

    /** Asks for a move to a database that is going to be made for it. */
    void enqueue(String author, NewDatabase database) {
        enqueue(
                database.organizationId(),
                author,
                database.location(),
                database.owner().password().reveal(),
                Optional.of(database.reader().password().reveal()),
                Optional.of(database));
    }

    /** Said before the destination is looked at, which by then holds what the move under way has copied. */
    void requireNoneUnderWay(long organizationId) {
        boolean running = platform.transaction(
                session -> session.sql("""
                        select exists (select from database_migration
                          where organization_id = :organization and state in ('enqueued', 'in_progress')) as running""").bind("organization", organizationId).one(row -> row.flag("running")));
        if (running) {
            throw new MigrationException(Problem.RUNNING, UNDER_WAY);
        }
    }

    /** Returns an organization's moves, the latest first. */
    public List<Migration> of(long organizationId) {
        return platform.transaction(session -> session.sql("""
                        select source, destination, created_at, started_at, finished_at, rows, reason,
                               case when finished_at is null and cancelled_at is not null then 'cancelling' else state end as state
                          from database_migration where organization_id = :organization order by id desc""")
                .bind("organization", organizationId)
                .list(row -> new Migration(
                        row.text("source"),
                        row.text("destination"),
                        row.text("state"),
                        row.instant("created_at"),
                        row.optionalInstant("started_at"),
                        row.optionalInstant("finished_at"),
                        row.number("rows"),
                        row.optionalText("reason"))));
    }

    /**
     * Asks for the move that is under way to end, with the organization where it is. It does so at its next step.
     *
     * @return whether there is one; once the organization is in the new database, there is none
     */
    public boolean cancel(long organizationId) {
        return platform.transaction(
                session -> session.sql("""
                        update database_migration set cancelled_at = coalesce(cancelled_at, clock_timestamp())
                        where organization_id = :organization and state in ('enqueued', 'in_progress')""").bind("organization", organizationId).execute() > 0);
    }

    /**
     * Makes sure that a move is still this host's, and wanted.
     *
     * @throws CancelledException if it is cancelled
     */
    void requireWanted(Claimed move) {
        platform.run(session -> requireWanted(session, move));
    }

    /** Whoever cancels meanwhile waits for the session, and is too late if that ends the move. */
    private static void requireWanted(Session session, Claimed move) {
        boolean cancelled = session.sql("""
                        select cancelled_at is not null as cancelled from database_migration
                        where id = :id and claimed_by = :holder and state = 'in_progress' for update""")
                .bind("id", move.id())
                .bind("holder", move.holder())
                .first(row -> row.flag("cancelled"))
                .orElseThrow(LostMigrationException::new);
        if (cancelled || (move.made().isPresent() && isClosed(session, move))) {
            throw new CancelledException();
        }
    }

    /** Nobody gets into a closed organization's database, and it is dropped; whoever closes it meanwhile waits for the session. */
    private static boolean isClosed(Session session, Claimed move) {
        return session.sql("select closed_at is not null as closed from organization where id = :id for share")
                .bind("id", move.organizationId())
                .first(row -> row.flag("closed"))
                .orElse(true);
    }

    /**
     * Makes the database that a move goes to, if that is on a server of ours, and has not been done.
     *
     * @throws CancelledException if the move is cancelled
     */
    void prepare(Claimed move) {
        move.made()
                .ifPresent(database -> databases.servers().alone(move.organizationId(), () -> {
                    requireWanted(move);
                    if (!isMade(move)) {
                        databases.servers().make(database);
                        update(move, "made_at = clock_timestamp()");
                    }
                }));
    }

    private boolean isMade(Claimed move) {
        return platform.transaction(
                session -> session.sql("select made_at is not null as made from database_migration where id = :id")
                        .bind("id", move.id())
                        .one(row -> row.flag("made")));
    }

    /** Returns the moves that wait for a host, and those that hosts work on. */
    LeasedQueue<Taken> queue() {
        return queue;
    }

    /**
     * A move as it is taken, with its secrets still sealed.
     *
     * @param made where a database is made for it; then the secrets are the passwords of its roles, and URLs otherwise
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared, and the bytes never change
    record Taken(
            long id,
            long organizationId,
            byte[] sealedUrl,
            Optional<byte[]> sealedReaderUrl,
            Optional<Made> made,
            UUID holder) {
        /** A database of a configured server. */
        record Made(String server, String host, int port, String name) {
            private static Optional<Made> read(Row row) {
                return row.optionalText("server")
                        .map(server ->
                                new Made(server, row.text("host"), row.integer("port"), row.text("database_name")));
            }
        }

        private static Taken read(Row row) {
            return new Taken(
                    row.number("id"),
                    row.number("organization_id"),
                    row.bytes("sealed_url"),
                    row.optionalBytes("sealed_reader_url"),
                    Made.read(row),
                    row.uuid("claimed_by"));
        }
    }

    /**
     * Opens the URLs of a move. One whose URLs cannot be opened has failed, and does not stand in the way of others.
     *
     * @return nothing if it has failed
     */
    Optional<Claimed> opened(Taken taken) {
        try {
            return Optional.of(open(taken));
        } catch (RuntimeException e) {
            String why = (taken.made().isPresent()
                            ? "The new database cannot be entered (%s): start the move again."
                            : "The URLs of the new database cannot be opened (%s): start the migration again.")
                    .formatted(e.getMessage());
            LOG.warn("The migration of the organization {} failed. {}", taken.organizationId(), why);
            platform.run(session -> end(session, taken.id(), taken.holder(), "failed", Optional.of(why)));
            return Optional.empty();
        }
    }

    /** Opens the URLs of a move that has failed, to remove what it began; empty if that is impossible. */
    Optional<Claimed> reopened(Taken taken) {
        try {
            return Optional.of(open(taken));
        } catch (RuntimeException e) {
            LOG.warn(
                    "What the migration of the organization {} began stays: {}",
                    taken.organizationId(),
                    e.getMessage());
            return Optional.empty();
        }
    }

    private Claimed open(Taken taken) {
        if (taken.made().isPresent()) {
            return openMade(taken, taken.made().get());
        }
        return new Claimed(
                taken.id(),
                taken.organizationId(),
                databases.own().address(sealer.open(taken.sealedUrl())),
                taken.sealedReaderUrl().map(sealer::open).map(databases.own()::address),
                Optional.empty(),
                taken.holder());
    }

    private Claimed openMade(Taken taken, Taken.Made made) {
        NewDatabase database = databases
                .servers()
                .invented(
                        taken.organizationId(),
                        made.server(),
                        made.host(),
                        made.port(),
                        made.name(),
                        taken.sealedUrl(),
                        taken.sealedReaderUrl().orElseThrow());
        return new Claimed(
                taken.id(),
                taken.organizationId(),
                database.owner(),
                Optional.of(database.reader()),
                Optional.of(database),
                taken.holder());
    }

    private void update(Claimed move, String assignments) {
        platform.run(session -> requireHeld(session.sql(
                        "update database_migration set %s where id = :id and claimed_by = :holder and state = 'in_progress'"
                                .formatted(assignments))
                .bind("id", move.id())
                .bind("holder", move.holder())
                .execute()));
    }

    /** Notes what a move waits after. */
    void remark(Claimed move, String remark) {
        platform.run(session -> session.sql(
                        "update database_migration set reason = :reason where id = :id and claimed_by = :holder")
                .bind("reason", remark)
                .bind("id", move.id())
                .bind("holder", move.holder())
                .execute());
    }

    /** Returns how far a table is. */
    Progress progress(Claimed move, String table) {
        return platform.transaction(session -> session.sql("""
                        select next_pk, copied from database_migration_table
                        where migration_id = :id and table_name = :table""")
                .bind("id", move.id())
                .bind("table", table)
                .first(row -> new Progress(row.number("next_pk"), row.flag("copied")))
                .orElse(new Progress(0, false)));
    }

    /** Notes how far a table is, and that rows were copied. */
    void advance(Claimed move, String table, Progress progress, long rows) {
        platform.run(session -> {
            requireHeld(session.sql("""
                            update database_migration set rows = rows + :rows, reason = null, deaths = 0
                            where id = :id and claimed_by = :holder and state = 'in_progress'""")
                    .bind("rows", rows)
                    .bind("id", move.id())
                    .bind("holder", move.holder())
                    .execute());
            session.sql("""
                            insert into database_migration_table (migration_id, table_name, next_pk, copied)
                            values (:id, :table, :next, :copied)
                            on conflict (migration_id, table_name)
                            do update set next_pk = excluded.next_pk, copied = excluded.copied""")
                    .bind("id", move.id())
                    .bind("table", table)
                    .bind("next", progress.nextPk())
                    .bind("copied", progress.copied())
                    .execute();
        });
    }

    /** Notes that rows were copied again. */
    void count(Claimed move, long rows) {
        update(move, "rows = rows + %d, reason = null, deaths = 0".formatted(rows));
    }

    /** Returns whether a move has not ended; waits for the transaction that may be ending it. */
    boolean isUnderWay(Claimed move) {
        return platform.transaction(
                session -> session.sql("select state from database_migration where id = :id for update")
                        .bind("id", move.id())
                        .first(row -> row.text("state").equals("in_progress"))
                        .orElse(false));
    }

    /** Ends a move well: from the commit on, the organization is in the new database. */
    void finish(Claimed move, Optional<String> remark) {
        platform.run(session -> {
            requireWanted(session, move);
            end(session, move.id(), move.holder(), "finished", remark);
            if (move.made().isPresent()) {
                databases.servers().replace(session, move.made().get(), betweenServers);
            } else {
                databases.own().replace(session, move.organizationId(), move.owner(), move.reader(), GRACE);
            }
        });
        databases.refresh();
    }

    /**
     * Ends a move: the organization stays where it is.
     *
     * @param state in which it is for good
     */
    void end(Claimed move, String state, Optional<String> remark) {
        platform.run(session -> end(session, move.id(), move.holder(), state, remark));
    }

    private static void end(Session session, long id, UUID holder, String state, Optional<String> remark) {
        requireHeld(session.sql("""
                        update database_migration
                           set state = :state, reason = :reason, finished_at = clock_timestamp(), sealed_url = null,
                               sealed_reader_url = null, due_at = null, claimed_by = null
                         where id = :id and claimed_by = :holder and state = 'in_progress'""")
                .bind("state", state)
                .bind("reason", remark.orElse(null))
                .bind("id", id)
                .bind("holder", holder)
                .execute());
    }

    private static void requireHeld(int updated) {
        if (updated == 0) {
            throw new LostMigrationException();
        }
    }
}
