package dev.webhookdb.drift;

import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.observe.BackgroundTask;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.schema.LatestRows;
import dev.webhookdb.schema.LatestRows.Values;
import dev.webhookdb.schema.Table;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that a column which had values is NULL in the latest {@value LatestRows#LATEST} rows of its table. Thread-safe.
 *
 * <p>Whoever writes rows only counts them. Behind that, a table is looked at when so many rows were written since the last look that a
 * column can have become NULL in all of the latest, and never twice within {@link #PAUSE}. Rows are those that are in the table, whichever
 * host wrote them.
 *
 * <p>A column that few rows have is NULL in many others by chance. Thus at least {@value #SHARE} % of the rows before must have had a value:
 * then chance does it once in 200 times.
 */
public final class NullColumns implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NullColumns.class);
    private static final int SHARE = 10;
    private static final Duration OFTEN = Duration.ofSeconds(1);
    private static final Duration PAUSE = Duration.ofSeconds(5);

    /** A table that has no index for it may be slow to look at, and then is not. */
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final Database platform;
    private final LongFunction<Database> organizations;
    private final ConnectorRegistry connectors;
    private final BackgroundTask looking;
    private final Map<Long, Watched> tables = new ConcurrentHashMap<>();

    /**
     * A table that was written to.
     *
     * @param rows how many were written since the last look
     * @param wanted with how many it is looked at again
     * @param looked when that was, by {@link System#nanoTime}
     */
    private record Watched(Integration integration, int rows, int wanted, long looked) {
        boolean isDue() {
            return rows >= wanted && System.nanoTime() - looked >= PAUSE.toNanos();
        }

        Watched with(Integration now, int more) {
            // more than the latest make no difference
            int all = Math.min(rows, LatestRows.LATEST) + Math.min(more, LatestRows.LATEST);
            return new Watched(now, all, wanted, looked);
        }

        /** What is written from now on counts anew. */
        Watched beingLookedAt() {
            return new Watched(integration, 0, LatestRows.LATEST, System.nanoTime());
        }

        Watched again(int rows) {
            return new Watched(integration, this.rows, rows, looked);
        }
    }

    private NullColumns(
            Database platform,
            LongFunction<Database> organizations,
            ConnectorRegistry connectors,
            BackgroundTasks tasks) {
        this.platform = platform;
        this.organizations = organizations;
        this.connectors = connectors;
        this.looking = tasks.start("null-columns", OFTEN, this::look);
    }

    /**
     * Begins to look at tables that are written to.
     *
     * @param organizations gives the database of the organization with a number
     */
    public static NullColumns start(
            Database platform,
            LongFunction<Database> organizations,
            ConnectorRegistry connectors,
            BackgroundTasks tasks) {
        return new NullColumns(platform, organizations, connectors, tasks);
    }

    @Override
    public void close() {
        looking.close();
    }

    /** Takes note that rows of a table were written. Of a table that this host did not write to before, the first one is enough. */
    public void written(Integration integration, int rows) {
        var first = new Watched(integration, rows, 1, System.nanoTime() - PAUSE.toNanos());
        tables.merge(integration.id(), first, (before, now) -> before.with(integration, rows));
    }

    private void look() {
        tables.values().stream().filter(Watched::isDue).forEach(this::look);
    }

    private void look(Watched watched) {
        Integration integration = watched.integration();
        tables.computeIfPresent(integration.id(), (id, now) -> now.beingLookedAt());
        try {
            int wanted = connectors
                    .resource(integration.service())
                    .map(loaded -> look(integration, new Table(integration.table(), loaded.resource())))
                    .orElse(LatestRows.LATEST);
            tables.computeIfPresent(integration.id(), (id, now) -> now.again(wanted));
        } catch (DatabaseException e) {
            // a table that was renamed or dropped, or a database that is away: the next row that is written shows which
            LOG.debug("The latest rows of {} cannot be looked at now", integration.table(), e);
            tables.remove(integration.id());
        }
    }

    /** Returns with how many rows more a column may have become NULL. */
    private int look(Integration integration, Table table) {
        List<Values> columns = organizations
                .apply(integration.organizationId())
                .transaction(LIMIT, session -> LatestRows.of(session, table));
        List<String> present = new ArrayList<>();
        List<Values> gone = new ArrayList<>();
        int wanted = LatestRows.LATEST;
        for (Values values : columns) {
            boolean common = values.rowsBefore() == 0 || values.percentBefore() >= SHARE;
            if (!values.isGone()) {
                present.add(values.column());
                wanted = common ? Math.min(wanted, LatestRows.LATEST - values.nulls()) : wanted;
            } else if (common && values.rowsBefore() > 0) {
                gone.add(values);
            }
        }
        platform.run(session -> {
            Findings.forget(session, integration, present);
            gone.forEach(values -> Findings.column(session, integration, values.column(), reason(values)));
        });
        return wanted;
    }

    private static String reason(Values values) {
        return "The column %s is NULL in the latest %d rows; of the %d before, %d have a value."
                .formatted(values.column(), LatestRows.LATEST, values.rowsBefore(), values.before());
    }
}
