package dev.webhookdb.doctor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Does checks at the same time. One that fails, or does not come to its end, is a problem of its own and disturbs no other. */
final class Examination {
    private final Duration limit;

    /** @param limit for all checks together, because they are done at the same time */
    Examination(Duration limit) {
        this.limit = limit;
    }

    /**
     * Returns what the checks found, in their order.
     *
     * @throws InterruptedException if the caller is interrupted; the checks are as well
     */
    List<Finding> of(List<Check> checks) throws InterruptedException {
        // not to be closed at the end: that would wait for a check that hangs
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        try {
            List<Future<List<Finding>>> running = checks.stream()
                    .map(check -> threads.submit(check.examiner()::examine))
                    .toList();
            long end = System.nanoTime() + limit.toNanos();
            List<Finding> findings = new ArrayList<>();
            for (int i = 0; i < checks.size(); i++) {
                findings.addAll(findings(checks.get(i).name(), running.get(i), end - System.nanoTime()));
            }
            return findings;
        } finally {
            threads.shutdownNow();
        }
    }

    private List<Finding> findings(String check, Future<List<Finding>> running, long nanoseconds)
            throws InterruptedException {
        try {
            return running.get(Math.max(0, nanoseconds), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            running.cancel(true);
            return new Findings(check)
                    .problem(
                            "This could not be checked within %d s.".formatted(limit.toSeconds()),
                            "See whether what it asks answers, and try again.")
                    .all();
        } catch (ExecutionException e) {
            return new Findings(check)
                    .problem("This could not be checked.", Findings.reason(e.getCause()))
                    .all();
        }
    }
}
