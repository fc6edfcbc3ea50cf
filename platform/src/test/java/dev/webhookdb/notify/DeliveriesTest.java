package dev.webhookdb.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.account.Actor;
import dev.webhookdb.notify.Outbox.Numbers;
import dev.webhookdb.notify.Outbox.Sent;
import dev.webhookdb.notify.Outbox.Tried;
import dev.webhookdb.notify.Subscription.Manner;
import dev.webhookdb.outbound.Receiver;
import dev.webhookdb.spi.Json;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is seen of deliveries, and what can be done with them. */
class DeliveriesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Actor OPERATOR = new Actor.Operator("127.0.0.1");

    private final Endpoints endpoints = new Endpoints();
    private final Deliveries deliveries = new Deliveries(endpoints.database);
    private Receiver receiver;
    private Subscription subscription;

    @BeforeEach
    void open() throws IOException {
        receiver = new Receiver();
        subscription = endpoints.subscribe(receiver.url());
    }

    @AfterEach
    void close() {
        receiver.close();
        endpoints.close();
    }

    @Test
    void they_are_listed_newest_first_page_by_page_by_status_and_by_type_and_only_the_subscriptions_own() {
        for (int i = 0; i < 7; i++) {
            endpoints.tell(subscription, "row " + i);
        }
        endpoints.run("update delivery set status = 'failed', finished_at = now() where id in (2, 3)");
        endpoints.run(
                "update delivery set status = 'delivered', event_type = 'other.updated', finished_at = now() where id in (4, 5)");
        endpoints.run("delete from delivery_queue where id in (2, 3, 4, 5)");
        Subscription other = endpoints.subscribe(receiver.url());
        endpoints.tell(other, "theirs");

        assertThat(ids(Optional.empty(), Optional.empty(), Long.MAX_VALUE, 3))
                .containsExactly("del_7", "del_6", "del_5");
        assertThat(ids(Optional.empty(), Optional.empty(), 5, 3)).containsExactly("del_4", "del_3", "del_2");
        assertThat(ids(Optional.of("failed"), Optional.empty(), Long.MAX_VALUE, 10))
                .containsExactly("del_3", "del_2");
        assertThat(ids(Optional.of("pending"), Optional.empty(), Long.MAX_VALUE, 2))
                .containsExactly("del_7", "del_6");
        assertThat(ids(Optional.of("delivered"), Optional.empty(), Long.MAX_VALUE, 10))
                .containsExactly("del_5", "del_4");
        assertThat(ids(Optional.empty(), Optional.of("other.updated"), Long.MAX_VALUE, 10))
                .containsExactly("del_5", "del_4");
        assertThat(ids(Optional.of("pending"), Optional.of("other.updated"), Long.MAX_VALUE, 10))
                .isEmpty();
        assertThat(ids(Optional.of("pending"), Optional.of("thing_v1.created"), Long.MAX_VALUE, 10))
                .containsExactly("del_7", "del_6", "del_1");
        assertThat(deliveries.find(subscription, "del_7")).isPresent();
        assertThat(deliveries.find(subscription, "del_8")).as("another's").isEmpty();
        assertThat(deliveries.find(subscription, "del_x_")).isEmpty();
        assertThat(deliveries.find(subscription, "7")).isEmpty();
    }

    @Test
    void a_delivery_tells_its_attempts_with_their_answers_and_when_it_is_tried_next() {
        receiver.answers(500, "X-Request-Id", "req_1");
        endpoints.tell(subscription, "a");
        try (Sender host = endpoints.host()) {
            awaitAttempts(1);
            endpoints.pass(Duration.ofMinutes(2));
            host.wake();
            awaitAttempts(2);
        }

        Sent sent = deliveries
                .list(subscription, Optional.empty(), Optional.empty(), Long.MAX_VALUE, 10)
                .getFirst();
        assertThat(sent.nextAttemptAt()).isPresent();
        assertThat(sent.attempts()).isEqualTo(2);
        assertThat(sent.responseCode()).hasValue(500);
        assertThat(sent.eventId()).isEqualTo("evt_1");
        assertThat(deliveries.attempts(sent)).hasSize(2).allSatisfy(attempt -> {
            assertThat(attempt.responseCode()).hasValue(500);
            assertThat(attempt.requestId()).contains("req_1");
            assertThat(attempt.error()).contains("The endpoint answered 500.");
            assertThat(attempt.answer()).isEqualTo("said 500");
        });
    }

    @Test
    void one_that_failed_or_was_delivered_is_sent_again_at_once_with_the_same_id_and_begins_anew() {
        endpoints.tell(subscription, "a");
        try (Sender host = endpoints.host()) {
            await().atMost(PATIENCE)
                    .until(() -> endpoints.one("status", "delivery").equals("delivered"));
            Sent sent = deliveries.find(subscription, "del_1").orElseThrow();
            deliveries.retry(OPERATOR, subscription, sent);
            awaitAttempts(2);
            await().atMost(PATIENCE)
                    .until(() -> endpoints.one("status", "delivery").equals("delivered"));
            assertThat(host).isNotNull();
        }

        assertThat(receiver.got).extracting(one -> one.header("webhook-id")).containsExactly("evt_1", "evt_1");
        assertThat(receiver.got)
                .extracting(one -> one.header("webhook-attempt"))
                .containsExactly("1", "1");
        assertThat(endpoints.one("attempts", "delivery")).isEqualTo("1");
        assertThat(audited()).containsExactly("retry delivery del_1");
    }

    @Test
    void one_that_waits_for_its_next_attempt_is_sent_at_once() {
        receiver.answers(500);
        endpoints.tell(subscription, "a");
        try (Sender host = endpoints.host()) {
            awaitAttempts(1);
            receiver.answers(200);
            deliveries.retry(
                    OPERATOR,
                    subscription,
                    deliveries.find(subscription, "del_1").orElseThrow());
            await().atMost(PATIENCE)
                    .until(() -> endpoints.one("status", "delivery").equals("delivered"));
            assertThat(host).isNotNull();
        }
    }

    @Test
    void all_that_failed_are_sent_again_also_more_than_one_step() {
        for (int i = 0; i < 3; i++) {
            endpoints.tell(subscription, "row " + i);
        }
        endpoints.run("""
                insert into delivery (id, subscription_id, organization_id, event_number, event_at, event_id, event_type)
                select 1000 + i, subscription_id, organization_id, event_number, event_at, event_id, event_type
                from delivery, generate_series(1, 1500) as i where id = 1""");
        endpoints.run("update delivery set status = 'failed', finished_at = now(), attempts = 6 where id <> 2");
        endpoints.run("delete from delivery_queue where id <> 2");

        assertThat(deliveries.retryFailed(OPERATOR, subscription)).isEqualTo(1_502);

        assertThat(endpoints.column("row(status, attempts)", "delivery group by status, attempts"))
                .containsExactly("(pending,0)");
        assertThat(endpoints.column("id", "delivery_queue")).hasSize(1_503);
        assertThat(deliveries.retryFailed(OPERATOR, subscription)).isZero();
        assertThat(audited()).containsExactly("retry failed deliveries wh_1", "retry failed deliveries wh_1");
    }

    @Test
    void a_subscription_is_known_in_numbers() {
        Numbers none = deliveries.numbers(subscription);
        assertThat(none)
                .isEqualTo(new Numbers(
                        0, 0, Optional.empty(), OptionalInt.empty(), OptionalInt.empty(), "closed", Optional.empty()));

        receiver.answers(request -> new Receiver.Answer(request.body().contains("bad") ? 500 : 200, Map.of(), ""));
        for (String row : List.of("good", "good", "good", "bad")) {
            endpoints.tell(subscription, row);
        }
        try (Sender host = endpoints.host()) {
            awaitAttempts(4);
            assertThat(host).isNotNull();
        }
        endpoints.run("update delivery_queue set delivery_at = delivery_at - interval '1 hour'");
        Numbers numbers = deliveries.numbers(subscription);

        assertThat(numbers.waiting()).isEqualTo(1);
        assertThat(numbers.oldestSeconds()).isBetween(3_600L, 3_700L);
        assertThat(numbers.successRate()).contains(0.75);
        assertThat(numbers.p50()).isPresent();
        assertThat(numbers.p99()).isPresent();
        assertThat(numbers.breaker()).isEqualTo("closed");
        assertThat(numbers.nextAttemptAt()).isPresent();
        endpoints.run(
                "update subscription_health set holds = 2, held_until = clock_timestamp() + interval '10 minutes'");
        assertThat(deliveries.numbers(subscription).breaker()).isEqualTo("open");
        assertThat(deliveries.numbers(subscription).nextAttemptAt().orElseThrow())
                .isAfter(Instant.now().plusSeconds(500));
        endpoints.run("update subscription_health set held_until = clock_timestamp()");
        assertThat(deliveries.numbers(subscription).breaker()).isEqualTo("half_open");
    }

    @Test
    void a_test_event_is_sent_at_once_signed_and_marked_and_its_answer_told_and_nothing_kept() throws Exception {
        receiver.answers(200);
        Tried tried = trial((organization, integration) -> Optional.empty()).send(subscription);

        assertThat(tried.delivered()).isTrue();
        assertThat(tried.eventId()).startsWith("evt_test_");
        assertThat(tried.responseCode()).hasValue(200);
        assertThat(tried.responseBody()).isEqualTo("said 200");
        assertThat(tried.error()).isEmpty();
        Receiver.Got got = receiver.got.getFirst();
        assertThat(got.header("whdb-test-event")).isEqualTo("1");
        assertThat(got.header("x-webhook-event")).isEqualTo("webhook.test");
        assertThat(got.header("webhook-id")).isEqualTo(tried.eventId());
        assertThat(got.header("x-webhook-signature")).startsWith("sha256=");
        assertThat(got.body())
                .startsWith("{\"id\":\"" + tried.eventId() + "\",\"type\":\"webhook.test\",\"version\":1,");
        assertThat(endpoints.column("id", "delivery")).isEmpty();
    }

    @Test
    void a_test_event_of_an_integration_looks_like_its_last_event_else_like_a_row_of_its_table() throws Exception {
        Subscription bound = new Subscription(
                subscription.id(),
                subscription.opaqueId(),
                subscription.organizationId(),
                OptionalLong.of(5),
                subscription.endpoint(),
                subscription.filter(),
                Manner.STANDARD,
                subscription.status(),
                Optional.empty(),
                subscription.createdBy(),
                subscription.createdAt());
        Trial trial = trial((organization, integration) -> Optional.of(new Trial.Sample(
                "fake_v1.created", new Json.Obj(Map.of("row", new Json.Obj(Map.of("id", new Json.Null())))))));
        receiver.answers(302);

        Tried tried = trial.send(bound);
        assertThat(tried.delivered()).isFalse();
        assertThat(tried.error().orElseThrow()).contains("Redirects are not followed");
        assertThat(receiver.got.getFirst().body()).contains("\"type\":\"fake_v1.created\"", "\"row\":{\"id\":null}");

        endpoints.tell(subscription, "known");
        endpoints.run("update event set integration_id = 5");
        trial.send(bound);
        assertThat(receiver.got.getLast().body())
                .contains("\"type\":\"thing_v1.created\"", "\"row\":{\"name\":\"known\"}");
    }

    @Test
    void a_test_event_to_nobody_says_why() throws Exception {
        receiver.close();
        Tried tried = trial((organization, integration) -> Optional.empty()).send(subscription);

        assertThat(tried.delivered()).isFalse();
        assertThat(tried.responseCode()).isEmpty();
        assertThat(tried.error().orElseThrow()).contains("could not be reached");
    }

    private Trial trial(Trial.Samples samples) {
        return new Trial(
                endpoints.database,
                samples,
                Endpoints.outbound(),
                endpoints.signatures(),
                URI.create("https://webhooks.example.com"),
                Clock.systemUTC());
    }

    private List<String> ids(Optional<String> status, Optional<String> type, long before, int limit) {
        return deliveries.list(subscription, status, type, before, limit).stream()
                .map(Sent::id)
                .toList();
    }

    private void awaitAttempts(int number) {
        await().atMost(PATIENCE)
                .until(() -> endpoints.column("number", "delivery_attempt").size() == number);
    }

    private List<String> audited() {
        return endpoints.column("action || ' ' || subject", "audit order by id");
    }
}
