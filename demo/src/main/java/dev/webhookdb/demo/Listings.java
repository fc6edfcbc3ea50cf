package dev.webhookdb.demo;

import java.time.Duration;
import java.util.Collection;
import java.util.stream.Collectors;

/** Watches the server list the provider's API, table by table. */
final class Listings {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final long POLL_MILLIS = 50;

    private final Screen screen;
    private final Operator operator;
    private final Operator.Organization organization;
    private final Collection<String> tables;

    Listings(Screen screen, Operator operator, Operator.Organization organization, Collection<String> tables) {
        this.screen = screen;
        this.operator = operator;
        this.organization = organization;
        this.tables = tables.stream().sorted().toList();
    }

    /** Waits for the backfills that begin by themselves, and shows each. Parts that are listed at a time overlap: only rows count. */
    void awaitBackfills() throws InterruptedException {
        for (String table : tables) {
            Operator.Backfill done = awaitEnd(table);
            screen.line("  %s  %d rows from %d pages, %d rows/s"
                    .formatted(padded(table), done.changed(), done.pages(), done.rate()));
        }
    }

    /** Lists what has changed since, and shows how many rows that repaired. */
    void reconcile() throws InterruptedException {
        for (String table : tables) {
            operator.beginBackfill(organization, table);
            Operator.Backfill done = awaitEnd(table);
            screen.line("  %s  %d repairs, from %d changes in %d pages"
                    .formatted(padded(table), done.changed(), done.rows(), done.pages()));
        }
    }

    private Operator.Backfill awaitEnd(String table) throws InterruptedException {
        long start = System.nanoTime();
        Operator.Backfill backfill = operator.backfill(organization, table);
        while (backfill.isUnderWay()) {
            if (Duration.ofNanos(System.nanoTime() - start).compareTo(LIMIT) > 0) {
                throw new DemoException("The backfill of %s is still %s after %d minutes%s. Look at the server's log."
                        .formatted(table, backfill.state(), LIMIT.toMinutes(), reason(backfill)));
            }
            screen.passing("  %s  %d rows so far".formatted(padded(table), backfill.rows()));
            Thread.sleep(POLL_MILLIS);
            backfill = operator.backfill(organization, table);
        }
        if (!backfill.hasSucceeded()) {
            throw new DemoException(
                    "The backfill of %s has %s%s.".formatted(table, backfill.state(), reason(backfill)));
        }
        return backfill;
    }

    private static String reason(Operator.Backfill backfill) {
        return backfill.error().isEmpty() ? "" : ": " + backfill.error();
    }

    private String padded(String table) {
        int width = tables.stream()
                .collect(Collectors.summarizingInt(String::length))
                .getMax();
        return table + " ".repeat(width - table.length());
    }
}
