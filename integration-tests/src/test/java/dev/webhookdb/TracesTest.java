package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.RunningHost.Made;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.trace.CollectedSpan;
import dev.webhookdb.trace.Collector;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One trace leads from a webhook's request through its row to each attempt to tell somebody; P10 of what is in it. */
class TracesTest {
    private static final String KEY = "key-of-the-collectors-vendor";
    private static final String STRANGERS = "0af7651916cd43dd8448eb211c80319c";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    private final Collector collector = new Collector();
    private final Receiver receiver = new Receiver();

    @AfterEach
    void close() {
        collector.close();
        receiver.close();
    }

    @Test
    void a_webhook_and_who_is_told_of_it_are_one_trace_of_two_hosts() {
        var address = TestPostgres.platformAddress();
        receiver.answering(request -> 500);
        try (RunningHost first = RunningHost.start(directory, address, traces("first"))) {
            Made charges = subscribed(first);
            assertThat(first.send(charges.id(), StripeEvents.charge("ch_1", "succeeded", 1_700_000_000, "evt_1"))
                            .status())
                    .isEqualTo(202);
            await().atMost(PATIENCE).until(() -> spans("event deliver").size() == 1);
            first.administerPlatform("update delivery_queue set due_at = clock_timestamp() + interval '1 hour'");
        }
        receiver.answering(request -> 204);
        try (RunningHost second = RunningHost.start(directory, address, traces("second"))) {
            second.administerPlatform("update subscription_health set held_until = null, holds = 0");
            second.administerPlatform("update delivery_queue set due_at = clock_timestamp()");
            await().atMost(PATIENCE).until(() -> spans("event deliver").size() == 2);
        }

        CollectedSpan root = spans("webhook receive").getFirst();
        CollectedSpan apply = spans("webhook apply").getFirst();
        List<CollectedSpan> deliveries = spans("event deliver");
        assertThat(collector.spans()).extracting(CollectedSpan::trace).containsOnly(root.trace());
        assertThat(root.parent()).isEmpty();
        assertThat(root.attributes())
                .containsEntry("http.request.method", "POST")
                .containsEntry("http.response.status_code", "202")
                .containsEntry("webhookdb.service", "stripe_charge_v1")
                .containsKeys("webhookdb.organization", "webhookdb.endpoint", "webhookdb.webhook_id");
        assertThat(spans("verify")).singleElement().returns(root.id(), CollectedSpan::parent);
        assertThat(spans("commit")).singleElement().returns(root.id(), CollectedSpan::parent);
        assertThat(apply).returns(root.id(), CollectedSpan::parent);
        assertThat(apply.attribute("webhookdb.outcome")).isEqualTo("stored");
        assertThat(collector.spans().stream().filter(span -> span.name().startsWith("upsert ")))
                .singleElement()
                .returns(apply.id(), CollectedSpan::parent)
                .satisfies(span -> assertThat(span.name()).isEqualTo("upsert " + span.attribute("webhookdb.table")));
        assertThat(deliveries).extracting(CollectedSpan::parent).containsOnly(root.id());
        assertThat(deliveries)
                .extracting(span -> span.attribute("http.response.status_code"))
                .containsExactly("500", "204");
        assertThat(deliveries).extracting(CollectedSpan::status).containsExactly(2L, 0L);
        assertThat(deliveries)
                .extracting(span -> span.attribute("webhookdb.delivery_id"))
                .doesNotContain("")
                .containsOnly(deliveries.getFirst().attribute("webhookdb.delivery_id"));
        assertThat(deliveries)
                .extracting(span -> span.resource().get("service.name"))
                .containsExactly("first", "second");
        assertThat(receiver.told())
                .extracting(request -> request.header("traceparent"))
                .containsExactlyElementsOf(deliveries.stream()
                        .map(span -> "00-%s-%s-01".formatted(span.trace(), span.id()))
                        .toList());
        assertThat(collector.headers()).allSatisfy(sent -> assertThat(sent).containsEntry("x-api-key", KEY));
        assertThat(collector.everything())
                .doesNotContain(
                        RunningHost.SECRET, "whsec_", KEY, "cus_1", "a@b.co", "/hook", "1250", "Stripe-Signature");
    }

    @Test
    void a_strangers_trace_is_a_link_and_what_was_rejected_is_told_as_well() {
        try (RunningHost host = RunningHost.start(directory, traces("webhookdb"))) {
            Made charges = host.integrate("linked", "stripe_charge_v1").getFirst();
            int status = host.call(
                            "POST",
                            "/v1/service_integrations/" + charges.id() + "?secret=in-a-query",
                            "{}".getBytes(StandardCharsets.UTF_8),
                            Map.of("traceparent", "00-%s-b7ad6b7169203331-01".formatted(STRANGERS)))
                    .status();
            await().atMost(PATIENCE).until(() -> !spans("webhook receive").isEmpty());

            CollectedSpan root = spans("webhook receive").getFirst();
            assertThat(status).isEqualTo(401);
            assertThat(root.trace()).isNotEqualTo(STRANGERS);
            assertThat(root.links()).containsExactly(STRANGERS);
            assertThat(root.attribute("webhookdb.outcome")).isEqualTo("rejected");
            assertThat(collector.everything()).doesNotContain("in-a-query");
        }
    }

    @Test
    void webhooks_that_are_stored_together_have_a_trace_each() {
        try (RunningHost host = RunningHost.start(directory, traces("webhookdb"))) {
            Made charges = host.integrate("many", "stripe_charge_v1").getFirst();
            int count = 30;
            for (int i = 0; i < count; i++) {
                host.send(charges.id(), StripeEvents.charge("ch_" + i, "succeeded", 1_700_000_000, "evt_" + i));
            }
            await().atMost(PATIENCE)
                    .until(() -> spans("webhook apply").size() >= count
                            && spans("webhook receive").size() == count);

            Set<String> received =
                    spans("webhook receive").stream().map(CollectedSpan::trace).collect(Collectors.toSet());
            assertThat(received).hasSize(count);
            assertThat(spans("webhook apply")).extracting(CollectedSpan::trace).hasSameElementsAs(received);
            assertThat(collector.spans().stream().filter(span -> span.name().startsWith("upsert ")))
                    .extracting(CollectedSpan::trace)
                    .hasSameElementsAs(received);
        }
    }

    @Test
    void a_page_of_a_sync_is_a_trace_that_its_receiver_can_join() {
        try (RunningHost host = RunningHost.start(directory, traces("webhookdb"))) {
            Person person = Person.loggedIn(host, "synced@example.com");
            Made charges = person.integrate("stripe_charge_v1");
            host.send(charges.id(), StripeEvents.charge("ch_1", "succeeded", 1_700_000_000, "evt_1"));
            await().atMost(PATIENCE).until(() -> !spans("webhook apply").isEmpty());
            Map<String, String> target = Map.of(
                    "service_integration_identifier", charges.table(),
                    "connection_url", receiver.url().replace("http://", "http://somebody:secret@"),
                    "on_change", "true");
            assertThat(person.post(person.own("/sync_targets/http/create"), target)
                            .status())
                    .isEqualTo(200);
            await().atMost(PATIENCE).until(() -> !spans("sync page").isEmpty());

            CollectedSpan page = spans("sync page").getFirst();
            assertThat(page.attribute("webhookdb.table")).isEqualTo(charges.table());
            assertThat(page.attribute("webhookdb.rows")).isEqualTo("1");
            assertThat(receiver.told())
                    .extracting(request -> request.header("traceparent"))
                    .contains("00-%s-%s-01".formatted(page.trace(), page.id()));
        }
    }

    @Test
    void a_collector_that_is_away_holds_up_no_webhook() throws IOException {
        int nobody;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = socket.getLocalPort();
        }
        Map<String, String> away = new HashMap<>(traces("webhookdb"));
        away.put("WEBHOOKDB_TRACES_ENDPOINT", "http://127.0.0.1:" + nobody);
        try (RunningHost host = RunningHost.start(directory, away)) {
            Made charges = host.integrate("away", "stripe_charge_v1").getFirst();
            long begun = System.nanoTime();
            for (int i = 0; i < 20; i++) {
                assertThat(host.send(
                                        charges.id(),
                                        StripeEvents.charge("ch_" + i, "succeeded", 1_700_000_000, "evt_" + i))
                                .status())
                        .isEqualTo(202);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
            await().atMost(PATIENCE).until(() -> host.count("away", "done") == 20);
        }
    }

    @Test
    void without_a_collector_nobody_is_sent_a_trace() {
        try (RunningHost host = RunningHost.start(directory, Map.of("WEBHOOKDB_OUTBOUND_ALLOW", "127.0.0.0/8"))) {
            Made charges = subscribed(host);
            host.send(charges.id(), StripeEvents.charge("ch_1", "succeeded", 1_700_000_000, "evt_1"));
            await().atMost(PATIENCE).until(() -> !receiver.told().isEmpty());

            assertThat(receiver.told().getFirst().header("traceparent")).isEmpty();
        }
    }

    private List<CollectedSpan> spans(String name) {
        return collector.spans().stream()
                .filter(span -> span.name().equals(name))
                .toList();
    }

    private Made subscribed(RunningHost host) {
        Person person = Person.loggedIn(host, "traced@example.com");
        Made charges = person.integrate("stripe_charge_v1");
        person.post(
                person.own("/webhook_subscriptions/create"),
                Map.of(
                        "service_integration_identifier", charges.id(),
                        "url", receiver.url(),
                        "webhook_secret", "webhook_secret123"));
        return charges;
    }

    private Map<String, String> traces(String name) {
        return Map.of(
                "WEBHOOKDB_OUTBOUND_ALLOW",
                "127.0.0.0/8",
                "WEBHOOKDB_TRACES_ENDPOINT",
                collector.url(),
                "WEBHOOKDB_TRACES_HEADERS",
                "x-api-key=" + KEY,
                "WEBHOOKDB_TRACES_SERVICE_NAME",
                name);
    }
}
