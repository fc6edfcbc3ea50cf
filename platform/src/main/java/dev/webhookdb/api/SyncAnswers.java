package dev.webhookdb.api;

import dev.webhookdb.integration.Integration;
import dev.webhookdb.spi.Json;
import dev.webhookdb.sync.SyncStanding;
import dev.webhookdb.sync.SyncStanding.Hour;
import dev.webhookdb.sync.SyncStanding.Lag;
import dev.webhookdb.sync.SyncStanding.Refusals;
import dev.webhookdb.sync.SyncTarget;
import dev.webhookdb.sync.SyncTarget.Copy;
import dev.webhookdb.sync.SyncTarget.Kind;
import dev.webhookdb.sync.SyncTarget.Terms;
import dev.webhookdb.sync.SyncTargets;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Sync targets, as the command line and programs see them; never with a password or a secret. */
final class SyncAnswers {
    private static final Duration DAY = Duration.ofDays(1);

    private SyncAnswers() {}

    /** Returns the columns of a list of targets of a kind. */
    static List<List<String>> headers(Kind kind) {
        List<List<String>> headers = new ArrayList<>(List.of(
                List.of("opaque_id", "Id"),
                List.of("connection_url", "URL"),
                List.of("associated_object_display", "Associated")));
        if (kind == Kind.DATABASE) {
            headers.add(List.of("schema_and_table_string", "Table"));
        }
        headers.addAll(List.of(
                List.of("last_synced_at", "Last Synced"),
                List.of("latency", "Latency"),
                List.of("period_seconds", "Period"),
                List.of("page_size", "Page Size"),
                List.of("status", "Status")));
        return headers;
    }

    /** Returns the columns of one that is shown alone. */
    static List<List<String>> allHeaders(Kind kind) {
        List<List<String>> headers = new ArrayList<>(headers(kind));
        headers.addAll(List.of(
                List.of("timeout_seconds", "Timeout"),
                List.of("created_by", "Created By"),
                List.of("created_at", "Created At")));
        return headers;
    }

    /** Returns a target with ready-made texts, an empty one for what there is not. */
    static JsonObjectBuilder target(
            SyncTarget one, Integration integration, Optional<SyncStanding> standing, Instant now) {
        Terms terms = one.terms();
        Optional<Instant> syncedAt = standing.flatMap(SyncStanding::syncedAt);
        return new JsonObjectBuilder()
                .with("opaque_id", one.opaqueId())
                .with("connection_url", SyncTargets.shownUrl(one))
                .with("associated_object_display", "%s/%s".formatted(integration.opaqueId(), integration.table()))
                .with("last_synced_at", syncedAt.map(Instant::toString).orElse(""))
                .with(
                        "latency",
                        syncedAt.map(at -> Long.toString(seconds(at, now))).orElse(""))
                .with("period_seconds", SyncTerms.shownPeriod(terms))
                .with("on_change", terms.period().isEmpty())
                .with("page_size", Integer.toString(terms.pageSize()))
                .with("timeout_seconds", Long.toString(terms.timeout().toSeconds()))
                .with("status", status(one, standing))
                .with("associated_type", "service_integration")
                .with("associated_id", integration.opaqueId())
                .with(
                        "service_integration",
                        new JsonObjectBuilder()
                                .with("opaque_id", integration.opaqueId())
                                .with("service_name", integration.service())
                                .with("table_name", integration.table()))
                .with("schema", one.copy().flatMap(Copy::schema).orElse(""))
                .with("table", one.copy().map(Copy::table).orElse(""))
                .with("schema_and_table_string", one.copy().map(Copy::shown).orElse(""))
                .with("created_by", one.createdBy())
                .with("created_at", one.createdAt().toString());
    }

    /** Returns how a new target is sent rows, as programs see it. */
    static JsonObjectBuilder terms(Terms terms) {
        return new JsonObjectBuilder()
                .with(
                        SyncHandlers.PERIOD,
                        terms.period()
                                .<Json>map(period -> new Json.Num(BigDecimal.valueOf(period.toSeconds())))
                                .orElse(new Json.Null()))
                .with("on_change", terms.period().isEmpty())
                .with("page_size", terms.pageSize())
                .with(SyncHandlers.TIMEOUT, terms.timeout().toSeconds());
    }

    private static long seconds(Instant from, Instant now) {
        return Math.max(0, Duration.between(from, now).toSeconds());
    }

    private static String status(SyncTarget one, Optional<SyncStanding> standing) {
        if (one.status() == SyncTarget.Status.PAUSED) {
            return "paused";
        }
        if (standing.flatMap(SyncStanding::parked).isPresent()) {
            return "stopped";
        }
        return standing.filter(now -> now.failures() > 0).isPresent() ? "failing" : "active";
    }

    /** Returns what a target was told to do, as people read it. */
    static String promise(SyncTarget one, Integration integration) {
        String when = one.terms()
                .period()
                .map(period ->
                        period.toSeconds() == 1 ? "Every second" : "Every %d seconds".formatted(period.toSeconds()))
                .orElse("Whenever something changes");
        return "%s, data from %s in %s will be synchronized to %s"
                .formatted(when, integration.service(), integration.table(), place(one));
    }

    private static String place(SyncTarget one) {
        String url = SyncTargets.shownUrl(one);
        return one.copy()
                .map(copy -> "the table %s in %s".formatted(copy.shown(), url))
                .orElse(url);
    }

    /** Returns how a target does: members for programs, and blocks that say the same to people. */
    static JsonObjectBuilder statistics(SyncTarget one, SyncStanding.Statistics statistics, Instant now) {
        SyncStanding standing = statistics.standing();
        Lag lag = statistics.lag();
        Sum day = Sum.of(statistics.hours().stream()
                .filter(hour -> hour.hour().isAfter(now.minus(DAY)))
                .toList());
        String status = status(one, Optional.of(standing));
        return blocks(status, statistics, day)
                .with("id", one.opaqueId())
                .with("status", status)
                .with("running", standing.running())
                .with("lag_rows", lag.rows())
                .with("lag_seconds", lag.behind().toSeconds())
                .with("last_synced_at", time(standing.syncedAt()))
                .with("sequence", standing.sequence())
                .with("page_waiting", standing.waiting())
                .with("failures_in_a_row", standing.failures())
                .with("failing_since", time(standing.failingSince()))
                .with("last_error", SubscriptionAnswers.optional(error(standing)))
                .with("next_attempt_at", time(standing.nextAt()))
                .with("rows_refused", statistics.refusals().number())
                .with(
                        "refused",
                        statistics.refusals().newest().stream()
                                .map(row -> new JsonObjectBuilder()
                                        .with("key", row.key())
                                        .with("reason", row.reason())
                                        .with("refused_at", row.at().toString()))
                                .toList())
                .with("last_24_hours", day.fields())
                .with(
                        "hours",
                        statistics.hours().stream()
                                .map(hour -> Sum.of(List.of(hour))
                                        .fields()
                                        .with("hour", hour.hour().toString()))
                                .toList());
    }

    private static JsonObjectBuilder blocks(String status, SyncStanding.Statistics statistics, Sum day) {
        SyncStanding standing = statistics.standing();
        Lag lag = statistics.lag();
        TextBlocks blocks = new TextBlocks()
                .table(
                        List.of("Field", "Value"),
                        List.of(
                                List.of("Status", status + (standing.running() ? ", at work now" : "")),
                                List.of("Rows behind", rows(lag)),
                                List.of(
                                        "Seconds behind",
                                        Long.toString(lag.behind().toSeconds())),
                                List.of("Last synced", shown(standing.syncedAt())),
                                List.of("Newest page", page(standing)),
                                List.of(
                                        "Rows refused",
                                        Long.toString(statistics.refusals().number())),
                                List.of("Failures in a row", Integer.toString(standing.failures())),
                                List.of("Failing since", shown(standing.failingSince())),
                                List.of("Last error", error(standing).orElse("")),
                                List.of("Next attempt", shown(standing.nextAt()))))
                .line("")
                .line("In the last 24 hours:")
                .table(
                        List.of("Pages", "Rows", "Failures", "Average latency"),
                        List.of(List.of(
                                Long.toString(day.pages()),
                                Long.toString(day.rows()),
                                Long.toString(day.failures()),
                                day.latency()
                                        .map(average -> "%d ms".formatted(average.toMillis()))
                                        .orElse(""))));
        return (statistics.refusals().newest().isEmpty() ? blocks : refused(blocks, statistics.refusals())).fields();
    }

    private static TextBlocks refused(TextBlocks blocks, Refusals refusals) {
        return blocks.line("")
                .line("Rows that were refused; they are written when they change, or when the target is triggered:")
                .table(
                        List.of("Key", "Reason", "Since"),
                        refusals.newest().stream()
                                .map(row -> List.of(
                                        row.key(), row.reason(), row.at().toString()))
                                .toList());
    }

    private static String rows(Lag lag) {
        return lag.rows() < Lag.MOST ? Long.toString(lag.rows()) : "%d or more".formatted(Lag.MOST);
    }

    private static String page(SyncStanding standing) {
        return standing.sequence() + (standing.waiting() ? ", not acknowledged yet" : "");
    }

    /** Why it stands still tells more than what failed last. */
    private static Optional<String> error(SyncStanding standing) {
        return standing.parked().or(standing::lastError);
    }

    private static String shown(Optional<Instant> time) {
        return time.map(Instant::toString).orElse("");
    }

    private static Json time(Optional<Instant> time) {
        return SubscriptionAnswers.optional(time.map(Instant::toString));
    }

    /**
     * What was sent within some time.
     *
     * @param latency of the receiver, on average over all requests; empty without any
     */
    private record Sum(long pages, long rows, long failures, Optional<Duration> latency) {
        static Sum of(List<Hour> hours) {
            long pages = hours.stream().mapToLong(Hour::pages).sum();
            long failures = hours.stream().mapToLong(Hour::failures).sum();
            Duration all = hours.stream()
                    .map(hour -> hour.latency().multipliedBy(hour.pages() + hour.failures()))
                    .reduce(Duration.ZERO, Duration::plus);
            long requests = pages + failures;
            return new Sum(
                    pages,
                    hours.stream().mapToLong(Hour::rows).sum(),
                    failures,
                    requests == 0 ? Optional.empty() : Optional.of(all.dividedBy(requests)));
        }

        JsonObjectBuilder fields() {
            return new JsonObjectBuilder()
                    .with("pages", pages)
                    .with("rows", rows)
                    .with("failures", failures)
                    .with(
                            "latency_ms",
                            latency.<Json>map(average -> new Json.Num(BigDecimal.valueOf(average.toMillis())))
                                    .orElse(new Json.Null()));
        }
    }
}
