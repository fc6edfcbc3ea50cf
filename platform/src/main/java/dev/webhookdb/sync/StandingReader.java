package dev.webhookdb.sync;

import dev.webhookdb.integration.Integration;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import dev.webhookdb.sync.SyncStanding.Hour;
import dev.webhookdb.sync.SyncStanding.Lag;
import dev.webhookdb.sync.SyncStanding.Refusals;
import dev.webhookdb.sync.SyncStanding.RefusedRow;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Reads how far targets are. Thread-safe. */
final class StandingReader {
    private static final String STANDING = """
            select run.id, synced_at, sequence, claimed_by is not null as running, page_id is not null as waiting,
              case when claimed_by is null then due_at end as next_at, failing_since, failures, last_error,
              case when parked_at is not null then reason end as parked
            from sync_run as run join sync_progress on target_id = run.id
            where %s""";

    private static final int SHOWN_REFUSALS = 20;

    private final Database platform;
    private final Backlog backlog;

    /** Counts what is still to be sent. */
    @FunctionalInterface
    interface Backlog {
        /** Returns how many rows of a table changed after a change, up to some number. */
        long rows(Integration integration, long after, long most);
    }

    StandingReader(Database platform, Backlog backlog) {
        this.platform = platform;
        this.backlog = backlog;
    }

    Map<Long, SyncStanding> of(long organizationId) {
        return platform.transaction(session -> session
                .sql(STANDING.formatted("run.organization_id = :organization"))
                .bind("organization", organizationId)
                .list(row -> Map.entry(row.number("id"), read(row)))
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    SyncStanding.Statistics statistics(SyncTarget target, Integration integration) {
        record Known(
                SyncStanding standing, long acknowledged, Duration sinceLook, List<Hour> hours, Refusals refusals) {}
        Known known = platform.transaction(session -> {
            SyncStanding standing = session.sql(STANDING.formatted("run.id = :id"))
                    .bind("id", target.id())
                    .first(StandingReader::read)
                    .orElseThrow(() -> new SyncException(
                            SyncException.Field.NUMBER,
                            "The sync target %s was deleted meanwhile.".formatted(target.opaqueId())));
            return session.sql("""
                            select acknowledged_change,
                              (extract(epoch from clock_timestamp() - coalesce(synced_at, created_at)) * 1000)::bigint as since
                            from sync_progress join sync_target on id = target_id where target_id = :id""")
                    .bind("id", target.id())
                    .one(row -> new Known(
                            standing,
                            row.number("acknowledged_change"),
                            Duration.ofMillis(Math.max(0, row.number("since"))),
                            hours(session, target),
                            refusals(session, target)));
        });
        long rows = backlog.rows(integration, known.acknowledged(), Lag.MOST);
        return new SyncStanding.Statistics(
                known.standing(),
                new Lag(rows, rows == 0 ? Duration.ZERO : known.sinceLook()),
                known.hours(),
                known.refusals());
    }

    private static Refusals refusals(Session session, SyncTarget target) {
        long number = session.sql("select count(*) as number from sync_parked where target_id = :id")
                .bind("id", target.id())
                .one(row -> row.number("number"));
        List<RefusedRow> newest = session.sql("""
                        select key, reason, parked_at from sync_parked where target_id = :id order by parked_at desc, key limit :most""")
                .bind("id", target.id())
                .bind("most", SHOWN_REFUSALS)
                .list(row -> new RefusedRow(row.text("key"), row.text("reason"), row.instant("parked_at")));
        return new Refusals(number, newest);
    }

    private static List<Hour> hours(Session session, SyncTarget target) {
        return session.sql("""
                        select hour, pages, rows, failures, milliseconds from sync_statistic
                        where target_id = :id and hour > clock_timestamp() - interval '7 days' order by hour desc""")
                .bind("id", target.id())
                .list(row -> new Hour(
                        row.instant("hour"),
                        row.number("pages"),
                        row.number("rows"),
                        row.number("failures"),
                        Duration.ofMillis(row.number("milliseconds")
                                / Math.max(1, row.number("pages") + row.number("failures")))));
    }

    private static SyncStanding read(Row row) {
        return new SyncStanding(
                row.optionalInstant("synced_at"),
                row.number("sequence"),
                row.flag("running"),
                row.flag("waiting"),
                row.optionalInstant("next_at"),
                row.optionalInstant("failing_since"),
                row.integer("failures"),
                row.optionalText("last_error"),
                row.optionalText("parked"));
    }
}
