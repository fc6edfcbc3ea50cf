package dev.webhookdb.backfill;

import dev.webhookdb.backfill.BackfillJob.State;
import dev.webhookdb.crypto.OpaqueId;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Expiry;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import dev.webhookdb.store.Difference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Comparisons in the platform's database, for whoever wants them. Thread-safe. */
final class ComparisonRequests {
    private static final String COLUMNS = """
            id, opaque_id, state, created_at, started_at, finished_at, pages, resources, refused, expected, reason, retry_at, matching,
            missing, extra, older, differing, changed_meanwhile, out_of_reach, waiting, unread""";

    private final Database platform;

    ComparisonRequests(Database platform) {
        this.platform = platform;
    }

    /** Adds a comparison, unless one of the integration is under way, and returns the one that is then. */
    Comparison begin(long integration) {
        return platform.transaction(session -> {
            int added = session.sql("""
                            insert into comparison (opaque_id, integration_id, organization_id, due_at)
                            select :opaque, id, organization_id, clock_timestamp() from integration where id = :integration
                            on conflict (integration_id) where state in ('queued', 'running') do nothing""")
                    .bind("opaque", OpaqueId.withPrefix("cmp_"))
                    .bind("integration", integration)
                    .execute();
            if (added > 0) {
                ComparisonRepository.added(session);
            }
            return newest(session, integration, 1).getFirst();
        });
    }

    /** Returns the newest comparisons of an integration first. */
    List<Comparison> of(long integration, int most) {
        return platform.transaction(session -> newest(session, integration, most));
    }

    /** Returns a comparison of an integration, with its keys. */
    Optional<Comparison> find(long integration, String opaqueId) {
        return platform.transaction(session -> session.sql("""
                        select %s from comparison where integration_id = :integration and opaque_id = :opaque""".formatted(COLUMNS))
                .bind("integration", integration)
                .bind("opaque", opaqueId)
                .first(row -> comparison(row, keys(session, row.number("id")))));
    }

    /** Wants the comparison that is under way to be cancelled; returns it, or nothing if there is none. */
    Optional<Comparison> cancel(long integration) {
        return platform.transaction(session -> session.sql(JobRequests.cancel("comparison", COLUMNS))
                .bind("integration", integration)
                .first(row -> comparison(row, Map.of())));
    }

    /** Returns how comparisons are removed some time after their end. The one of each integration that ended last stays, however old. */
    static Expiry expiry(Duration retention) {
        return JobRequests.expiry("comparison-retention", "comparison", retention);
    }

    private static List<Comparison> newest(Session session, long integration, int most) {
        return session.sql("""
                        select %s from comparison where integration_id = :integration order by id desc limit :most""".formatted(COLUMNS))
                .bind("integration", integration)
                .bind("most", most)
                .list(row -> comparison(row, Map.of()));
    }

    private static Map<Difference, List<String>> keys(Session session, long id) {
        Map<Difference, List<String>> keys = new EnumMap<>(Difference.class);
        session.sql("select kind, key from comparison_key where job_id = :job order by kind, place")
                .bind("job", id)
                .list(row -> keys.computeIfAbsent(
                                Difference.valueOf(row.text("kind").toUpperCase(Locale.ROOT)),
                                none -> new ArrayList<>())
                        .add(row.text("key")));
        return keys;
    }

    private static Comparison comparison(Row row, Map<Difference, List<String>> keys) {
        Map<Difference, Long> counts = new EnumMap<>(Difference.class);
        for (Difference kind : Difference.values()) {
            counts.put(kind, row.number(kind.label()));
        }
        return new Comparison(
                row.text("opaque_id"),
                State.valueOf(row.text("state").toUpperCase(Locale.ROOT)),
                row.instant("created_at"),
                row.optionalInstant("started_at"),
                row.optionalInstant("finished_at"),
                row.number("pages"),
                row.number("resources"),
                row.number("refused"),
                row.optionalNumber("expected"),
                row.optionalText("reason"),
                row.optionalInstant("retry_at"),
                counts,
                keys,
                row.number("waiting"),
                row.optionalText("unread"));
    }
}
