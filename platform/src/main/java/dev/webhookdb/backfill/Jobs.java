package dev.webhookdb.backfill;

import dev.webhookdb.backfill.BackfillJob.Cause;
import dev.webhookdb.backfill.BackfillJob.State;
import dev.webhookdb.connector.ConnectorFailure;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import dev.webhookdb.sql.Texts;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** The tables of jobs, as those see them who run jobs. Thread-safe. */
final class Jobs {
    /** A host says more often than that that it is alive. */
    static final Duration HELD = Duration.ofSeconds(30);

    private static final int MOST_OF_ONE_ORGANIZATION = 16;
    private static final int MOST_REFUSED_KEPT = 100;

    private final Database platform;
    private final UUID host;

    Jobs(Database platform, UUID host) {
        this.platform = platform;
        this.host = host;
    }

    /**
     * A job that this host runs.
     *
     * @param since since when changes are listed; empty for everything
     * @param deaths how many hosts ended with it since it got on
     */
    record Claimed(long id, long integrationId, Cause cause, Optional<Instant> since, int deaths) {}

    /**
     * What pages added.
     *
     * @param parts as they are now
     * @param refused what could not be stored
     * @param askedAt when the provider was asked, by its clock
     */
    record Progress(
            Collection<Part> parts,
            int pages,
            long resources,
            long changed,
            List<Backfills.Refused> refused,
            Optional<Long> expected,
            Optional<Instant> askedAt) {}

    /** Takes the oldest job that nobody runs. */
    Optional<Claimed> claim() {
        return platform.transaction(session -> session.sql("""
                        update backfill_job as job
                        set state = 'running', deaths = deaths + (state = 'running' and host is not null)::int,
                          host = :host, held_until = clock_timestamp() + :held * interval '1 millisecond',
                          started_at = coalesce(started_at, clock_timestamp())
                        where id = (
                          select waiting.id from backfill_job as waiting
                          join integration on integration.id = waiting.integration_id
                          where waiting.state in ('queued', 'running')
                            and (waiting.held_until is null or waiting.held_until < clock_timestamp())
                            and (
                              select count(*) from backfill_job as other
                              join integration as others on others.id = other.integration_id
                              where other.state = 'running' and other.held_until >= clock_timestamp()
                                and others.organization_id = integration.organization_id
                            ) < :most
                          order by waiting.id limit 1 for update of waiting skip locked
                        )
                        returning id, integration_id, cause, since, deaths""")
                .bind("host", host)
                .bind("held", HELD.toMillis())
                .bind("most", MOST_OF_ONE_ORGANIZATION)
                .first(row -> new Claimed(
                        row.number("id"),
                        row.number("integration_id"),
                        Cause.valueOf(row.text("cause").toUpperCase(Locale.ROOT)),
                        row.optionalInstant("since"),
                        row.integer("deaths"))));
    }

    /**
     * Says that this host still runs jobs.
     *
     * @return for each job that it may go on with, whether somebody wants it to be cancelled
     */
    Map<Long, Boolean> hold(Collection<Long> jobs) {
        Map<Long, Boolean> held = new HashMap<>();
        platform.transaction(session -> session.sql("""
                        update backfill_job set held_until = clock_timestamp() + :held * interval '1 millisecond'
                        where id = any (:jobs) and host = :host and state = 'running'
                        returning id, cancelling""")
                .bind("held", HELD.toMillis())
                .bind("jobs", jobs.stream().mapToLong(Long::longValue).toArray())
                .bind("host", host)
                .list(row -> held.put(row.number("id"), row.flag("cancelling"))));
        return held;
    }

    /** Gives a job back, for whoever comes first. */
    void release(long job) {
        platform.run(
                session -> session.sql("""
                        update backfill_job set held_until = clock_timestamp(), host = null
                        where id = :job and host = :host and state = 'running'""").bind("job", job).bind("host", host).execute());
    }

    List<Part> parts(long job) {
        return platform.transaction(session -> session.sql("""
                        select number, range_from, range_to, reached, parent, cursor, done
                        from backfill_part where job_id = :job order by number""").bind("job", job).list(Jobs::part));
    }

    /** Adds a part, and changes the one it was cut from. */
    void add(long job, Part added, Optional<Part> cut) {
        platform.run(session -> {
            session.sql("""
                            insert into backfill_part (job_id, number, range_from, range_to)
                            values (:job, :number, :from, :to)""")
                    .bind("job", job)
                    .bind("number", added.number())
                    .bind("from", added.from().orElse(null))
                    .bind("to", added.to().orElse(null))
                    .execute();
            cut.ifPresent(part -> session.sql("""
                            update backfill_part set range_from = :from where job_id = :job and number = :number""")
                    .bind("job", job)
                    .bind("number", part.number())
                    .bind("from", part.from().orElse(null))
                    .execute());
        });
    }

    /**
     * Writes down how far parts are.
     *
     * @throws LostJobException if the job is not this host's any more
     */
    void advance(long job, Progress progress) {
        platform.run(session -> {
            int ours = session.sql("""
                            update backfill_job set pages = pages + :pages, resources = resources + :resources,
                              changed = changed + :changed, refused = refused + :refused,
                              expected = coalesce(:expected, expected), asked_at = coalesce(asked_at, :asked),
                              error = null, retry_at = null, deaths = 0
                            where id = :job and host = :host and state = 'running'""")
                    .bind("pages", progress.pages())
                    .bind("resources", progress.resources())
                    .bind("changed", progress.changed())
                    .bind("refused", progress.refused().size())
                    .bind("expected", progress.expected().orElse(null))
                    .bind("asked", progress.askedAt().orElse(null))
                    .bind("job", job)
                    .bind("host", host)
                    .execute();
            if (ours == 0) {
                throw new LostJobException();
            }
            progress.parts().forEach(part -> advance(session, job, part));
            if (!progress.refused().isEmpty()) {
                keep(session, job, progress.refused());
            }
        });
    }

    private static void advance(Session session, long job, Part part) {
        session.sql("""
                        update backfill_part set reached = :reached, parent = :parent, cursor = :cursor, done = :done,
                          pages = pages + 1
                        where job_id = :job and number = :number""")
                .bind("reached", part.reached().orElse(null))
                .bind("parent", part.parent().orElse(null))
                .bind("cursor", part.cursor().orElse(null))
                .bind("done", part.done())
                .bind("job", job)
                .bind("number", part.number())
                .execute();
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

    private static String[] texts(List<Backfills.Refused> refused, Function<Backfills.Refused, String> part) {
        return refused.stream()
                .limit(MOST_REFUSED_KEPT)
                .map(part)
                .map(Texts::storable)
                .toArray(String[]::new);
    }

    /** Says what a job waits after, and until when. */
    void waiting(long job, String error, Instant until) {
        platform.run(session -> session.sql("""
                        update backfill_job set error = :error, retry_at = :until
                        where id = :job and host = :host and state = 'running'""")
                .bind("error", Texts.storable(error))
                .bind("until", until)
                .bind("job", job)
                .bind("host", host)
                .execute());
    }

    /** Ends a job; what it covered counts for the next one if it succeeded. */
    void finish(Claimed job, State state, Optional<ConnectorFailure> failure) {
        platform.run(session -> {
            session.sql("""
                            update backfill_job set state = :state, error = :error, failure = :failure, retry_at = null, held_until = null,
                              finished_at = clock_timestamp()
                            where id = :job and host = :host and state = 'running'""")
                    .bind("state", state.name().toLowerCase(Locale.ROOT))
                    .bind(
                            "error",
                            failure.map(ConnectorFailure::getMessage)
                                    .map(Texts::storable)
                                    .orElse(null))
                    .bind(
                            "failure",
                            failure.map(found -> found.kind().name().toLowerCase(Locale.ROOT))
                                    .orElse(null))
                    .bind("job", job.id())
                    .bind("host", host)
                    .execute();
            if (state == State.SUCCEEDED) {
                session.sql("""
                                insert into backfill_state (integration_id, covered_at)
                                select integration_id, asked_at from backfill_job where id = :job
                                on conflict (integration_id) do update
                                set covered_at = coalesce(excluded.covered_at, backfill_state.covered_at), failures = 0,
                                  not_before = null""").bind("job", job.id()).execute();
            }
        });
    }

    private static Part part(Row row) {
        return new Part(
                row.integer("number"),
                row.optionalInstant("range_from"),
                row.optionalInstant("range_to"),
                row.optionalInstant("reached"),
                row.optionalText("parent"),
                row.optionalText("cursor"),
                row.flag("done"));
    }
}
