package dev.webhookdb.api;

import dev.webhookdb.apply.LoggedWebhook.State;
import dev.webhookdb.apply.Webhooks;
import dev.webhookdb.spi.Json;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** How many webhooks came and what became of them: seven rows that every command line client knows, and three more. */
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
            List.of("failed_last_7_days_formatted", "Failed Last 7 Days"));

    private static final List<String> ERROR = List.of("last_error", "Last Error");

    private Traffic() {}

    /** @param lastError what failed last, of webhooks and backfills; may be empty */
    static Fields fields(Webhooks.Traffic traffic, Map<State, Long> states, String lastError) {
        Fields fields =
                new Fields().with("message", traffic.received() == 0 ? "No webhook came in the last seven days." : "");
        number(fields, "count_last_7_days", traffic.received());
        number(fields, "success_last_7_days", traffic.received() - traffic.rejected());
        percent(fields, "success_last_7_days_percent", traffic.received() - traffic.rejected(), traffic.received());
        number(fields, "rejected_last_7_days", traffic.rejected());
        percent(fields, "rejected_last_7_days_percent", traffic.rejected(), traffic.received());
        number(fields, "successful_of_last_10", traffic.latest() - traffic.latestRejected());
        number(fields, "rejected_of_last_10", traffic.latestRejected());
        number(fields, "applied_last_7_days", states.get(State.DONE));
        number(fields, "failed_last_7_days", states.get(State.FAILED));
        List<List<String>> rows = lastError.isEmpty()
                ? ROWS
                : Stream.concat(ROWS.stream(), Stream.of(ERROR)).toList();
        return fields.with("last_error", lastError).withTable("display_headers", rows);
    }

    private static void number(Fields fields, String name, long number) {
        fields.with(name, number).with(name + "_formatted", Long.toString(number));
    }

    /** Of nothing there is no part; clients show what has no text as {@code <nil>}. */
    private static void percent(Fields fields, String name, long part, long whole) {
        if (whole == 0) {
            fields.with(name + "_formatted", "");
            return;
        }
        BigDecimal percent = BigDecimal.valueOf(part * 100).divide(BigDecimal.valueOf(whole), 1, RoundingMode.HALF_UP);
        fields.with(name, new Json.Num(percent)).with(name + "_formatted", percent.toPlainString() + "%");
    }
}
