package dev.webhookdb.notify;

import dev.webhookdb.platform.Timed;
import java.util.Optional;

/**
 * How long it takes to list deliveries where there are very many. Not a test: run {@code main} with their number, each of which has one
 * attempt; of a hundred subscriptions one has half of them.
 */
final class DeliveriesMeasurement {
    private static final int STEP = 500_000;

    private DeliveriesMeasurement() {}

    public static void main(String[] arguments) {
        int number = Integer.parseInt(arguments[0]);
        try (Endpoints endpoints = new Endpoints()) {
            Subscription large = endpoints.subscribe("https://large.example.com");
            for (int i = 1; i < 100; i++) {
                endpoints.subscribe("https://small.example.com/" + i);
            }
            for (int done = 0; done < number; done += STEP) {
                fill(endpoints, large, done);
                System.out.printf("%d%n", done + STEP);
            }
            endpoints.database.autocommit(
                    session -> session.sql("vacuum analyze").execute());
            Deliveries deliveries = new Deliveries(endpoints.database);
            Timed.print(
                    "newest", () -> deliveries.list(large, Optional.empty(), Optional.empty(), Long.MAX_VALUE, 100));
            Timed.print(
                    "a page in the middle",
                    () -> deliveries.list(large, Optional.empty(), Optional.empty(), number / 2, 100));
            Timed.print(
                    "failed",
                    () -> deliveries.list(large, Optional.of("failed"), Optional.empty(), Long.MAX_VALUE, 100));
            Timed.print(
                    "delivered",
                    () -> deliveries.list(large, Optional.of("delivered"), Optional.empty(), Long.MAX_VALUE, 100));
            Timed.print(
                    "pending",
                    () -> deliveries.list(large, Optional.of("pending"), Optional.empty(), Long.MAX_VALUE, 100));
            Timed.print(
                    "of a rare type",
                    () -> deliveries.list(large, Optional.empty(), Optional.of("rare.created"), Long.MAX_VALUE, 100));
            Timed.print(
                    "failed of a rare type",
                    () -> deliveries.list(
                            large, Optional.of("failed"), Optional.of("rare.created"), Long.MAX_VALUE, 100));
            Timed.print(
                    "pending of a rare type",
                    () -> deliveries.list(
                            large, Optional.of("pending"), Optional.of("rare.created"), Long.MAX_VALUE, 100));
            Timed.print("one", () -> deliveries.find(large, DeliveryId.of(number / 2)));
            Timed.print(
                    "its attempts",
                    () -> deliveries.attempts(
                            deliveries.find(large, DeliveryId.of(2)).orElseThrow()));
            Timed.print("numbers", () -> deliveries.numbers(large));
        }
    }

    private static void fill(Endpoints endpoints, Subscription large, int done) {
        endpoints.database.autocommit(
                session -> session.sql("""
                        with made as (
                          insert into delivery (id, subscription_id, organization_id, event_number, event_at, event_id, event_type, status,
                            attempts, response_code, response_time_ms, error, created_at, finished_at)
                          select i, case when i %% 2 = 0 then %1$d else %1$d + 1 + i %% 99 end, %2$d, i, now(), 'evt_' || i,
                            case when i %% 100000 = 0 then 'rare.created' else 'thing_v1.updated' end,
                            case when i %% 1000 = 4 then 'failed' when i %% 50000 = 6 then 'pending' else 'delivered' end,
                            1, 200, i %% 300, null, now() - interval '1 ms' * (%4$d - i), now()
                          from generate_series(%3$d + 1, %3$d + %5$d) as i returning id, created_at, subscription_id, status
                        ), queued as (
                          insert into delivery_queue (id, delivery_at, subscription_id, organization_id, event_number, event_at, due_at)
                          select id, created_at, subscription_id, %2$d, id, now(), now() from made where status = 'pending'
                        )
                        insert into delivery_attempt (delivery_id, number, started_at, duration_ms, response_code, request_id, answer)
                        select id, 1, now(), 5, 200, 'req_1', 'OK' from made""".formatted(large.id(), endpoints.organization, done, 100_000_000, STEP))
                        .execute());
    }
}
