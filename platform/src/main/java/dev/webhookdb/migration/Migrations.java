package dev.webhookdb.migration;

import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.crypto.Sealer;
import dev.webhookdb.migration.MigrationException.Problem;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.sql.Session;
import dev.webhookdb.tenancy.OrganizationDatabases;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The platform's records of moves. Thread-safe; several hosts may share them. */
public final class Migrations {
    private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);

    /** A database of ours is kept for that long after its organization moved out. */
    private static final Duration GRACE = Duration.ofDays(7);

    private static final String UNIQUE_VIOLATION = "23505";

    private final Database platform;
    private final OrganizationDatabases databases;
    private final Sealer sealer;

    /** @param sealer keeps URLs unreadable while they are needed */
    public Migrations(Database platform, OrganizationDatabases databases, Sealer sealer) {
        this.platform = platform;
        this.databases = databases;
        this.sealer = sealer;
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
        try {
            platform.run(session -> session.sql("""
                            insert into database_migration
                                   (organization_id, source, destination, sealed_url, sealed_reader_url, author)
                            values (:organization, :source, :destination, :url, :readerUrl, :author)""")
                    .bind("organization", organizationId)
                    .bind("source", databases.own().location(organizationId))
                    .bind(
                            "destination",
                            "postgresql://***:***@%s:%d/%s".formatted(owner.host(), owner.port(), owner.database()))
                    .bind("url", sealer.seal(url))
                    .bind("readerUrl", readerUrl.map(sealer::seal).orElse(null))
                    .bind("author", author)
                    .execute());
        } catch (DatabaseException e) {
            if (!e.sqlState().equals(UNIQUE_VIOLATION)) {
                throw e;
            }
            throw new MigrationException(
                    Problem.RUNNING,
                    "A migration of the organization is under way; 'webhookdb db migrations list' shows how far it is.",
                    e);
        }
    }

    /** Returns an organization's moves, the latest first. */
    public List<Migration> of(long organizationId) {
        return platform.transaction(session -> session.sql("""
                        select source, destination, created_at, started_at, finished_at, rows, error,
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
                        row.optionalText("error"))));
    }

    /**
     * Asks for the move that is under way to end, with the organization where it is. It does so at its next step.
     *
     * @return whether there is one; once the organization is in its own database, there is none
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
                        where id = :id and host = :host and state = 'in_progress' for update""")
                .bind("id", move.id())
                .bind("host", move.holder())
                .first(row -> row.flag("cancelled"))
                .orElseThrow(LostMigrationException::new);
        if (cancelled) {
            throw new CancelledException();
        }
    }

    /** Takes a move that nobody works on. One whose URLs cannot be opened has failed, and does not stand in the way of others. */
    Optional<Claimed> claim(Duration lease) {
        while (true) {
            Optional<Taken> taken = take(lease);
            if (taken.isEmpty()) {
                return Optional.empty();
            }
            Optional<Claimed> opened = opened(taken.get());
            if (opened.isPresent()) {
                return opened;
            }
        }
    }

    private Optional<Taken> take(Duration lease) {
        UUID holder = UUID.randomUUID();
        return platform.transaction(session -> session.sql("""
                        update database_migration
                           set state = 'in_progress', started_at = coalesce(started_at, clock_timestamp()), host = :host,
                               held_until = clock_timestamp() + make_interval(secs => :seconds)
                         where id = (
                           select id from database_migration
                            where state in ('enqueued', 'in_progress')
                              and (held_until is null or held_until < clock_timestamp())
                            order by id limit 1 for update skip locked)
                        returning id, organization_id, sealed_url, sealed_reader_url""")
                .bind("host", holder)
                .bind("seconds", lease.toSeconds())
                .first(row -> new Taken(
                        row.number("id"),
                        row.number("organization_id"),
                        row.bytes("sealed_url"),
                        row.optionalBytes("sealed_reader_url"),
                        holder)));
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared, and the bytes never change
    private record Taken(
            long id, long organizationId, byte[] sealedUrl, Optional<byte[]> sealedReaderUrl, UUID holder) {}

    private Optional<Claimed> opened(Taken taken) {
        try {
            return Optional.of(new Claimed(
                    taken.id(),
                    taken.organizationId(),
                    databases.own().address(sealer.open(taken.sealedUrl())),
                    taken.sealedReaderUrl().map(sealer::open).map(databases.own()::address),
                    taken.holder()));
        } catch (RuntimeException e) {
            String why = "The URLs of the new database cannot be opened (%s): start the migration again."
                    .formatted(e.getMessage());
            LOG.warn("The migration of the organization {} failed. {}", taken.organizationId(), why);
            platform.run(session -> end(session, taken.id(), taken.holder(), "failed", Optional.of(why)));
            return Optional.empty();
        }
    }

    /** Says that this host still works on a move. */
    void hold(Claimed move, Duration lease) {
        update(move, "held_until = clock_timestamp() + make_interval(secs => %d)".formatted(lease.toSeconds()));
    }

    /** Lets another host take a move at once. */
    void release(Claimed move) {
        update(move, "held_until = null, host = null");
    }

    private void update(Claimed move, String assignments) {
        platform.run(session -> requireHeld(
                session.sql("update database_migration set %s where id = :id and host = :host and state = 'in_progress'"
                                .formatted(assignments))
                        .bind("id", move.id())
                        .bind("host", move.holder())
                        .execute()));
    }

    /** Notes what a move waits after. */
    void remark(Claimed move, String remark) {
        platform.run(
                session -> session.sql("update database_migration set error = :error where id = :id and host = :host")
                        .bind("error", remark)
                        .bind("id", move.id())
                        .bind("host", move.holder())
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
                            update database_migration set rows = rows + :rows, error = null
                            where id = :id and host = :host and state = 'in_progress'""")
                    .bind("rows", rows)
                    .bind("id", move.id())
                    .bind("host", move.holder())
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
        update(move, "rows = rows + %d, error = null".formatted(rows));
    }

    /** Returns whether a move has not ended; waits for the transaction that may be ending it. */
    boolean isUnderWay(Claimed move) {
        return platform.transaction(
                session -> session.sql("select state from database_migration where id = :id for update")
                        .bind("id", move.id())
                        .first(row -> row.text("state").equals("in_progress"))
                        .orElse(false));
    }

    /** Ends a move well: from the commit on, the organization is in its own database. */
    void finish(Claimed move, Optional<String> remark) {
        platform.run(session -> {
            requireWanted(session, move);
            end(session, move.id(), move.holder(), "finished", remark);
            databases.own().replace(session, move.organizationId(), move.owner(), move.reader(), GRACE);
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
                           set state = :state, error = :error, finished_at = clock_timestamp(), sealed_url = null,
                               sealed_reader_url = null, held_until = null, host = null
                         where id = :id and host = :host and state = 'in_progress'""")
                .bind("state", state)
                .bind("error", remark.orElse(null))
                .bind("id", id)
                .bind("host", holder)
                .execute());
    }

    private static void requireHeld(int updated) {
        if (updated == 0) {
            throw new LostMigrationException();
        }
    }
}
