package dev.webhookdb.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.webhookdb.crypto.ReversingSealer;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.observe.Metrics;
import dev.webhookdb.outbound.Outbound;
import dev.webhookdb.platform.PlatformDatabase;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.queue.WakeUps;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Alerts reach a real error handler, and one that cannot be delivered holds up no other. */
class DeliveriesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<String> received = new CopyOnWriteArrayList<>();
    private final ReversingSealer sealer = new ReversingSealer();
    private PlatformDatabase platform;
    private HttpServer handler;
    private final BackgroundTasks tasks = new BackgroundTasks();
    private WakeUps wakeUps;

    @BeforeEach
    void open() throws IOException {
        platform = TestPostgres.platform();
        handler = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        handler.createContext("/", exchange -> {
            try (exchange) {
                received.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
                exchange.sendResponseHeaders(204, -1);
            }
        });
        handler.start();
        wakeUps = WakeUps.start(platform.database(), tasks);
        platform.database().run(session -> session.sql("""
                                insert into organization (key, name) values ('told', 'Told');
                                insert into alert (organization_id, cause, subject, created_at)
                                select id, 'failed', 'svi_1', now() from organization""").execute());
    }

    @AfterEach
    void close() {
        handler.stop(0);
        wakeUps.close();
        platform.close();
    }

    @Test
    void one_whose_url_cannot_be_opened_is_parked_with_its_reason_and_the_next_is_delivered() {
        deliver("erh_lost", new byte[0], "lost", Duration.ofHours(1));
        deliver("erh_good", sealer.seal(url()), "good", Duration.ofHours(1));

        try (Deliveries deliveries = start()) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(errors())
                            .containsExactly(
                                    "its URL is sealed with a key that this host does not have: No key fits."));
            assertThat(deliveries).isNotNull();
        }

        assertThat(received).containsExactly("good");
    }

    @Test
    void old_news_is_not_delivered() {
        deliver("erh_late", sealer.seal(url()), "late", Duration.ofHours(-1));

        try (Deliveries deliveries = start()) {
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(errors()).isEmpty());
            assertThat(deliveries).isNotNull();
        }

        assertThat(received).isEmpty();
    }

    private Deliveries start() {
        return Deliveries.start(
                platform.database(),
                sealer,
                new Outbound(
                        InetAddress::isLoopbackAddress,
                        Clock.systemUTC(),
                        Metrics.none().outbound()),
                wakeUps,
                tasks,
                Duration.ofMinutes(1));
    }

    private String url() {
        return "http://127.0.0.1:%d/alerts".formatted(handler.getAddress().getPort());
    }

    private void deliver(String id, byte[] sealedUrl, String notice, Duration lifetime) {
        platform.database()
                .run(session -> session.sql("""
                                with handler as (
                                  insert into error_handler (opaque_id, organization_id, sealed_url, created_by)
                                  select :id, id, :url, 'somebody' from organization returning id
                                )
                                insert into alert_delivery (alert_id, handler_id, organization_id, notice, due_at, expires_at)
                                select alert.id, handler.id, alert.organization_id, :notice, now() - interval '1 minute', :expires from alert, handler""")
                        .bind("id", id)
                        .bind("url", sealedUrl)
                        .bind("notice", notice)
                        .bind("expires", Instant.now().plus(lifetime))
                        .execute());
    }

    private List<String> errors() {
        return platform.database()
                .transaction(
                        session -> session.sql("select coalesce(reason, '') as reason from alert_delivery order by id")
                                .list(row -> row.text("reason")));
    }
}
