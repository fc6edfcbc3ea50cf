package dev.webhookdb.apply;

import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import dev.webhookdb.store.Origin;
import dev.webhookdb.webhooklog.LogSql;
import dev.webhookdb.webhooklog.LoggedRequests;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** The queue table and the webhook log, as workers see them. Thread-safe. */
final class Queue {
    /** What it is called where somebody is woken for it. */
    static final String TABLE = "webhook_queue";

    private static final String DIED = "The host ended while this was being stored.";

    private final Database platform;
    private final String publicUrl;
    private volatile long swept;
    private volatile Runnable postponed = () -> {};

    Queue(Database platform, String publicUrl) {
        this.platform = platform;
        this.publicUrl = publicUrl;
    }

    /**
     * What is not to be taken from the queue now.
     *
     * @param endpoints those that have enough in memory
     * @param organizations those whose database is away
     */
    @SuppressWarnings("ArrayRecordComponent") // bound to a statement, and never compared
    record Except(long[] endpoints, long[] organizations) {}

    /**
     * Takes deliveries that are due, oldest first, and hides them from others for a while.
     *
     * <p>Goes on behind the last one it took, and begins anew when it came to the end: what was taken before stands in front of the
     * queue, hidden or dead, and going over it again for every batch would take longer with every batch.
     *
     * <p>What a host that died had in hand is counted as an attempt, and as a death, with the taking: were it counted when its turn
     * comes, a webhook that kills its host would never be counted.
     *
     * @param most how many, and
     * @param bytes how large their bodies may be together; the first is taken however large it is
     */
    List<Delivery> claim(int most, long bytes, Duration visibility, Except except) {
        int some = most;
        while (true) {
            int wanted = some;
            List<Claim> tried = new ArrayList<>();
            try {
                return platform.transaction(session -> {
                    session.lookUpByIndex();
                    List<Claim> claims = taken(session, wanted, bytes, visibility, except);
                    tried.clear();
                    tried.addAll(claims);
                    List<Delivery> loaded = load(session, claims);
                    boolean end = claims.isEmpty()
                            || (claims.getFirst().found() < wanted
                                    && claims.size() == claims.getFirst().found());
                    swept = end
                            ? 0
                            : claims.stream().mapToLong(Claim::webhookId).max().orElse(0);
                    return loaded;
                });
            } catch (DatabaseException e) {
                some = isolated(tried, e) ? most : tried.size() / 2;
            }
        }
    }

    /**
     * Fails the one among webhooks that the database cannot read.
     *
     * @return false if it is one of several, and fewer are to be tried
     */
    private boolean isolated(List<Claim> tried, DatabaseException failure) {
        if (tried.isEmpty() || !DamagedWebhooks.isDamage(failure)) {
            throw failure;
        }
        if (tried.size() > 1) {
            return false;
        }
        platform.run(session -> DamagedWebhooks.fail(session, tried, failure.getMessage()));
        return true;
    }

    private List<Claim> taken(Session session, int most, long bytes, Duration visibility, Except except) {
        List<Claim> claims = session.sql(
                        """
                            with due as (
                              select webhook_id, endpoint_id, received_at, bytes from webhook_queue
                              where webhook_id > :after and due_at <= clock_timestamp() and endpoint_id <> all (:endpoints)
                                and (cardinality(:organizations) = 0 or not exists (
                                  select from endpoint
                                  where endpoint.id = endpoint_id and organization_id = any (:organizations)))
                              order by webhook_id limit :most for update skip locked
                            ), sized as (
                              select webhook_id, sum(size) over (order by webhook_id) - size as before from (
                                select due.webhook_id, coalesce(due.bytes, logged.bytes, 0) as size from due
                                left join lateral (
                                  select bytes from webhook where due.bytes is null and %s limit 1
                                ) as logged on true
                              ) as each
                            ), lost as (
                              select coalesce(array_agg(one), '{}') as ids
                              from webhook_in_hand cross join unnest(webhook_ids) as one
                              where alive_at < clock_timestamp() - :dead * interval '1 millisecond'
                            )
                            update webhook_queue as queue
                            set due_at = clock_timestamp() + :visibility * interval '1 millisecond',
                              attempts = attempts + (webhook_id = any (lost.ids))::int,
                              deaths = deaths + (webhook_id = any (lost.ids))::int,
                              reason = case when webhook_id = any (lost.ids) then :died else reason end
                            from lost
                            where webhook_id = any (array(select webhook_id from sized where before < :bytes))
                            returning webhook_id, endpoint_id, received_at, attempts, deaths, due_at, replayed,
                              webhook_id = any (lost.ids) as lost, (select count(*) from due) as found""".formatted(LogSql.isOne("due.endpoint_id", "due.received_at", "due.webhook_id")))
                .bind("after", swept)
                .bind("endpoints", except.endpoints())
                .bind("organizations", except.organizations())
                .bind("most", most)
                .bind("bytes", bytes)
                .bind("dead", InHand.DEAD.toMillis())
                .bind("died", DIED)
                .bind("visibility", visibility.toMillis())
                .list(Claim::read);
        counted(session, claims.stream().filter(Claim::lost).toList());
        return claims;
    }

    /**
     * Takes what this host received and had no room for. What somebody took meanwhile, because nobody had for too long, is left to them:
     * it is not due any more at the time that it got when it came.
     *
     * @param visibility how long it was hidden when it came, and is hidden now
     */
    List<Delivery> claimReceived(long[] ids, Duration visibility) {
        List<Claim> tried = new ArrayList<>();
        try {
            return platform.transaction(session -> {
                session.lookUpByIndex();
                List<Claim> claims = received(session, ids, visibility);
                tried.clear();
                tried.addAll(claims);
                return load(session, claims);
            });
        } catch (DatabaseException e) {
            if (isolated(tried, e)) {
                return claimReceived(ids, visibility);
            }
            int half = ids.length / 2;
            List<Delivery> loaded = new ArrayList<>(claimReceived(Arrays.copyOf(ids, half), visibility));
            loaded.addAll(claimReceived(Arrays.copyOfRange(ids, half, ids.length), visibility));
            return loaded;
        }
    }

    private static List<Claim> received(Session session, long[] ids, Duration visibility) {
        return session.sql("""
                        update webhook_queue
                        set due_at = clock_timestamp() + :visibility * interval '1 millisecond'
                        where webhook_id = any (array(
                          select webhook_id from webhook_queue
                          where webhook_id = any (:ids)
                            and due_at = received_at + :visibility * interval '1 millisecond'
                          for update skip locked))
                        returning webhook_id, endpoint_id, received_at, attempts, deaths, due_at, replayed,
                          false as lost, 0 as found""")
                .bind("ids", ids)
                .bind("visibility", visibility.toMillis())
                .list(Claim::read);
    }

    /** What was counted is not counted again. */
    private static void counted(Session session, List<Claim> lost) {
        if (lost.isEmpty()) {
            return;
        }
        session.sql("""
                        update webhook_in_hand
                        set webhook_ids = array(select unnest(webhook_ids) except select unnest(:ids))
                        where webhook_ids && :ids and alive_at < clock_timestamp() - :dead * interval '1 millisecond'""")
                .bind("ids", lost.stream().mapToLong(Claim::webhookId).toArray())
                .bind("dead", InHand.DEAD.toMillis())
                .execute();
        session.sql("delete from webhook_in_hand where webhook_ids = '{}'").execute();
    }

    /**
     * Writes down, in one transaction, what became of a batch. Of what is done there is nothing to write but what it was about, and
     * that only where an endpoint feeds several integrations.
     *
     * @param together what belongs into the same transaction
     */
    void settle(List<DeliveryResult> settlements, Consumer<Session> together) {
        platform.run(session -> {
            session.lookUpByIndex();
            Outcomes.write(session, settlements);
            together.accept(session);
        });
        if (settlements.stream().anyMatch(one -> one.outcome() instanceof Outcome.Retry)) {
            postponed.run();
        }
    }

    /** Has something run whenever deliveries are to be tried again later; it must be quick. */
    void onPostponed(Runnable wake) {
        postponed = wake;
    }

    /** Returns in how long the next delivery becomes due, 1 ms if one is that nobody took; empty if there is none. */
    Optional<Duration> nextDue() {
        return platform.transaction(session -> session.sql("""
                        select ceil(extract(epoch from min(due_at) - clock_timestamp()) * 1000)::bigint as milliseconds from webhook_queue
                        """)
                .one(row -> row.optionalNumber("milliseconds").map(in -> Duration.ofMillis(Math.max(1, in)))));
    }

    /** Hides deliveries from others for another while, from now on. */
    void renewLease(List<Delivery> deliveries, Duration visibility) {
        platform.run(session -> session.sql("""
                        update webhook_queue set due_at = clock_timestamp() + :visibility * interval '1 millisecond'
                        where webhook_id = any (:ids)""")
                .bind("visibility", visibility.toMillis())
                .bind("ids", ids(deliveries))
                .execute());
    }

    static long[] ids(List<Delivery> deliveries) {
        return deliveries.stream().mapToLong(Delivery::webhookId).toArray();
    }

    private List<Delivery> load(Session session, List<Claim> claims) {
        Map<Long, Claim> byId = new HashMap<>();
        claims.forEach(claim -> byId.put(claim.webhookId(), claim));
        List<Delivery> deliveries = new ArrayList<>();
        List<Claim> damaged = new ArrayList<>();
        LoggedRequests.read(
                        session,
                        claims.stream().mapToLong(Claim::webhookId).toArray(),
                        claims.stream().mapToLong(Claim::endpointId).toArray(),
                        claims.stream().map(Claim::receivedAt).toArray(Instant[]::new))
                .list(row -> {
                    Claim claim = byId.remove(row.number("id"));
                    return LoggedRequests.isSound(row) ? deliveries.add(delivery(row, claim)) : damaged.add(claim);
                });
        DamagedWebhooks.fail(session, damaged, "Its checksum is another.");
        abandon(session, byId.keySet());
        return deliveries;
    }

    /** The log's retention was shorter than the time it took to store: nothing is left to store. */
    private static void abandon(Session session, Set<Long> webhooks) {
        if (!webhooks.isEmpty()) {
            Outcomes.remove(
                    session, webhooks.stream().mapToLong(Long::longValue).toArray());
        }
    }

    private Delivery delivery(Row row, Claim claim) {
        return Delivery.of(
                claim.webhookId(),
                claim.endpointId(),
                Requests.read(row, publicUrl),
                claim.attempts(),
                claim.deaths(),
                claim.heldUntil(),
                claim.replayed() ? Origin.REPLAY : Origin.WEBHOOK);
    }
}
