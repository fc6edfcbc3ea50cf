package dev.webhookdb.sync;

import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.MissingConnectorException;
import dev.webhookdb.spi.destination.Batch;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import dev.webhookdb.spi.destination.DestinationSession;
import dev.webhookdb.spi.destination.DestinationTable;
import dev.webhookdb.spi.destination.Row;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.sync.CopiedTables.Slice;
import dev.webhookdb.sync.CopyProgress.Parked;
import dev.webhookdb.sync.SyncTarget.Terms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Copies the rows between two change numbers into one table of a destination: while a batch is written, the next one is read. A row that the
 * destination refuses is put aside, and the others go on. For one thread.
 */
final class CopyWriter {
    /** So many rows are asked for at first. */
    private static final int FIRST = 500;

    private final CopiedTables tables;
    private final Integration integration;
    private final DestinationSession session;
    private final DestinationTable table;
    private final long bytes;
    private final Ledger ledger;

    /** What was written, and what was not. */
    record Written(long position, int rows, Collection<String> keys, List<Parked> parked, Duration took) {}

    /** Writes down how far it is. */
    @FunctionalInterface
    interface Ledger {
        /** Notes a batch, and returns whether there is to be another one. */
        boolean written(Written batch) throws DestinationException;
    }

    /**
     * Creates a writer.
     *
     * @param bytes how large the rows of a batch may be together, but for a single one
     * @param ledger is told of each batch
     */
    CopyWriter(
            CopiedTables tables,
            Integration integration,
            DestinationSession session,
            DestinationTable table,
            long bytes,
            Ledger ledger) {
        this.tables = tables;
        this.integration = integration;
        this.session = session;
        this.table = table;
        this.bytes = bytes;
        this.ledger = ledger;
    }

    /**
     * Copies what changed after a number, up to another one.
     *
     * @return whether it came to the end; if not, somebody wants it to stop
     */
    boolean copy(long after, long until, Terms terms)
            throws DestinationException, SourceException, InterruptedException {
        if (after >= until) {
            return true;
        }
        int most = Math.min(FIRST, terms.pageSize());
        FutureTask<Slice> coming = ahead(after, until, most);
        try {
            while (true) {
                Slice slice = come(coming);
                long position = slice.last() ? until : slice.rows().getLast().change();
                if (!slice.last()) {
                    most = fitting(slice.rows().size(), most, terms.pageSize());
                    coming = ahead(position, until, most);
                }
                if (!ledger.written(write(slice, position)) || slice.last()) {
                    return slice.last();
                }
            }
        } finally {
            coming.cancel(true);
        }
    }

    /** Rows that would be too many for a batch are not read only to be left out: it follows from how many the last one had. */
    private static int fitting(int rows, int asked, int pageSize) {
        return Math.min(pageSize, rows == asked ? 2 * asked : rows + rows / 8 + 1);
    }

    private FutureTask<Slice> ahead(long after, long until, int most) {
        FutureTask<Slice> coming = new FutureTask<>(() -> tables.next(integration, after, until, most, bytes));
        Thread.ofVirtual().name("read-copied").start(coming);
        return coming;
    }

    private static Slice come(FutureTask<Slice> coming) throws SourceException, InterruptedException {
        try {
            return coming.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof DatabaseException || e.getCause() instanceof MissingConnectorException) {
                throw new SourceException(e.getCause());
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Writes rows with their position. */
    Written write(Slice slice, long position) throws DestinationException, InterruptedException {
        long begun = System.nanoTime();
        List<Parked> parked = new ArrayList<>();
        write(slice.rows(), position, slice.key(), parked);
        List<String> keys = new ArrayList<>(slice.keys());
        parked.forEach(one -> keys.remove(one.key()));
        return new Written(position, keys.size(), keys, parked, Duration.ofNanos(System.nanoTime() - begun));
    }

    /** Halves what is refused until the row that cannot be written stands alone. */
    private void write(List<Row> rows, long position, int key, List<Parked> parked)
            throws DestinationException, InterruptedException {
        try {
            session.write(table, new Batch(rows, position));
        } catch (DestinationException e) {
            if (e.reason() != Reason.ROWS || rows.isEmpty()) {
                throw e;
            }
            if (rows.size() == 1) {
                Row row = rows.getFirst();
                parked.add(new Parked(row.text(key), row.change(), e.getMessage()));
                session.write(table, new Batch(List.of(), position));
                return;
            }
            List<Row> first = rows.subList(0, rows.size() / 2);
            write(first, first.getLast().change(), key, parked);
            write(rows.subList(first.size(), rows.size()), position, key, parked);
        }
    }
}
