package dev.webhookdb.query;

import dev.webhookdb.crypto.OpaqueId;
import dev.webhookdb.reader.Mark;
import dev.webhookdb.reader.QueryResult;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Row;
import dev.webhookdb.tenancy.OrganizationDatabases;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Keeps and runs statements. Thread-safe.
 *
 * <p>A statement runs as the read-only role, for a limited time, and returns a limited number of rows. It is read anew for every run:
 * what was deleted, or made private, cannot be run from that moment on, on any host.
 */
public final class SavedQueries {
    private static final Duration LIMIT = Duration.ofSeconds(15);
    private static final int MOST_ROWS = 1_000;

    private static final String COLUMNS = "opaque_id, organization_id, author, description, sql, public";

    private final Database platform;
    private final OrganizationDatabases databases;

    /**
     * @param platform where statements are kept
     * @param databases where they run
     */
    public SavedQueries(Database platform, OrganizationDatabases databases) {
        this.platform = platform;
        this.databases = databases;
    }

    /**
     * Keeps a statement.
     *
     * @throws dev.webhookdb.reader.QueryException if the read-only role cannot run it
     */
    public SavedQuery create(long organizationId, String author, String description, String sql, boolean isPublic) {
        return create(new SavedQuery(OpaqueId.withPrefix("svq_"), organizationId, author, description, sql, isPublic));
    }

    /**
     * Keeps a statement with an id that somebody chose.
     *
     * @throws dev.webhookdb.reader.QueryException if the read-only role cannot run it
     */
    public SavedQuery create(SavedQuery query) {
        check(query.organizationId(), query.sql());
        return platform.transaction(session -> session.sql("""
                        insert into saved_query (opaque_id, organization_id, author, description, sql, public)
                        values (:id, :organization, :author, :description, :sql, :public)
                        returning %s""".formatted(COLUMNS))
                .bind("id", query.id())
                .bind("organization", query.organizationId())
                .bind("author", query.author())
                .bind("description", query.description())
                .bind("sql", query.sql())
                .bind("public", query.isPublic())
                .one(SavedQueries::read));
    }

    /**
     * Refuses a statement that could not be kept; keeps nothing.
     *
     * @throws dev.webhookdb.reader.QueryException if the read-only role cannot run it
     */
    public void check(long organizationId, String sql) {
        databases.check(organizationId, sql);
    }

    /** Returns an organization's statements, oldest first. */
    public List<SavedQuery> of(long organizationId) {
        return platform.transaction(
                session -> session.sql("select %s from saved_query where organization_id = :organization order by id"
                                .formatted(COLUMNS))
                        .bind("organization", organizationId)
                        .list(SavedQueries::read));
    }

    /** Returns one of an organization's statements. */
    public Optional<SavedQuery> find(long organizationId, String id) {
        return find(id).filter(query -> query.organizationId() == organizationId);
    }

    private Optional<SavedQuery> find(String id) {
        return platform.transaction(
                session -> session.sql("select %s from saved_query where opaque_id = :id".formatted(COLUMNS))
                        .bind("id", id)
                        .first(SavedQueries::read));
    }

    /**
     * Changes a statement to what is given, all but its id, organization and author.
     *
     * @throws dev.webhookdb.reader.QueryException if the read-only role cannot run it
     */
    public void update(SavedQuery changed) {
        databases.check(changed.organizationId(), changed.sql());
        platform.run(session -> session.sql("""
                        update saved_query set description = :description, sql = :sql, public = :public
                        where opaque_id = :id""")
                .bind("id", changed.id())
                .bind("description", changed.description())
                .bind("sql", changed.sql())
                .bind("public", changed.isPublic())
                .execute());
    }

    /** Forgets a statement. */
    public void delete(SavedQuery query) {
        platform.run(session -> session.sql("delete from saved_query where opaque_id = :id")
                .bind("id", query.id())
                .execute());
    }

    /**
     * Runs a statement.
     *
     * @param mark what it can be cancelled by
     * @param use what is done with the result
     * @throws dev.webhookdb.reader.QueryException if it cannot be run any more
     * @throws dev.webhookdb.sql.BusyException if too many are running
     */
    public <T> T run(SavedQuery query, Optional<Mark> mark, Function<QueryResult, T> use) {
        return databases.query(query.organizationId(), mark, query.sql(), LIMIT, MOST_ROWS, use);
    }

    /**
     * Runs a statement for whoever has its URL.
     *
     * @param use what is done with the result
     * @return nothing if there is no public statement with that id
     * @throws dev.webhookdb.reader.QueryException if it cannot be run any more
     * @throws dev.webhookdb.sql.BusyException if too many are running
     */
    public <T> Optional<T> runPublic(String id, Function<QueryResult, T> use) {
        return find(id).filter(SavedQuery::isPublic)
                .map(query -> databases.queryForStranger(query.organizationId(), query.sql(), LIMIT, MOST_ROWS, use));
    }

    private static SavedQuery read(Row row) {
        return new SavedQuery(
                row.text("opaque_id"),
                row.number("organization_id"),
                row.text("author"),
                row.text("description"),
                row.text("sql"),
                row.flag("public"));
    }
}
