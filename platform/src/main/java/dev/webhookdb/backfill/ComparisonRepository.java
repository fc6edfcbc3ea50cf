package dev.webhookdb.backfill;

import dev.webhookdb.backfill.BackfillJob.Cause;
import dev.webhookdb.backfill.BackfillJob.State;
import dev.webhookdb.connector.ConnectorFailure;
import dev.webhookdb.queue.LeasedQueue;
import dev.webhookdb.queue.QueueListener;
import dev.webhookdb.queue.QueueTable;
import dev.webhookdb.queue.WakeUps;
import dev.webhookdb.retry.Pauses;
import dev.webhookdb.retry.RetryPolicy;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import dev.webhookdb.sql.Statement;
import dev.webhookdb.sql.Texts;
import dev.webhookdb.store.Difference;
import dev.webhookdb.store.TableComparison;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** Comparisons in the platform's database, for whoever runs them; see {@link ComparisonList} for whoever wants them. Thread-safe. */
final class ComparisonRepository implements Jobs {
    private static final String POISON =
            "%d hosts ended while they read the same page. The server's log says how; start the comparison again when that is mended.";

    private static final QueueTable TABLE = QueueTable.of(
                    "comparison", "organization_id", QueueTable.Type.NUMBER, "id", "claimed_by", "integration_id")
            .inFlightAtMost(4)
            .claimedAs(", state = 'running', started_at = coalesce(started_at, clock_timestamp())")
            .poisonedAs(
                    POISON, ", state = 'failed', failure = 'defect', retry_at = null, finished_at = clock_timestamp()");

    private static final Parts PARTS = new Parts("comparison_part");
    private static final Duration LEASE = Duration.ofSeconds(30);

    /** Before a comparison is tried again whose database was away. */
    private static final Duration REST = Duration.ofSeconds(30);

    private final Database platform;
    private final LeasedQueue<Claimed> queue;

    ComparisonRepository(Database platform) {
        this.platform = platform;
        this.queue = new LeasedQueue<>(
                platform,
                TABLE,
                ComparisonRepository::claimed,
                LEASE,
                RetryPolicy.of(Pauses.doubling(REST, REST)).waitingForWhatIsExhausted(),
                QueueListener.NONE);
    }

    /** Everything is listed, because somebody wants to know. */
    private static Claimed claimed(Row row) {
        return new Claimed(
                row.number("id"), row.uuid("claimed_by"), row.number("integration_id"), Cause.USER, Optional.empty());
    }

    /** Tells, in the transaction that adds a comparison, that there is one. */
    static void added(Session session) {
        WakeUps.tell(session, TABLE.name());
    }

    @Override
    public LeasedQueue<Claimed> queue() {
        return queue;
    }

    @Override
    public String poison(int hosts) {
        return POISON.formatted(hosts);
    }

    @Override
    public List<Long> cancelling(Collection<Long> jobs) {
        return platform.transaction(
                session -> session.sql("select id from comparison where id = any (:jobs) and cancelling")
                        .bind("jobs", jobs.stream().mapToLong(Long::longValue).toArray())
                        .list(row -> row.number("id")));
    }

    @Override
    public List<Part> parts(long job) {
        return platform.transaction(session -> PARTS.of(session, job));
    }

    @Override
    public void add(long job, Part added, Optional<Part> cut) {
        platform.run(session -> PARTS.add(session, job, added, cut));
    }

    /**
     * Writes down how far a part is, after a page of it was kept.
     *
     * @throws LostJobException if the comparison is not this host's any more
     */
    void advance(Claimed job, Content page) {
        platform.run(session -> {
            OptionalLong expected = page.expected();
            require(held(session, job, """
                            pages = pages + 1, resources = resources + :resources, refused = refused + :refused,
                              expected = coalesce(:expected, expected), asked_at = least(asked_at, :asked),
                              reason = null, retry_at = null, deaths = 0""")
                    .bind("resources", page.states().size())
                    .bind("refused", page.unreadable().size())
                    .bind("expected", expected.isPresent() ? Long.valueOf(expected.getAsLong()) : null)
                    .bind("asked", page.askedAt().orElse(null)));
            PARTS.advance(session, job.id(), page.part());
        });
    }

    @Override
    public void waiting(Claimed job, String error, Instant until) {
        platform.run(session -> held(session, job, "reason = :reason, retry_at = :until")
                .bind("reason", Texts.storable(error))
                .bind("until", until)
                .execute());
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
        return platform.transaction(session -> session.sql("""
                        select coalesce(asked_at, started_at) as asked_at, started_at, refused from comparison where id = :job""")
                .bind("job", job.id())
                .first(row -> new Listed(row.instant("asked_at"), row.instant("started_at"), row.number("refused")))
                .orElseThrow(LostJobException::new));
    }

    /** Returns whether webhooks of an endpoint wait to be stored. */
    boolean isAnythingToStore(long endpointId) {
        return platform.transaction(
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
        platform.run(session -> {
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
    public void finish(Claimed job, State state, Optional<ConnectorFailure> failure) {
        platform.run(session -> require(held(session, job, """
                        state = :state, reason = :reason, failure = :failure, retry_at = null, due_at = null, claimed_by = null,
                          finished_at = clock_timestamp()""")
                .bind("state", state.name().toLowerCase(Locale.ROOT))
                .bind(
                        "reason",
                        failure.map(ConnectorFailure::getMessage)
                                .map(Texts::storable)
                                .orElse(null))
                .bind(
                        "failure",
                        failure.map(found -> found.kind().name().toLowerCase(Locale.ROOT))
                                .orElse(null))));
    }

    /** Changes a comparison as long as it is this host's. */
    private static Statement held(Session session, Claimed job, String assignments) {
        return session.sql("update comparison set %s where id = :job and claimed_by = :claim and state = 'running'"
                        .formatted(assignments))
                .bind("job", job.id())
                .bind("claim", job.claim());
    }

    private static void require(Statement change) {
        if (change.execute() == 0) {
            throw new LostJobException();
        }
    }
}
