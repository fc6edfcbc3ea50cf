package dev.webhookdb.sync;

import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Tables;
import dev.webhookdb.schema.ChangeNumbers;
import dev.webhookdb.schema.ChangedRows;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import dev.webhookdb.sql.Statement;
import dev.webhookdb.sync.Progress.Place;
import dev.webhookdb.sync.Progress.Window;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.LongFunction;

/** Reads what changed in organizations' tables. Thread-safe. */
final class SyncedTables {
    /** A window of millions of rows is sorted once. */
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private static final Duration COUNTING = Duration.ofSeconds(10);
    private static final int DROPPED_AT_ONCE = 20_000;

    private final LongFunction<Database> organizations;
    private final Tables tables;
    private final Set<String> indexed = ConcurrentHashMap.newKeySet();

    /** @param organizations gives the database of the organization with a number */
    SyncedTables(LongFunction<Database> organizations, Tables tables) {
        this.organizations = organizations;
        this.tables = tables;
    }

    /**
     * A row as it is sent.
     *
     * @param place where it stands in its window
     * @param content as JSON in UTF-8; empty for one that left the window
     */
    record Changed(Place place, Optional<byte[]> content) {}

    /**
     * Some rows of a window.
     *
     * @param last whether none comes after them
     */
    record Slice(List<Changed> rows, boolean last) {}

    /** Returns the number of the latest change of an integration's table, 0 for none. */
    long latest(Integration integration) {
        return in(
                integration,
                LIMIT,
                (session, rows) -> session.sql(rows.latest()).one(row -> row.number("latest")));
    }

    /** Returns whether a position is one that was lost when the organization's database was set back to an earlier time. */
    boolean isUndone(Integration integration, long position) {
        return soon(
                integration.organizationId(),
                session -> session.sql(ChangeNumbers.isUndone())
                        .bind("position", position)
                        .one(row -> row.flag("undone")));
    }

    /** Returns up to which change a target was sent windows, 0 if none. */
    long sentUntil(SyncTarget target) {
        return soon(
                target.organizationId(),
                session -> session.sql(ChangedRows.sentUntil())
                        .bind("target", target.opaqueId())
                        .one(row -> row.number("until")));
    }

    /** Notes that a target is sent a window. */
    void noteSent(SyncTarget target, long until) {
        soon(
                target.organizationId(),
                session -> session.sql(ChangedRows.noteSent())
                        .bind("target", target.opaqueId())
                        .bind("until", until)
                        .execute());
    }

    /** Forgets up to where a target was sent windows. */
    void forgetSent(SyncTarget target) {
        soon(
                target.organizationId(),
                session -> session.sql(ChangedRows.forgetSent())
                        .bind("target", target.opaqueId())
                        .execute());
    }

    private <T> T soon(long organization, Function<Session, T> work) {
        return organizations.apply(organization).transaction(COUNTING, work);
    }

    /** Returns how many rows changed after a change, up to a number. */
    long count(Integration integration, long after, long most) {
        return in(
                integration,
                COUNTING,
                (session, rows) -> session.sql(rows.count())
                        .bind("after", after)
                        .bind("most", most)
                        .one(row -> row.number("number")));
    }

    /**
     * Returns the first rows of a window.
     *
     * @param most how many
     * @param bytes how large together, but for a first one that is larger
     */
    Slice first(Integration integration, Window window, int most, long bytes) {
        return in(
                integration,
                LIMIT,
                (session, rows) -> slice(
                                bound(session.sql(rows.first(columns(session, rows))), window), most + 1, bytes)
                        .upTo(most));
    }

    /**
     * Returns rows of a window of a target that come after a place, from a list that is made the first time; and once more where the database
     * has none, because the organization moved.
     */
    Slice listed(Integration integration, long target, Window window, Place after, int most, long bytes) {
        return in(integration, LIMIT, (session, rows) -> {
            list(session, rows, target, window, after);
            Found found = slice(
                    bound(session.sql(rows.listed(columns(session, rows))), window)
                            .bind("target", target)
                            .bind("place", after.number()),
                    most,
                    bytes);
            return new Slice(found.rows(), found.number() < most && found.isWhole());
        });
    }

    private static void list(Session session, ChangedRows rows, long target, Window window, Place after) {
        boolean there = session.sql(ChangedRows.isListed())
                .bind("target", target)
                .bind("until", window.until())
                .one(row -> row.flag("listed"));
        if (!there) {
            bound(session.sql(rows.list()), window)
                    .bind("target", target)
                    .bind("place", after.number())
                    .bind("begun", after.key().isPresent())
                    .bind("time", after.time().orElse(null))
                    .bind("key", after.key().orElse(null))
                    .execute();
        }
    }

    /** Drops what is listed for a target. */
    void drop(SyncTarget target) {
        Database organization = organizations.apply(target.organizationId());
        int dropped;
        do {
            dropped = organization.transaction(
                    LIMIT,
                    session -> session.sql(ChangedRows.drop())
                            .bind("target", target.id())
                            .bind("most", DROPPED_AT_ONCE)
                            .execute());
        } while (dropped == DROPPED_AT_ONCE);
    }

    /** Sees to it that changes are found without reading the whole table; looks once for each table. */
    void index(Integration integration) {
        String name = integration.id() + "/" + integration.table();
        if (indexed.contains(name)) {
            return;
        }
        boolean there = in(
                integration,
                COUNTING,
                (session, rows) -> session.sql(rows.isIndexed()).one(row -> row.flag("indexed")));
        if (!there) {
            Database organization = organizations.apply(integration.organizationId());
            tables.use(
                    integration,
                    table -> organization.autocommit(session -> {
                        ChangedRows rows = new ChangedRows(table);
                        session.sql(rows.dropIndex()).execute();
                        return session.sql(rows.index()).execute();
                    }));
        }
        indexed.add(name);
    }

    /**
     * What a query found.
     *
     * @param rows those for which there is room, without those behind them
     * @param number how many there are with those
     */
    private record Found(List<Changed> rows, long number) {
        boolean isWhole() {
            return rows.size() == number;
        }

        Slice upTo(int most) {
            boolean all = number <= most && isWhole();
            return new Slice(rows.subList(0, Math.min(rows.size(), most)), all);
        }
    }

    private static Found slice(Statement statement, int most, long bytes) {
        List<Optional<Changed>> all = statement
                .bind("most", most)
                .bind("bytes", bytes)
                .list(row -> row.flag("fits") ? Optional.of(changed(row)) : Optional.empty());
        return new Found(all.stream().flatMap(Optional::stream).toList(), all.size());
    }

    private static Changed changed(Row row) {
        return new Changed(
                new Place(row.number("number"), row.optionalText("time"), Optional.of(row.text("key"))),
                row.optionalBytes("row"));
    }

    private static List<String> columns(Session session, ChangedRows rows) {
        return session.sql(rows.columns()).list(row -> row.text("name"));
    }

    private static Statement bound(Statement statement, Window window) {
        return statement.bind("after", window.after()).bind("until", window.until());
    }

    private <T> T in(Integration integration, Duration limit, BiFunction<Session, ChangedRows, T> work) {
        return tables.read(integration, limit, (session, table) -> work.apply(session, new ChangedRows(table)));
    }
}
