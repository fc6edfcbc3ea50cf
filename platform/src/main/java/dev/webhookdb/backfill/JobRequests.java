package dev.webhookdb.backfill;

import dev.webhookdb.backfill.BackfillJob.Cause;
import dev.webhookdb.backfill.BackfillJob.State;
import dev.webhookdb.connector.ConnectorFailure.Kind;
import dev.webhookdb.crypto.OpaqueId;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Expiry;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Jobs in the platform's database, for whoever wants them. Thread-safe. */
final class JobRequests {
    private static final int KEPT = 100;

    /** Splits, and up to a hundred refused resources or four hundred keys, go with each job. */
    private static final int PORTION = 100;

    /** How long scheduled runs rest at most after settings that do not work: long enough not to annoy the provider. */
    private static final Duration LONGEST_REST = Duration.ofHours(6);

    private static final String COLUMNS = """
            opaque_id, cause, state, since, created_at, started_at, finished_at, pages, resources, changed, refused, expected, reason,
            retry_at, unread""";

    private final Database platform;

    JobRequests(Database platform) {
        this.platform = platform;
    }

    /**
     * Adds a job, unless one is under way, and returns the one that is then.
     *
     * @param overlap how far to go back behind the last complete run; empty if everything is wanted
     */
    BackfillJob begin(long integration, Cause cause, Optional<Duration> overlap) {
        return platform.transaction(session -> {
            int added = session.sql("""
                            insert into backfill_job (opaque_id, integration_id, organization_id, due_at, cause, since)
                            select :opaque, id, organization_id, clock_timestamp(), :cause,
                              case when :incremental then (
                                select covered_at - :overlap * interval '1 millisecond'
                                from backfill_state where integration_id = :integration
                              ) end
                            from integration where id = :integration
                            on conflict (integration_id) where state in ('queued', 'running') do nothing""")
                    .bind("opaque", OpaqueId.withPrefix("bfj_"))
                    .bind("integration", integration)
                    .bind("cause", cause.name().toLowerCase(Locale.ROOT))
                    .bind("incremental", overlap.isPresent())
                    .bind("overlap", overlap.map(Duration::toMillis).orElse(0L).longValue())
                    .execute();
            if (added > 0) {
                JobRepository.added(session);
            }
            BackfillJob underWay = newest(session, integration, 1).getFirst();
            // what waits for its turn yet will see everything that this one would
            boolean late = cause == Cause.PARENT && underWay.state() == State.RUNNING;
            if (added == 0 && (cause == Cause.SCHEDULE || late)) {
                session.sql("""
                                insert into backfill_state as known (integration_id, due_again, due_in_full) values (:integration, true, :full)
                                on conflict (integration_id) do update
                                set due_again = true, due_in_full = known.due_in_full or excluded.due_in_full""")
                        .bind("integration", integration)
                        .bind("full", late && overlap.isEmpty())
                        .execute();
            }
            return underWay;
        });
    }

    /** Whether a scheduled run may begin, after those that failed for want of good settings. */
    boolean isDue(long integration) {
        return platform.transaction(session -> session.sql("""
                        select not_before is null or not_before <= clock_timestamp() as due
                        from backfill_state where integration_id = :integration""")
                .bind("integration", integration)
                .first(row -> row.flag("due"))
                .orElse(true));
    }

    /** Lets scheduled runs begin again, with other settings. */
    void forgive(long integration) {
        platform.run(
                session -> session.sql("""
                        update backfill_state set failures = 0, not_before = null where integration_id = :integration""").bind("integration", integration).execute());
    }

    /** What was due while another run was under way. */
    enum Due {
        NOTHING,
        CHANGES,
        EVERYTHING
    }

    /** Returns and forgets what was due while another run was under way. */
    Due dueMeanwhile(long integration) {
        return platform.transaction(session -> {
            boolean everything = session.sql("""
                            select due_in_full from backfill_state where integration_id = :integration for update""")
                    .bind("integration", integration)
                    .first(row -> row.flag("due_in_full"))
                    .orElse(false);
            int due = session.sql("""
                            update backfill_state set due_again = false, due_in_full = false
                            where integration_id = :integration and due_again""").bind("integration", integration).execute();
            if (due == 0) {
                return Due.NOTHING;
            }
            return everything ? Due.EVERYTHING : Due.CHANGES;
        });
    }

    /** Lets scheduled runs rest, longer every time, after settings that do not work; and forgets the oldest jobs. */
    void ended(long integration, Cause cause, Optional<Kind> failure) {
        platform.run(session -> {
            if (cause == Cause.SCHEDULE && failure.filter(Kind.SETTINGS::equals).isPresent()) {
                session.sql("""
                                insert into backfill_state as known (integration_id, failures, not_before)
                                values (:integration, 1, clock_timestamp() + interval '2 minutes')
                                on conflict (integration_id) do update set failures = known.failures + 1,
                                  not_before = clock_timestamp()
                                    + least(:longest * interval '1 second', power(2, least(known.failures, 20) + 1) * interval '1 minute')""")
                        .bind("integration", integration)
                        .bind("longest", LONGEST_REST.toSeconds())
                        .execute();
            }
            session.sql("""
                            delete from backfill_job where integration_id = :integration and id < (
                              select id from backfill_job where integration_id = :integration order by id desc offset :kept limit 1
                            )""").bind("integration", integration).bind("kept", KEPT).execute();
        });
    }

    /**
     * Returns how jobs are removed some time after their end. The one that ended last of each integration stays however old it is: it is
     * what is told of the integration.
     */
    static Expiry expiry(Duration retention) {
        return expiry("backfill-retention", "backfill_job", retention);
    }

    /**
     * The same for another kind of job.
     *
     * @param name of the task
     * @param table of the jobs
     */
    static Expiry expiry(String name, String table, Duration retention) {
        return new Expiry(name, """
                        delete from %1$s where id = any (array(
                          select id from %1$s as job
                          where finished_at < now() - :retention * interval '1 millisecond' and state not in ('queued', 'running')
                            and exists (
                              select from %1$s as later
                              where later.integration_id = job.integration_id and later.id > job.id and later.finished_at is not null)
                          order by finished_at limit :most for update skip locked))""".formatted(table), PORTION, retention);
    }

    List<BackfillJob> of(long integration, int most) {
        return platform.transaction(session -> newest(session, integration, most));
    }

    Optional<BackfillJob> cancel(long integration) {
        return platform.transaction(session -> session.sql(cancel("backfill_job", COLUMNS))
                .bind("integration", integration)
                .first(JobRequests::job));
    }

    /**
     * Returns the statement that wants the job to be cancelled that an integration has under way. Parameter: {@code integration}.
     *
     * @param table of the jobs
     * @param columns what it returns
     */
    static String cancel(String table, String columns) {
        return """
                update %s set cancelling = true,
                  state = case when state = 'queued' then 'cancelled' else state end,
                  due_at = case when state = 'queued' then null else due_at end,
                  finished_at = case when state = 'queued' then clock_timestamp() end
                where integration_id = :integration and state in ('queued', 'running')
                returning %s""".formatted(table, columns);
    }

    List<Backfills.Refused> refused(long integration) {
        return platform.transaction(session -> session.sql("""
                        select reason, resource from backfill_refused
                        where job_id = (select max(id) from backfill_job where integration_id = :integration)""")
                .bind("integration", integration)
                .list(row -> new Backfills.Refused(row.text("reason"), row.text("resource"))));
    }

    private static List<BackfillJob> newest(Session session, long integration, int most) {
        return session.sql("""
                        select %s from backfill_job where integration_id = :integration order by id desc limit :most""".formatted(COLUMNS))
                .bind("integration", integration)
                .bind("most", most)
                .list(JobRequests::job);
    }

    private static BackfillJob job(Row row) {
        return new BackfillJob(
                row.text("opaque_id"),
                Cause.valueOf(row.text("cause").toUpperCase(Locale.ROOT)),
                State.valueOf(row.text("state").toUpperCase(Locale.ROOT)),
                row.optionalInstant("since"),
                row.instant("created_at"),
                row.optionalInstant("started_at"),
                row.optionalInstant("finished_at"),
                row.number("pages"),
                row.number("resources"),
                row.number("changed"),
                row.number("refused"),
                row.optionalNumber("expected"),
                row.optionalText("reason"),
                row.optionalInstant("retry_at"),
                row.optionalText("unread"));
    }
}
