package dev.webhookdb.sync;

import dev.webhookdb.crypto.OpaqueId;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.json.JsonWriter;
import dev.webhookdb.spi.Json;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.sync.Progress.Page;
import dev.webhookdb.sync.Progress.Place;
import dev.webhookdb.sync.Progress.Window;
import dev.webhookdb.sync.SyncedTables.Changed;
import dev.webhookdb.sync.SyncedTables.Slice;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes pages of what changed. Thread-safe. */
final class PageMaker {
    private static final Logger LOG = LoggerFactory.getLogger(PageMaker.class);

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd'T'HH:mm:ss.SSSxxx", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private static final byte[] BEGINNING = "{\"rows\":[".getBytes(StandardCharsets.UTF_8);

    private final SyncedTables tables;
    private final long largest;
    private final Clock clock;

    /** @param largest how large the rows of a page may be together, in bytes; a row that is larger is a page of its own */
    PageMaker(SyncedTables tables, long largest, Clock clock) {
        this.tables = tables;
        this.largest = largest;
        this.clock = clock;
    }

    /** Returns how large the rows of a page may be together, as a rule; in bytes. */
    long largest() {
        return largest;
    }

    /**
     * Finds how far the table is. What was sent before the platform's database was set back to an earlier time is a window of its own, which
     * says so.
     */
    Window look(SyncTarget target, Integration integration, Progress progress) {
        tables.index(integration);
        Instant now = clock.instant();
        long after = progress.acknowledged();
        long latest = tables.latest(integration);
        if (latest == after) {
            return new Window(after, latest, now, false);
        }
        if (latest < after || tables.isUndone(integration, after)) {
            LOG.warn(
                    "The database of {} was set back to an earlier time: {} was sent changes that are not there any more, and is sent all that come from now on",
                    integration.table(),
                    target.opaqueId());
        }
        long sent = tables.sentUntil(target);
        return sent > after && latest > after
                ? new Window(after, Math.min(sent, latest), now, true)
                : new Window(after, latest, now, false);
    }

    /** Notes that a window is about to be sent, where the rows are: it is known there when the platform's database does not know it any more. */
    void sending(SyncTarget target, Window window) {
        tables.noteSent(target, window.until());
    }

    /**
     * Makes the next page of the window that is under way.
     *
     * @return with a page, or through the window when nothing of it is left
     */
    Progress next(SyncTarget target, Integration integration, Progress progress) {
        Window window = progress.window().orElseThrow();
        Progress now = progress;
        int most = target.terms().pageSize();
        if (!now.listed()) {
            Slice first = tables.first(integration, window, most, largest);
            if (first.last()) {
                return first.rows().isEmpty()
                        ? now.through()
                        : now.made(page(integration, window, now.sequence() + 1, first));
            }
            now = now.withList();
        }
        Place place = now.place();
        while (true) {
            Slice slice = tables.listed(integration, target.id(), window, place, most, largest);
            if (slice.rows().stream().anyMatch(row -> row.content().isPresent())) {
                return now.made(page(integration, window, now.sequence() + 1, slice));
            }
            if (slice.last()) {
                return now.through();
            }
            place = slice.rows().getLast().place();
        }
    }

    /** Drops what is known of a target that was deleted; what is left should that fail is little. */
    void forgetAll(SyncTarget target) {
        forget(target);
        try {
            tables.forgetSent(target);
        } catch (DatabaseException e) {
            LOG.info("Up to where {} was sent rows stays in the database: {}", target.opaqueId(), e.getMessage());
        }
    }

    /** Drops what was needed only while a window lasted; what is left should that fail is dropped after the next one. */
    void forget(SyncTarget target) {
        try {
            tables.drop(target);
        } catch (DatabaseException e) {
            LOG.info("The list of what {} was sent is dropped later: {}", target.opaqueId(), e.getMessage());
        }
    }

    private static Page page(Integration integration, Window window, long sequence, Slice slice) {
        List<byte[]> rows =
                slice.rows().stream().flatMap(row -> row.content().stream()).toList();
        String id = OpaqueId.withPrefix("pag_");
        return new Page(id, body(integration, window, sequence, id, rows), rows.size(), end(slice), slice.last());
    }

    /** A row that left the window has no time to be sorted by: a list that is made anew begins behind one that has. */
    private static Place end(Slice slice) {
        Place last = slice.rows().getLast().place();
        Place known = slice.rows().reversed().stream()
                .filter(row -> row.content().isPresent())
                .findFirst()
                .map(Changed::place)
                .orElseThrow();
        return new Place(last.number(), known.time(), known.key());
    }

    /** Returns a page without rows, for who wants to know whether a receiver is there. */
    Page empty(Integration integration) {
        String id = OpaqueId.withPrefix("pag_");
        Window window = new Window(0, 0, clock.instant(), false);
        return new Page(id, body(integration, window, 0, id, List.of()), 0, Place.BEGINNING, true);
    }

    private static byte[] body(Integration integration, Window window, long sequence, String id, List<byte[]> rows) {
        byte[] end = """
                ],"integration_id":%s,"integration_service":%s,"table":%s,"sync_timestamp":"%s","page_id":"%s",\
                "window":{"after":%d,"until":%d},"sequence":%d}""".formatted(
                        text(integration.opaqueId()),
                        text(integration.service()),
                        text(integration.table()),
                        TIME.format(window.at()),
                        id,
                        window.after(),
                        window.until(),
                        sequence)
                .getBytes(StandardCharsets.UTF_8);
        int commas = Math.max(0, rows.size() - 1);
        int size = BEGINNING.length + rows.stream().mapToInt(row -> row.length).sum() + commas + end.length;
        ByteBuffer body = ByteBuffer.allocate(size).put(BEGINNING);
        for (int i = 0; i < rows.size(); i++) {
            if (i > 0) {
                body.put((byte) ',');
            }
            body.put(rows.get(i));
        }
        return body.put(end).array();
    }

    private static String text(String value) {
        return JsonWriter.write(new Json.Str(value));
    }
}
