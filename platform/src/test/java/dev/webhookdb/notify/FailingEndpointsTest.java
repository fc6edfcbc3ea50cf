package dev.webhookdb.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.config.Configuration;
import dev.webhookdb.config.Configuration.Mail.Security;
import dev.webhookdb.config.Password;
import dev.webhookdb.mail.Mailer;
import dev.webhookdb.mail.Smtp;
import dev.webhookdb.notify.Subscription.Manner;
import dev.webhookdb.notify.Subscription.Payload;
import dev.webhookdb.outbound.Receiver;
import dev.webhookdb.outbound.Receiver.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Endpoints that are down: what is meant for them waits, others notice nothing, and in the end they are disabled. */
class FailingEndpointsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

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
    void the_breaker_holds_what_waits_without_using_up_attempts_tries_one_and_lets_all_go_when_it_succeeds() {
        Subscription subscription = endpoints.subscribe(receiver.url(), atOnce(1));
        receiver.answers(500);
        for (int i = 0; i < 20; i++) {
            endpoints.tell(subscription, "row " + i);
        }
        try (Sender host = endpoints.host()) {
            awaitReceived(5);
            awaitWritten("row(failures, holds, held_until > clock_timestamp())", "(5,1,t)");
            for (int probe = 1; probe <= 3; probe++) {
                endpoints.run("update subscription_health set held_until = clock_timestamp()");
                host.wake();
                awaitReceived(5 + probe);
                awaitWritten("holds", String.valueOf(1 + probe));
            }
            assertThat(endpoints.column("attempts", "delivery order by id"))
                    .as("probes use nothing up")
                    .startsWith("1", "1", "1", "1", "1", "0")
                    .filteredOn("1"::equals)
                    .hasSize(5);
            receiver.answers(200);
            endpoints.run("update subscription_health set held_until = clock_timestamp()");
            host.wake();
            await().atMost(PATIENCE)
                    .until(() -> endpoints
                                    .column("id", "delivery where status = 'delivered'")
                                    .size()
                            == 15);
            assertThat(endpoints.one("row(failures, holds, held_until, failing_since)", "subscription_health"))
                    .isEqualTo("(0,0,,)");
        }
    }

    @Test
    void the_breaker_looks_again_by_itself_when_its_time_comes() {
        Subscription subscription = endpoints.subscribe(receiver.url());
        endpoints.run(
                "update subscription_health set failures = 5, holds = 1, held_until = clock_timestamp() + interval '1500 milliseconds'");
        endpoints.tell(subscription, "a");
        long begun = System.nanoTime();
        try (Sender host = endpoints.host()) {
            awaitReceived(1);
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(10));
            assertThat(host).isNotNull();
        }
    }

    @Test
    void who_created_it_is_told_once_at_50_70_90_percent_and_when_it_is_disabled_by_mail_and_by_event() {
        member("somebody@example.com", "member");
        member("boss@example.com", "admin");
        Subscription subscription = endpoints.subscribe(receiver.url(), atOnce(1));
        receiver.answers(503);
        endpoints.tell(subscription, "a");
        List<Integer> told = new ArrayList<>();
        try (Mailer mailer = mailer();
                Sender here = endpoints.host(Optional.of(mailer));
                Sender elsewhere = endpoints.host(Optional.of(mailer))) {
            awaitReceived(1);
            for (int hours : new int[] {59, 61, 85, 109, 121}) {
                endpoints.run(
                        "update subscription_health set failing_since = clock_timestamp() - interval '%d hours', held_until = null, holds = 0"
                                .formatted(hours));
                endpoints.tell(subscription, "after " + hours);
                here.wake();
                elsewhere.wake();
                await().atMost(PATIENCE).until(() -> receiver.got.size() > told.size() + 1);
                told.add(hours);
            }
            await().atMost(PATIENCE)
                    .until(() -> endpoints.one("status", "subscription").equals("disabled"));
            await().atMost(PATIENCE)
                    .until(() -> endpoints.column("id", "delivery_queue").isEmpty()
                            || !endpoints
                                    .column("id", "delivery where status = 'failed'")
                                    .isEmpty());
        }

        assertThat(endpoints.column("type || ' ' || (data::json ->> 'percent')", "account_event order by id"))
                .containsExactly(
                        "endpoint.failing 50", "endpoint.failing 70", "endpoint.failing 90", "endpoint.disabled 100");
        assertThat(endpoints.column("data::json ->> 'event_id'", "account_event"))
                .allMatch(id -> id.startsWith("evt_"));
        assertThat(endpoints.column("data::json ->> 'last_answer'", "account_event"))
                .containsOnly("The endpoint answered 503.");
        assertThat(endpoints.column("recipient", "mail"))
                .containsExactly(Collections.nCopies(4, "somebody@example.com").toArray(String[]::new));
        assertThat(endpoints.column("status_reason", "subscription"))
                .containsExactly("Deliveries failed for 5 days. The last time: The endpoint answered 503.");
    }

    @Test
    void the_admins_are_told_of_what_somebody_created_who_is_no_member_any_more() {
        member("boss@example.com", "admin");
        member("other@example.com", "member");
        Subscription subscription = endpoints.subscribe(receiver.url());
        receiver.answers(410);
        endpoints.tell(subscription, "a");
        try (Mailer mailer = mailer();
                Sender host = endpoints.host(Optional.of(mailer))) {
            await().atMost(PATIENCE).until(() -> !endpoints.column("id", "mail").isEmpty());
            assertThat(host).isNotNull();
        }

        assertThat(endpoints.column("recipient", "mail")).containsExactly("boss@example.com");
        assertThat(endpoints.column("subject", "mail")).containsExactly("A notification was disabled: wh_1 (told)");
    }

    @Test
    void a_dead_endpoint_with_a_hundred_thousand_deliveries_does_not_slow_others() throws Exception {
        List<Subscription> healthy = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            healthy.add(endpoints.subscribe(receiver.url()));
        }
        Subscription dead = endpoints.subscribe("http://127.0.0.1:1/");
        try (Sender host = endpoints.host()) {
            long without = median(host, healthy);
            endpoints.run("""
                    insert into delivery_queue (id, delivery_at, subscription_id, organization_id, event_number, event_at, due_at)
                    select 1000000000 + i, clock_timestamp(), %d, %d, 1, clock_timestamp(), clock_timestamp() - interval '1 hour'
                    from generate_series(1, 100000) as i""".formatted(dead.id(), endpoints.organization));
            host.wake();
            long with = median(host, healthy);
            assertThat(with).isLessThan(2 * without + 200);
        }
    }

    /** Milliseconds from an event to its receiver. */
    private long median(Sender host, List<Subscription> healthy) {
        List<Long> times = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            int before = receiver.got.size();
            long begun = System.nanoTime();
            endpoints.tell(healthy.get(i % healthy.size()), "row " + i);
            host.wake();
            await().pollInterval(Duration.ofMillis(2)).atMost(PATIENCE).until(() -> receiver.got.size() > before);
            times.add(Duration.ofNanos(System.nanoTime() - begun).toMillis());
        }
        Collections.sort(times);
        return times.get(times.size() / 2);
    }

    @Test
    void an_endpoint_that_hangs_takes_only_its_own_places() throws Exception {
        Subscription hanging = endpoints.subscribe(receiver.url(), atOnce(16));
        var release = new CountDownLatch(1);
        receiver.answers(request -> {
            if (request.header("x-webhook-id").equals(hanging.opaqueId())) {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return new Answer(200, Map.of(), "");
        });
        for (int i = 0; i < 100; i++) {
            endpoints.tell(hanging, "row " + i);
        }
        Subscription good = endpoints.subscribe(receiver.url());
        for (int i = 0; i < 50; i++) {
            endpoints.tell(good, "row " + i);
        }
        try (Sender host = endpoints.host()) {
            awaitReceived(50);
            assertThat(receiver.mostAtOnce.get()).isLessThanOrEqualTo(32);
            release.countDown();
            awaitReceived(150);
            assertThat(host).isNotNull();
        }
    }

    /** Its server is not there, so that what is to be sent stays in the queue. */
    private Mailer mailer() {
        return Mailer.start(
                endpoints.database,
                endpoints.sealer,
                new Smtp(new Configuration.Mail(
                        "127.0.0.1", 1, Security.NONE, Optional.empty(), new Password(""), "webhookdb@example.com")),
                endpoints.wakeUps,
                endpoints.tasks);
    }

    private static Manner atOnce(int most) {
        return new Manner(Payload.AUTO, false, false, false, OptionalInt.empty(), most);
    }

    private void member(String email, String role) {
        endpoints.run("""
                with one as (insert into customer (email) values ('%s') returning id)
                insert into membership (organization_id, customer_id, role) select %d, id, '%s' from one""".formatted(email, endpoints.organization, role));
    }

    private void awaitReceived(int number) {
        await().atMost(PATIENCE).until(() -> receiver.got.size() >= number);
    }

    /** What a receiver got is written down a moment later. */
    private void awaitWritten(String expression, String expected) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(endpoints.one(expression, "subscription_health"))
                        .isEqualTo(expected));
    }
}
