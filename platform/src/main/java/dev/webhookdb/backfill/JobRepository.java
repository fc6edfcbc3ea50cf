package dev.webhookdb.backfill;

import dev.webhookdb.backfill.BackfillJob.Cause;
import dev.webhookdb.backfill.BackfillJob.State;
import dev.webhookdb.connector.ConnectorFailure;
import dev.webhookdb.event.AccountEventType;
import dev.webhookdb.event.AccountEvents;
import dev.webhookdb.spi.Json;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import dev.webhookdb.sql.Texts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** Jobs in the platform's database, for whoever runs them; see {@link JobRequests} for whoever wants them. Thread-safe. */
final class JobRepository extends LeasedJobs {
    private static final SplitTable SPLITS = new SplitTable("backfill_part");
    private static final Kind KIND = new Kind("backfill", "backfill_job", SPLITS, 16, List.of("cause", "since"));

    private static final int MOST_REFUSED_KEPT = 100;

    JobRepository(Database platform) {
        super(platform, KIND, JobRepository::claimed);
    }

    private static Claimed claimed(Row row) {
        return new Claimed(
                row.number("id"),
                row.uuid("claimed_by"),
                row.number("integration_id"),
                Cause.valueOf(row.text("cause").toUpperCase(Locale.ROOT)),
                row.optionalInstant("since"));
    }

    /**
     * What pages added.
     *
     * @param splits as they are now
     * @param refused what could not be stored
     * @param askedAt when the provider was asked, by its clock
     */
    record Progress(
            Collection<Split> splits,
            int pages,
            long resources,
            long changed,
            List<Backfills.Refused> refused,
            Optional<Long> expected,
            Optional<Instant> askedAt) {}

    /** Tells, in the transaction that adds a job, that there is one. */
    static void added(Session session) {
        KIND.added(session);
    }

    /**
     * Writes down how far splits are.
     *
     * @throws LostJobException if the job is not this host's any more
     */
    void advance(Claimed job, Progress progress) {
        platform().run(session -> {
            require(held(session, job, """
                            pages = pages + :pages, resources = resources + :resources,
                              changed = changed + :changed, refused = refused + :refused,
                              expected = coalesce(:expected, expected), asked_at = coalesce(asked_at, :asked),
                              reason = null, retry_at = null, deaths = 0""")
                    .bind("pages", progress.pages())
                    .bind("resources", progress.resources())
                    .bind("changed", progress.changed())
                    .bind("refused", progress.refused().size())
                    .bind("expected", progress.expected().orElse(null))
                    .bind("asked", progress.askedAt().orElse(null)));
            progress.splits().forEach(split -> SPLITS.advance(session, job.id(), split));
            if (!progress.refused().isEmpty()) {
                keep(session, job.id(), progress.refused());
            }
        });
    }

    /** Keeps what could not be stored, up to a limit. */
    private static void keep(Session session, long job, List<Backfills.Refused> refused) {
        session.sql("""
                        insert into backfill_refused (job_id, reason, resource)
                        select :job, reason, resource
                        from unnest(:reasons, :resources) with ordinality as one (reason, resource, place)
                        order by place
                        limit greatest(0, :most - (select count(*) from backfill_refused where job_id = :job))""")
                .bind("job", job)
                .bind("reasons", texts(refused, Backfills.Refused::reason))
                .bind("resources", texts(refused, Backfills.Refused::resource))
                .bind("most", MOST_REFUSED_KEPT)
                .execute();
    }

    private static String[] texts(List<Backfills.Refused> refused, Function<Backfills.Refused, String> split) {
        return refused.stream()
                .limit(MOST_REFUSED_KEPT)
                .map(split)
                .map(Texts::storable)
                .toArray(String[]::new);
    }

    /** Says what a job could not read. */
    void unread(Claimed job, String what) {
        platform()
                .run(session -> held(session, job, "unread = :unread")
                        .bind("unread", Texts.storable(what))
                        .execute());
    }

    /** {@inheritDoc} What it covered counts for the next one if it succeeded. */
    @Override
    void finished(Session session, Claimed job, State state, Optional<ConnectorFailure> failure) {
        tell(session, job, state, failure);
        if (state == State.SUCCEEDED) {
            session.sql("""
                            insert into backfill_state (integration_id, covered_at)
                            select integration_id, asked_at from backfill_job where id = :job
                            on conflict (integration_id) do update
                            set covered_at = coalesce(excluded.covered_at, backfill_state.covered_at), failures = 0,
                              not_before = null""").bind("job", job.id()).execute();
        }
    }

    private static void tell(Session session, Claimed job, State state, Optional<ConnectorFailure> failure) {
        if (state != State.SUCCEEDED && state != State.FAILED) {
            return;
        }
        AccountEventType type =
                state == State.SUCCEEDED ? AccountEventType.BACKFILL_SUCCEEDED : AccountEventType.BACKFILL_FAILED;
        session.sql("""
                        select integration.organization_id, job.opaque_id, integration.opaque_id as integration, service_name, table_name,
                          job.cause
                        from backfill_job as job join integration on integration.id = job.integration_id where job.id = :job""")
                .bind("job", job.id())
                .list(row -> {
                    List<String> fields = new ArrayList<>(List.of(
                            "id", row.text("opaque_id"),
                            "integration_id", row.text("integration"),
                            "service_name", row.text("service_name"),
                            "table_name", row.text("table_name"),
                            "cause", row.text("cause")));
                    failure.ifPresent(why -> fields.addAll(List.of("error", why.getMessage())));
                    return new Ended(
                            row.number("organization_id"), AccountEvents.fields(fields.toArray(String[]::new)));
                })
                .forEach(ended -> AccountEvents.note(session, ended.organizationId(), type, ended.data()));
    }

    private record Ended(long organizationId, Json.Obj data) {}
}
