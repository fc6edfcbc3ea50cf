package dev.webhookdb.notify;

import dev.webhookdb.crypto.ReversingSealer;
import dev.webhookdb.crypto.SigningKey;
import dev.webhookdb.notify.Subscription.Endpoint;
import dev.webhookdb.notify.Subscription.Filter;
import dev.webhookdb.notify.Subscription.Manner;
import dev.webhookdb.notify.Subscription.Status;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.observe.Metrics;
import dev.webhookdb.outbound.Outbound;
import dev.webhookdb.platform.PlatformDatabase;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.queue.WakeUps;
import dev.webhookdb.sql.Database;
import dev.webhookdb.trace.Tracing;
import java.net.InetAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** An organization with subscriptions and events, in a database of its own, and hosts that deliver. */
final class Endpoints implements AutoCloseable {
    static final Duration DISABLE_AFTER = Duration.ofDays(5);
    static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    final PlatformDatabase platform = TestPostgres.platform();
    final Database database = platform.database();
    final ReversingSealer sealer = new ReversingSealer();
    final BackgroundTasks tasks = new BackgroundTasks();
    final WakeUps wakeUps = WakeUps.start(database, tasks);
    final long organization = TestPostgres.organization(platform, "told");
    final SubscriptionRepository subscriptions = new SubscriptionRepository(sealer);
    Tracing tracing = Tracing.none();
    private int number;

    Endpoints() {
        database.run(session -> session.sql("""
                        create table event_all partition of event default;
                        create table delivery_all partition of delivery default;
                        create table delivery_attempt_all partition of delivery_attempt default""").execute());
    }

    Sender host() {
        return host(Optional.empty());
    }

    Sender host(Optional<dev.webhookdb.mail.Mailer> mailer) {
        return Sender.start(
                new Sender.Means(
                        database,
                        sealer,
                        outbound(),
                        signatures(),
                        mailer,
                        URI.create("https://webhooks.example.com/"),
                        DISABLE_AFTER,
                        Clock.systemUTC(),
                        tracing),
                wakeUps,
                tasks,
                Metrics.none().notifications());
    }

    static Outbound outbound() {
        return new Outbound(
                InetAddress::isLoopbackAddress,
                Clock.systemUTC(),
                Metrics.none().outbound());
    }

    Signatures signatures() {
        return new Signatures(SigningKey.open(database, sealer));
    }

    Subscription subscribe(String url) {
        return subscribe(url, Manner.STANDARD);
    }

    Subscription subscribe(String url, Manner manner) {
        return database.transaction(session -> subscriptions.insert(
                session,
                new Subscription(
                        0,
                        "wh_" + ++number,
                        organization,
                        OptionalLong.empty(),
                        new Endpoint(url, SECRET, Optional.empty(), Optional.empty()),
                        new Filter(List.of("*"), List.of(), Optional.empty(), List.of()),
                        manner,
                        Status.ACTIVE,
                        Optional.empty(),
                        "somebody@example.com",
                        Instant.now())));
    }

    /** Writes an event and queues it, as the dispatcher does; returns the delivery's number. */
    long tell(Subscription subscription, String row) {
        return tell(
                subscription, row, "{\"id\":\"%s\",\"type\":\"thing_v1.created\",\"row\":{\"name\":\"" + row + "\"}}");
    }

    /** @param body with a place for the event's id */
    long tell(Subscription subscription, String row, String body) {
        return database.transaction(session -> {
            long delivery = session.sql("""
                            with numbered as (
                              select nextval('event_number') as number, nextval('delivery_id') as delivery, clock_timestamp() as at
                            ), told as (
                              insert into event (number, id, organization_id, type, key, occurred_at, body, created_at)
                              select number, 'evt_' || number, :organization, 'thing_v1.created', :row, at,
                                format(:body, 'evt_' || number), at from numbered
                            ), delivered as (
                              insert into delivery (id, subscription_id, organization_id, event_number, event_at, event_id, event_type, created_at)
                              select delivery, :subscription, :organization, number, at, 'evt_' || number, 'thing_v1.created', at from numbered
                            )
                            insert into delivery_queue (id, delivery_at, subscription_id, organization_id, event_number, event_at, row_key, due_at)
                            select delivery, at, :subscription, :organization, number, at, case when :ordered then :row end,
                              case when :ordered and exists (select from delivery_queue
                                where subscription_id = :subscription and row_key = :row) then null else at end
                            from numbered returning id""")
                    .bind("organization", organization)
                    .bind("subscription", subscription.id())
                    .bind("row", row)
                    .bind("body", body)
                    .bind("ordered", subscription.manner().ordered())
                    .one(found -> found.number("id"));
            WakeUps.tell(session, "delivery_queue");
            return delivery;
        });
    }

    /** What an expression says of each row. */
    List<String> column(String expression, String table) {
        return database.transaction(
                session -> session.sql("select coalesce((%s)::text, '') as value from %s".formatted(expression, table))
                        .list(row -> row.text("value")));
    }

    String one(String expression, String table) {
        return column(expression, table).getFirst();
    }

    void run(String sql) {
        database.run(session -> session.sql(sql).execute());
    }

    /** Lets time go by, as far as the queue, the breaker and the endpoint's failing are concerned. */
    void pass(Duration time) {
        String interval = "interval '%d milliseconds'".formatted(time.toMillis());
        run("update delivery_queue set due_at = due_at - %1$s where claimed_by is null".formatted(interval));
        run("update subscription_health set held_until = held_until - %1$s, failing_since = failing_since - %1$s"
                .formatted(interval));
    }

    @Override
    public void close() {
        wakeUps.close();
        platform.close();
    }
}
