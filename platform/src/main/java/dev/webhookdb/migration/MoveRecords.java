package dev.webhookdb.migration;

import dev.webhookdb.crypto.Sealer;
import dev.webhookdb.queue.LeasedQueue;
import dev.webhookdb.queue.QueueListener;
import dev.webhookdb.queue.QueueTable;
import dev.webhookdb.retry.Pauses;
import dev.webhookdb.retry.RetryPolicy;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Session;
import dev.webhookdb.tenancy.NewDatabase;
import dev.webhookdb.tenancy.OrganizationDatabases;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the platform's database knows of moves, for whoever works on them; see {@link DatabaseMoves} for whoever wants them. Thread-safe. */
final class MoveRecords {
    /** A database of ours is kept for that long after its organization moved out. */
    static final Duration GRACE = Duration.ofDays(7);

    private static final Logger LOG = LoggerFactory.getLogger(MoveRecords.class);

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

    private final Database platform;
    private final OrganizationDatabases databases;
    private final Sealer sealer;
    private final Duration betweenServers;
    private final LeasedQueue<TakenMove> queue;

    MoveRecords(Database platform, OrganizationDatabases databases, Sealer sealer, Duration betweenServers) {
        this.platform = platform;
        this.databases = databases;
        this.sealer = sealer;
        this.betweenServers = betweenServers;
        this.queue = new LeasedQueue<>(
                platform,
                TABLE,
                TakenMove::read,
                LEASE,
                RetryPolicy.of(Pauses.doubling(REST, REST)).waitingForWhatIsExhausted(),
                QueueListener.NONE);
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
    LeasedQueue<TakenMove> queue() {
        return queue;
    }

    /**
     * Opens the URLs of a move. One whose URLs cannot be opened has failed, and does not stand in the way of others.
     *
     * @return nothing if it has failed
     */
    Optional<Claimed> opened(TakenMove taken) {
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
    Optional<Claimed> reopened(TakenMove taken) {
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

    private Claimed open(TakenMove taken) {
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

    private Claimed openMade(TakenMove taken, TakenMove.Made made) {
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
