package dev.webhookdb.api;

import dev.webhookdb.apply.LoggedWebhook.State;
import dev.webhookdb.apply.Webhooks;
import dev.webhookdb.ledger.AuditReport;
import dev.webhookdb.spi.Json;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** How many webhooks came and what became of them: seven rows that every command line client knows, and what the auditor counts. */
final class Traffic {
    private static final List<List<String>> ROWS = List.of(
            List.of("count_last_7_days_formatted", "Count Last 7 Days"),
            List.of("success_last_7_days_formatted", "Successful Last 7 Days"),
            List.of("success_last_7_days_percent_formatted", "Successful Last 7 Days %"),
            List.of("rejected_last_7_days_formatted", "Rejected Last 7 Days"),
            List.of("rejected_last_7_days_percent_formatted", "Rejected Last 7 Days %"),
            List.of("successful_of_last_10_formatted", "Successful Of Last 10 Webhooks"),
            List.of("rejected_of_last_10_formatted", "Rejected Of Last 10 Webhooks"),
            List.of("applied_last_7_days_formatted", "Applied Last 7 Days"),
            List.of("failed_last_7_days_formatted", "Failed Last 7 Days"),
            List.of("ignored_last_7_days_formatted", "Ignored Last 7 Days"),
            List.of("waiting_formatted", "Waiting To Be Stored"),
            List.of("lost_formatted", "Lost"),
            List.of("surplus_formatted", "Counted Twice"),
            List.of("rows_changed_last_7_days_formatted", "Rows Changed Last 7 Days"),
            List.of("notifications_last_7_days_formatted", "Notifications Delivered Last 7 Days"),
            List.of("pages_last_7_days_formatted", "Sync Pages Delivered Last 7 Days"),
            List.of("rows_synced_last_7_days_formatted", "Rows Synced Last 7 Days"));

    private static final List<String> ERROR = List.of("last_error", "Last Error");

    private Traffic() {}

    /**
     * @param audit of the integration, and of the endpoint that it may share with others
     * @param lastError what failed last, of webhooks and backfills; may be empty
     */
    static JsonObjectBuilder fields(
            Webhooks.Traffic traffic, Map<State, Long> states, AuditReport audit, String lastError) {
        JsonObjectBuilder fields = new JsonObjectBuilder()
                .with("message", traffic.received() == 0 ? "No webhook came in the last seven days." : "");
        number(fields, "count_last_7_days", traffic.received());
        number(fields, "success_last_7_days", traffic.received() - traffic.rejected());
        percent(fields, "success_last_7_days_percent", traffic.received() - traffic.rejected(), traffic.received());
        number(fields, "rejected_last_7_days", traffic.rejected());
        percent(fields, "rejected_last_7_days_percent", traffic.rejected(), traffic.received());
        number(fields, "successful_of_last_10", traffic.latest() - traffic.latestRejected());
        number(fields, "rejected_of_last_10", traffic.latestRejected());
        number(fields, "applied_last_7_days", states.get(State.DONE));
        number(fields, "failed_last_7_days", states.get(State.FAILED));
        number(fields, "ignored_last_7_days", states.get(State.IGNORED));
        number(fields, "waiting", states.get(State.PENDING));
        number(fields, "lost", audit.lost());
        number(fields, "surplus", audit.surplus());
        number(fields, "rows_changed_last_7_days", audit.changedRows());
        number(fields, "notifications_last_7_days", audit.notifications());
        number(fields, "pages_last_7_days", audit.pages());
        number(fields, "rows_synced_last_7_days", audit.syncedRows());
        fields.with(
                "audit",
                new JsonObjectBuilder()
                        .with("accepted", audit.accepted())
                        .with("requeued", audit.requeued())
                        .with("settled", audit.settled())
                        .with("waiting", audit.waiting())
                        .with("lost", audit.lost())
                        .with("surplus", audit.surplus()));
        List<List<String>> rows = lastError.isEmpty()
                ? ROWS
                : Stream.concat(ROWS.stream(), Stream.of(ERROR)).toList();
        return fields.with("last_error", lastError).withTable("display_headers", rows);
    }

    private static void number(JsonObjectBuilder fields, String name, long number) {
        fields.with(name, number).with(name + "_formatted", Long.toString(number));
    }

    /** Of nothing there is no part; clients show what has no text as {@code <nil>}. */
    private static void percent(JsonObjectBuilder fields, String name, long part, long whole) {
        if (whole == 0) {
            fields.with(name + "_formatted", "");
            return;
        }
        BigDecimal percent = BigDecimal.valueOf(part * 100).divide(BigDecimal.valueOf(whole), 1, RoundingMode.HALF_UP);
        fields.with(name, new Json.Num(percent)).with(name + "_formatted", percent.toPlainString() + "%");
    }
}
