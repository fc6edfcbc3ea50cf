package dev.webhookdb.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import com.standardwebhooks.Webhook;
import dev.webhookdb.notify.Subscription.Manner;
import dev.webhookdb.notify.Subscription.Payload;
import dev.webhookdb.outbound.Receiver;
import dev.webhookdb.outbound.Receiver.Answer;
import dev.webhookdb.outbound.Receiver.Got;
import dev.webhookdb.queue.LeasedQueue;
import dev.webhookdb.queue.QueueListener;
import dev.webhookdb.retry.Pauses;
import dev.webhookdb.retry.RetryPolicy;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Deliveries reach a real endpoint over real HTTP, and what becomes of them is written down. */
class SenderTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Endpoints endpoints = new Endpoints();
    private Receiver receiver;

    @BeforeEach
    void open() throws IOException {
        receiver = new Receiver();
    }

    @AfterEach
    void close() {
        receiver.close();
        endpoints.close();
    }

    @Test
    void an_event_is_delivered_once_signed_and_written_down() {
        Subscription subscription = endpoints.subscribe(receiver.url());
        receiver.answers(202, "X-Request-Id", "req_77");
        long delivery = endpoints.tell(subscription, "a");
        try (Sender host = endpoints.host()) {
            awaitEmptyQueue();
            assertThat(host).isNotNull();
        }

        Got got = receiver.got.getFirst();
        assertThat(receiver.got).hasSize(1);
        assertThat(got.body()).isEqualTo("{\"id\":\"evt_1\",\"type\":\"thing_v1.created\",\"row\":{\"name\":\"a\"}}");
        assertThatCode(() -> new Webhook(Endpoints.SECRET).verify(got.body(), headers(got)))
                .doesNotThrowAnyException();
        assertThat(got.header("webhook-id")).isEqualTo("evt_1");
        assertThat(got.header("webhook-attempt")).isEqualTo("1");
        assertThat(got.header("webhook-replay")).isEmpty();
        assertThat(got.header("x-webhook-id")).isEqualTo(subscription.opaqueId());
        assertThat(got.header("x-webhook-event")).isEqualTo("thing_v1.created");
        assertThat(got.header("user-agent")).isEqualTo("WebhookDB-Webhooks/1.0");
        assertThat(got.header("content-type")).isEqualTo("application/json");
        assertThat(got.header("whdb-webhook-secret")).isEmpty();
        assertThat(endpoints.one("row(status, attempts, response_code, error, finished_at is not null)", "delivery"))
                .isEqualTo("(delivered,1,202,,t)");
        assertThat(endpoints.one(
                        "row(delivery_id = %d, number, response_code, request_id, error, convert_from(answer, 'UTF8'))"
                                .formatted(delivery),
                        "delivery_attempt"))
                .isEqualTo("(t,1,202,req_77,,\"said 202\")");
        assertThat(endpoints.one("row(succeeded, failed)", "delivery_statistic"))
                .isEqualTo("(1,0)");
    }

    @Test
    void the_secret_itself_and_a_thin_body_are_sent_to_those_who_asked_for_them() {
        Subscription subscription = endpoints.subscribe(
                receiver.url(), new Manner(Payload.THIN, false, true, false, OptionalInt.empty(), 16));
        endpoints.tell(
                subscription,
                "a",
                "{\"id\":\"%s\",\"type\":\"t.created\",\"version\":1,\"row\":{\"a\":1.10},\"changes\":{},\"external_id\":\"x\"}");
        deliverAll();

        Got got = receiver.got.getFirst();
        assertThat(got.header("whdb-webhook-secret")).isEqualTo(Endpoints.SECRET);
        assertThat(got.body())
                .isEqualTo(
                        "{\"id\":\"evt_1\",\"type\":\"t.created\",\"version\":1,\"external_id\":\"x\",\"url\":\"https://webhooks.example.com/v1/events/evt_1\"}");
        assertThatCode(() -> new Webhook(Endpoints.SECRET).verify(got.body(), headers(got)))
                .doesNotThrowAnyException();
    }

    @Test
    void a_large_body_is_sent_in_full_up_to_256_kib_and_thin_above_where_nothing_is_said() {
        Subscription subscription = endpoints.subscribe(receiver.url());
        String head = "{\"id\":\"%s\",\"data\":{\"x\":\"";
        endpoints.tell(subscription, "a", head + "y".repeat(200_000) + "\"}}");
        endpoints.tell(subscription, "b", head + "y".repeat(300_000) + "\"}}");
        deliverAll();

        assertThat(receiver.got)
                .extracting(one -> one.body().length() > 200_000)
                .containsExactlyInAnyOrder(true, false);
    }

    @ParameterizedTest
    @CsvSource({
        "500, 60, The endpoint answered 500.",
        "404, 60, The endpoint answered 404.",
        "302, 60, The endpoint answered 302. Redirects are not followed: change the URL to https://new.example.com/in."
    })
    void what_failed_is_tried_again_in_a_minute_give_or_take_a_tenth(int status, int seconds, String error) {
        Subscription subscription = endpoints.subscribe(receiver.url());
        receiver.answers(status, "Location", "https://new.example.com/in");
        endpoints.tell(subscription, "a");
        deliverOnce(1);

        assertThat(endpoints.one("error", "delivery")).isEqualTo(error);
        assertThat(endpoints.one("status", "delivery")).isEqualTo("pending");
        assertThat(dueInSeconds()).isBetween(seconds * 0.9 - 5, seconds * 1.1);
        assertThat(receiver.got).hasSize(1);
    }

    @Test
    void after_the_sixth_attempt_it_has_failed_and_each_came_when_the_document_says() {
        Subscription subscription = endpoints.subscribe(receiver.url());
        receiver.answers(500);
        endpoints.tell(subscription, "a");
        long[] pauses = {60, 300, 1_800, 3_600, 21_600};
        try (Sender host = endpoints.host()) {
            for (int attempt = 1; attempt <= 5; attempt++) {
                awaitAttempts(attempt);
                assertThat(dueInSeconds()).isBetween(pauses[attempt - 1] * 0.9 - 5, pauses[attempt - 1] * 1.1);
                endpoints.pass(
                        Duration.ofSeconds(pauses[attempt - 1]).multipliedBy(11).dividedBy(10));
                host.wake();
            }
            awaitEmptyQueue();
        }

        assertThat(receiver.got)
                .extracting(one -> one.header("webhook-attempt"))
                .containsExactly("1", "2", "3", "4", "5", "6");
        assertThat(receiver.got).extracting(one -> one.header("webhook-id")).containsOnly("evt_1");
        assertThat(endpoints.one("row(status, attempts, finished_at is not null)", "delivery"))
                .isEqualTo("(failed,6,t)");
    }

    @Test
    void a_receiver_that_says_when_is_obeyed_with_seconds_and_dates_and_at_most_for_a_day() {
        Subscription subscription = endpoints.subscribe(receiver.url());
        endpoints.tell(subscription, "a");
        receiver.answers(429, "Retry-After", "7");
        deliverOnce(1);
        assertThat(dueInSeconds()).isBetween(0.0, 7.1);
        endpoints.pass(Duration.ofSeconds(8));
        receiver.answers(
                503,
                "Retry-After",
                DateTimeFormatter.RFC_1123_DATE_TIME
                        .withLocale(Locale.ROOT)
                        .format(Instant.now().plusSeconds(7_200).atOffset(ZoneOffset.UTC)));
        deliverOnce(2);
        assertThat(dueInSeconds()).isBetween(7_190.0, 7_201.0);
        endpoints.pass(Duration.ofSeconds(7_201));
        receiver.answers(503, "Retry-After", "999999");
        deliverOnce(3);
        assertThat(dueInSeconds()).isBetween(86_390.0, 86_401.0);
        endpoints.pass(Duration.ofSeconds(86_401));
        receiver.answers(500, "Retry-After", "1");
        deliverOnce(4);
        assertThat(dueInSeconds()).as("500 says nothing of when").isBetween(3_200.0, 4_000.0);
    }

    @Test
    void a_receiver_can_give_up_one_delivery() {
        Subscription subscription = endpoints.subscribe(receiver.url());
        receiver.answers(400, "webhook-delivery", "abort-message");
        endpoints.tell(subscription, "a");
        deliverAll();

        assertThat(receiver.got).hasSize(1);
        assertThat(endpoints.one("row(status, error)", "delivery"))
                .isEqualTo("(failed,\"The endpoint answered 400, and that this is not to be tried again.\")");
        assertThat(endpoints.one("status", "subscription")).isEqualTo("active");
    }

    @ParameterizedTest
    @CsvSource({"410, X, x", "400, webhook-delivery, disable"})
    void a_receiver_can_have_itself_disabled_and_what_waits_is_kept_as_failed(int status, String header, String value) {
        Subscription subscription = endpoints.subscribe(
                receiver.url(), new Manner(Payload.AUTO, false, false, false, OptionalInt.empty(), 1));
        receiver.answers(status, header, value);
        for (int i = 0; i < 20; i++) {
            endpoints.tell(subscription, "row " + i);
        }
        deliverAll();

        assertThat(receiver.got).hasSize(1);
        assertThat(endpoints.one("row(status, status_reason is not null)", "subscription"))
                .isEqualTo("(disabled,t)");
        assertThat(endpoints.column("error", "delivery where error = 'The endpoint was disabled.'"))
                .hasSize(19);
        assertThat(endpoints.column("status", "delivery")).containsOnly("failed");
        assertThat(endpoints.one(
                        "row(type, data::json ->> 'event_id', data::json ->> 'remedy' like '%resume wh_1%replay wh_1 --since%')",
                        "account_event"))
                .isEqualTo("(endpoint.disabled,evt_1,t)");
    }

    @Test
    void the_current_url_and_secret_are_used_for_a_retry() throws Exception {
        Subscription subscription = endpoints.subscribe(receiver.url());
        receiver.answers(500);
        endpoints.tell(subscription, "a");
        try (Receiver other = new Receiver();
                Sender host = endpoints.host()) {
            awaitAttempts(1);
            var moved = new Subscription.Endpoint(other.url(), "another", Optional.empty(), Optional.empty());
            endpoints.database.run(session -> endpoints.subscriptions.update(session, with(subscription, moved)));
            endpoints.pass(Duration.ofMinutes(2));
            host.wake();
            awaitEmptyQueue();

            assertThat(receiver.got).hasSize(1);
            assertThat(other.got).hasSize(1);
            assertThatCode(() -> new Webhook(SigningSecret.standardForm("another"))
                            .verify(other.got.getFirst().body(), headers(other.got.getFirst())))
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void no_more_requests_run_at_a_time_than_the_endpoint_takes() {
        Subscription subscription = endpoints.subscribe(
                receiver.url(), new Manner(Payload.AUTO, false, false, false, OptionalInt.empty(), 3));
        for (int i = 0; i < 60; i++) {
            endpoints.tell(subscription, "row " + i);
        }
        try (Sender here = endpoints.host();
                Sender elsewhere = endpoints.host()) {
            awaitEmptyQueue();
            assertThat(here).isNotEqualTo(elsewhere);
        }

        assertThat(receiver.got).hasSize(60);
        assertThat(receiver.mostAtOnce.get()).isBetween(1, 3);
    }

    @Test
    void no_more_requests_begin_in_a_second_than_the_rate_says() {
        Subscription subscription = endpoints.subscribe(
                receiver.url(), new Manner(Payload.AUTO, false, false, false, OptionalInt.of(20), 16));
        for (int i = 0; i < 50; i++) {
            endpoints.tell(subscription, "row " + i);
        }
        long begun = System.nanoTime();
        try (Sender here = endpoints.host();
                Sender elsewhere = endpoints.host()) {
            awaitEmptyQueue();
            assertThat(here).isNotEqualTo(elsewhere);
        }

        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        assertThat(took).isBetween(Duration.ofMillis(2_300), Duration.ofSeconds(8));
        assertThat(receiver.got).hasSize(50);
    }

    @Test
    void the_events_of_a_row_go_one_after_the_other_where_order_is_wanted_and_those_of_others_do_not_wait()
            throws Exception {
        Subscription subscription = endpoints.subscribe(
                receiver.url(), new Manner(Payload.AUTO, true, false, false, OptionalInt.empty(), 16));
        CountDownLatch release = new CountDownLatch(1);
        receiver.answers(request -> {
            if (request.body().contains("evt_1\"")) {
                awaitQuietly(release);
            }
            return new Answer(200, Map.of(), "");
        });
        for (int i = 0; i < 5; i++) {
            endpoints.tell(subscription, "slow");
        }
        endpoints.tell(subscription, "other");
        try (Sender host = endpoints.host()) {
            await().atMost(PATIENCE).until(() -> receiver.got.size() == 1);
            assertThat(receiver.got.getFirst().body()).contains("other");
            release.countDown();
            awaitEmptyQueue();
            assertThat(host).isNotNull();
        }

        assertThat(receiver.got.stream()
                        .filter(one -> one.body().contains("slow"))
                        .map(one -> one.header("webhook-id")))
                .containsExactly("evt_1", "evt_2", "evt_3", "evt_4", "evt_5");
    }

    @Test
    void a_delivery_whose_host_died_is_made_again_with_the_same_id_and_the_dead_one_writes_nothing() {
        Subscription subscription = endpoints.subscribe(receiver.url());
        endpoints.tell(subscription, "a");
        LeasedQueue<Queued> dead = new LeasedQueue<>(
                endpoints.database,
                Queued.TABLE,
                Queued::read,
                Duration.ofSeconds(45),
                RetryPolicy.of(Pauses.doubling(Duration.ofSeconds(1), Duration.ofSeconds(1))),
                QueueListener.NONE);
        var lease = dead.claim(10).leases().getFirst();
        endpoints.run("update delivery_queue set due_at = clock_timestamp() - interval '1 second'");
        deliverAll();

        assertThat(receiver.got).extracting(one -> one.header("webhook-id")).containsExactly("evt_1");
        var settlements = new Settlements(
                endpoints.database, dead, new FailingEndpoints(Optional.empty(), Endpoints.DISABLE_AFTER));
        assertThat(settlements.write(
                        List.of(Queued.Attempted.without(lease, subscription, Verdict.gone(), Instant.now()))))
                .containsExactly(false);
        assertThat(endpoints.one("status", "delivery")).isEqualTo("delivered");
        assertThat(endpoints.column("number", "delivery_attempt")).hasSize(1);
    }

    @Test
    void what_is_paused_waits_and_goes_out_when_it_is_resumed() {
        Subscription subscription = endpoints.subscribe(receiver.url());
        endpoints.run("update subscription set status = 'paused', updated_at = now()");
        endpoints.tell(subscription, "a");
        Subscription active = endpoints.subscribe(receiver.url());
        endpoints.tell(active, "b");
        try (Sender host = endpoints.host()) {
            await().atMost(PATIENCE).until(() -> receiver.got.size() == 1);
            assertThat(receiver.got.getFirst().header("x-webhook-id")).isEqualTo(active.opaqueId());
            endpoints.run("update subscription set status = 'active', updated_at = now()");
            host.wake();
            awaitEmptyQueue();
        }

        assertThat(receiver.got).hasSize(2);
    }

    @Test
    void an_event_that_is_kept_no_more_is_given_up_with_a_reason() {
        Subscription subscription = endpoints.subscribe(receiver.url());
        endpoints.tell(subscription, "a");
        endpoints.run("delete from event");
        deliverAll();

        assertThat(endpoints.one("row(status, error)", "delivery"))
                .isEqualTo("(failed,\"The event is not kept any more.\")");
    }

    private void deliverAll() {
        try (Sender host = endpoints.host()) {
            awaitEmptyQueue();
            assertThat(host).isNotNull();
        }
    }

    private void deliverOnce(int attempts) {
        try (Sender host = endpoints.host()) {
            awaitAttempts(attempts);
            assertThat(host).isNotNull();
        }
    }

    private void awaitEmptyQueue() {
        await().atMost(PATIENCE)
                .until(() -> endpoints.column("id", "delivery_queue").isEmpty());
    }

    private void awaitAttempts(int number) {
        await().atMost(PATIENCE)
                .until(() -> endpoints.column("number", "delivery_attempt").size() == number);
    }

    private double dueInSeconds() {
        return Double.parseDouble(endpoints.one("extract(epoch from due_at - clock_timestamp())", "delivery_queue"));
    }

    private static Subscription with(Subscription one, Subscription.Endpoint endpoint) {
        return new Subscription(
                one.id(),
                one.opaqueId(),
                one.organizationId(),
                one.integration(),
                endpoint,
                one.filter(),
                one.manner(),
                one.status(),
                one.statusReason(),
                one.createdBy(),
                one.createdAt());
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static HttpHeaders headers(Got got) {
        return HttpHeaders.of(
                got.headers().entrySet().stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, one -> List.of(one.getValue()))),
                (name, value) -> true);
    }
}
