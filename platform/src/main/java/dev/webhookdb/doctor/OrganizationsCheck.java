package dev.webhookdb.doctor;

import dev.webhookdb.tenancy.DatabaseInspection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Whether organizations' databases answer: a few at a time, and not for longer than a limit. */
final class OrganizationsCheck {
    static final String NAME = "organizations";

    /** Each takes a connection of its server, for which the webhookdb server waits, too. */
    private static final int AT_A_TIME = 4;

    private final DatabaseInspection inspection;
    private final List<DatabaseInspection.Recorded> databases;
    private final Duration limit;

    OrganizationsCheck(DatabaseInspection inspection, List<DatabaseInspection.Recorded> databases, Duration limit) {
        this.inspection = inspection;
        this.databases = List.copyOf(databases);
        this.limit = limit;
    }

    List<Finding> examine() throws InterruptedException {
        List<String> bad = new ArrayList<>();
        int unasked = 0;
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        try {
            Semaphore places = new Semaphore(AT_A_TIME);
            List<? extends Future<?>> running = databases.stream()
                    .map(one -> threads.submit(() -> reach(one, places)))
                    .toList();
            long end = System.nanoTime() + limit.toNanos();
            for (int i = 0; i < running.size(); i++) {
                try {
                    running.get(i).get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
                } catch (ExecutionException e) {
                    bad.add("%s (%s)".formatted(databases.get(i).organization(), Findings.reason(e.getCause())));
                } catch (TimeoutException | CancellationException e) {
                    unasked++;
                }
            }
        } finally {
            threads.shutdownNow();
        }
        return findings(bad, unasked);
    }

    private Boolean reach(DatabaseInspection.Recorded database, Semaphore places) throws InterruptedException {
        places.acquire();
        try {
            inspection.reach(database);
            return true;
        } finally {
            places.release();
        }
    }

    private List<Finding> findings(List<String> bad, int unasked) {
        Findings findings = new Findings(NAME);
        if (!bad.isEmpty()) {
            findings.problem(
                    "%d of %s cannot be used: %s"
                            .formatted(
                                    bad.size(),
                                    Findings.count(
                                            databases.size(), "organization's database", "organizations' databases"),
                                    Findings.named(bad)),
                    "Their webhooks are taken in and wait. Mend what is said of each; the webhooks are then stored by themselves.");
        }
        if (unasked > 0) {
            findings.warning(
                    "Of %s, %d did not answer or were not asked within %d s."
                            .formatted(
                                    Findings.count(
                                            databases.size(), "organization's database", "organizations' databases"),
                                    unasked,
                                    limit.toSeconds()),
                    "Ask again when their servers have less to do.");
        }
        return findings.orOk(
                databases.isEmpty()
                        ? "There are no organizations' databases yet."
                        : "%s: all answer."
                                .formatted(Findings.count(
                                        databases.size(), "organization's database", "organizations' databases")));
    }
}
