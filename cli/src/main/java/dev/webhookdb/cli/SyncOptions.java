package dev.webhookdb.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How rows are sent, to endpoints and to databases. */
final class SyncOptions {
    private static final int LONGEST_PERIOD = 86_400;
    private static final int LARGEST_PAGE = 10_000;
    private static final int LONGEST_TIMEOUT = 600;

    @Option(
            names = "--period",
            paramLabel = "SECONDS",
            description = "How long to wait between syncs, 1 to " + LONGEST_PERIOD + " seconds.")
    private Optional<Integer> period = Optional.empty();

    @Option(names = "--on-change", description = "Sync whenever something changes, in place of a period.")
    private boolean onChange;

    @Option(
            names = {"--pagesize", "--page-size"},
            paramLabel = "ROWS",
            description = "How many rows a page has at the most, 1 to " + LARGEST_PAGE
                    + ". A new endpoint has 1000, a new database 5000.")
    private Optional<Integer> pageSize = Optional.empty();

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "How long the receiver may take for a page, 1 to " + LONGEST_TIMEOUT
                    + " seconds. A new target has 60.")
    private Optional<Integer> timeout = Optional.empty();

    /** What was given, by the names that the server knows. */
    Map<String, Object> given() {
        if (onChange && period.isPresent()) {
            throw Failure.ofUsage("A table is synced every --period seconds or --on-change: give one of them.");
        }
        Map<String, Object> given = new LinkedHashMap<>();
        put(given, "period_seconds", "--period", period, LONGEST_PERIOD);
        if (onChange) {
            given.put("on_change", true);
        }
        put(given, "page_size", "--pagesize", pageSize, LARGEST_PAGE);
        put(given, "timeout_seconds", "--timeout", timeout, LONGEST_TIMEOUT);
        return given;
    }

    private static void put(Map<String, Object> given, String name, String option, Optional<Integer> value, int most) {
        value.ifPresent(number -> {
            Failure.requireBetween(option, number, 1, most);
            given.put(name, number);
        });
    }
}
