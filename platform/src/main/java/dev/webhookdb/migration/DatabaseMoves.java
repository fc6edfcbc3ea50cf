package dev.webhookdb.migration;

import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.crypto.Sealer;
import dev.webhookdb.migration.MigrationException.Problem;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.tenancy.NewDatabase;
import dev.webhookdb.tenancy.OrganizationDatabases;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Moves of organizations to other databases, for whoever wants them. Thread-safe; several hosts may share them. */
public final class DatabaseMoves {
    private static final String UNDER_WAY =
            "A migration of the organization is under way; 'webhookdb db migrations list' shows how far it is.";

    private static final String UNIQUE_VIOLATION = "23505";

    private final Database platform;
    private final OrganizationDatabases databases;
    private final Sealer sealer;
    private final MoveRecords records;

    /** The same where what is left on one server of ours for another is kept as long as what is left for an organization's own. */
    public DatabaseMoves(Database platform, OrganizationDatabases databases, Sealer sealer) {
        this(platform, databases, sealer, MoveRecords.GRACE);
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
        this.records = new MoveRecords(platform, databases, sealer, betweenServers);
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
        platform.run(session -> databases.own().replace(session, organizationId, owner, reader, MoveRecords.GRACE));
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
                records.queue().added(session);
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

    /** The same for whoever works on them. */
    MoveRecords records() {
        return records;
    }
}
