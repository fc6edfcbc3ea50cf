package dev.webhookdb.backfill;

import dev.webhookdb.backfill.BackfillJob.Cause;
import dev.webhookdb.backfill.BackfillJob.State;
import dev.webhookdb.connector.ConnectorFailure;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import dev.webhookdb.sql.Statement;
import dev.webhookdb.sql.Texts;
import dev.webhookdb.store.Difference;
import dev.webhookdb.store.TableComparison;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** Comparisons in the platform's database, for whoever runs them; see {@link ComparisonRequests} for whoever wants them. Thread-safe. */
final class ComparisonRepository extends LeasedJobs {
    private static final SplitTable SPLITS = new SplitTable("comparison_part");
    private static final Kind KIND = new Kind("comparison", "comparison", SPLITS, 4, List.of());

    ComparisonRepository(Database platform) {
        super(platform, KIND, ComparisonRepository::claimed);
    }

    /** Everything is listed, because somebody wants to know. */
    private static Claimed claimed(Row row) {
        return new Claimed(
                row.number("id"), row.uuid("claimed_by"), row.number("integration_id"), Cause.USER, Optional.empty());
    }

    /** Tells, in the transaction that adds a comparison, that there is one. */
    static void added(Session session) {
        KIND.added(session);
    }

    /**
     * Writes down how far a split is, after a page of it was kept.
     *
     * @throws LostJobException if the comparison is not this host's any more
     */
    void advance(Claimed job, DecodedPage page) {
        platform().run(session -> {
            OptionalLong expected = page.expected();
            require(held(session, job, """
                            pages = pages + 1, resources = resources + :resources, refused = refused + :refused,
                              expected = coalesce(:expected, expected), asked_at = least(asked_at, :asked),
                              reason = null, retry_at = null, deaths = 0""")
                    .bind("resources", page.states().size())
                    .bind("refused", page.unreadable().size())
                    .bind("expected", expected.isPresent() ? Long.valueOf(expected.getAsLong()) : null)
                    .bind("asked", page.askedAt().orElse(null)));
            SPLITS.advance(session, job.id(), page.split());
        });
    }

    /**
     * What is known of a listing that has ended.
     *
     * @param askedAt when the provider was first asked, by its clock
     * @param refused how many rows of the parent's table nothing was listed for
     */
    record Listed(Instant askedAt, Instant startedAt, long refused) {}

    /** Returns what is known of a listing that has ended. */
    Listed listed(Claimed job) {
        return platform()
                .transaction(session -> session.sql("""
                        select coalesce(asked_at, started_at) as asked_at, started_at, refused from comparison where id = :job""")
                        .bind("job", job.id())
                        .first(row ->
                                new Listed(row.instant("asked_at"), row.instant("started_at"), row.number("refused")))
                        .orElseThrow(LostJobException::new));
    }

    /** Returns whether webhooks of an endpoint wait to be stored. */
    boolean isAnythingToStore(long endpointId) {
        return platform()
                .transaction(
                        session -> session.sql("""
                        select exists (select from webhook_queue where endpoint_id = :endpoint) as waiting""").bind("endpoint", endpointId).one(row -> row.flag("waiting")));
    }

    /**
     * Writes down what came out; may be repeated.
     *
     * @param endpointId whose webhooks may bring something yet
     * @param unread what the provider does not list, in a sentence
     * @throws LostJobException if the comparison is not this host's any more
     */
    void report(Claimed job, TableComparison.Result result, long endpointId, Optional<String> unread) {
        platform().run(session -> {
            String counts = Arrays.stream(Difference.values())
                    .map(kind -> "%1$s = :%1$s, ".formatted(kind.label()))
                    .collect(Collectors.joining());
            Statement statement = held(session, job, counts + """
                            unread = :unread,
                              waiting = (select count(*) from webhook_queue where endpoint_id = :endpoint)""");
            for (Difference kind : Difference.values()) {
                statement.bind(
                        kind.label(), result.counts().getOrDefault(kind, 0L).longValue());
            }
            require(statement
                    .bind("unread", unread.map(Texts::storable).orElse(null))
                    .bind("endpoint", endpointId));
            session.sql("delete from comparison_key where job_id = :job")
                    .bind("job", job.id())
                    .execute();
            result.keys()
                    .forEach((kind, keys) -> session.sql("""
                            insert into comparison_key (job_id, kind, place, key)
                            select :job, :kind, place, key from unnest(:keys) with ordinality as one (key, place)""")
                            .bind("job", job.id())
                            .bind("kind", kind.label())
                            .bind("keys", keys.toArray(String[]::new))
                            .execute());
        });
    }

    @Override
    void finished(Session session, Claimed job, State state, Optional<ConnectorFailure> failure) {
        // whoever asked looks at what was reported
    }
}
