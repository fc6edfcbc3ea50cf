package dev.webhookdb.erase;

import dev.webhookdb.account.Audit;
import dev.webhookdb.drift.Findings;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Tables;
import dev.webhookdb.spi.Webhook.Selection;
import dev.webhookdb.sql.Database;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Tells organizations which rows hold something of somebody who asked the provider for it: tables and keys, nothing of what is in them.
 * Thread-safe.
 */
final class DataRequests {
    /** Of each table; who has more rows than that finds them by the column that names him. */
    private static final int NAMED = 100;

    private final Database platform;
    private final Tables tables;

    DataRequests(Database platform, Tables tables) {
        this.platform = platform;
        this.tables = tables;
    }

    /** Notes a request, to be told by an alert, unless it was noted before. */
    void tell(String provider, String request, Map<Integration, List<Selection>> selected) {
        Map<Integration, List<String>> kept = new LinkedHashMap<>();
        selected.forEach((integration, selections) -> {
            List<String> keys = keys(integration, selections);
            if (!keys.isEmpty()) {
                kept.put(integration, keys);
            }
        });
        // the same one wherever the request comes: it is told once
        Integration first = selected.keySet().iterator().next();
        int rows = kept.values().stream().mapToInt(List::size).sum();
        platform.run(session -> {
            if (Findings.dataRequest(session, first, request, reason(provider, request, kept))) {
                Audit.noteProvider(
                        session,
                        provider,
                        first.organizationId(),
                        "request data",
                        "request %s, rows: %d".formatted(request, rows));
            }
        });
    }

    private List<String> keys(Integration integration, List<Selection> selections) {
        return selections.stream()
                .flatMap(rows -> tables.keysOfKept(integration, rows.column(), rows.value()).stream())
                .distinct()
                .toList();
    }

    private static String reason(String provider, String request, Map<Integration, List<String>> kept) {
        String rows = kept.entrySet().stream()
                .map(table -> "%s: %s".formatted(table.getKey().table(), listed(table.getValue())))
                .collect(Collectors.joining("; "));
        return "Request %s of %s. %s"
                .formatted(request, provider, rows.isEmpty() ? "There is no row." : "Rows: " + rows + ".");
    }

    private static String listed(List<String> keys) {
        String named = keys.stream().limit(NAMED).collect(Collectors.joining(", "));
        return keys.size() > NAMED ? "%s and %d more".formatted(named, keys.size() - NAMED) : named;
    }
}
