package dev.webhookdb.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.distribution.Senders.Outcome;
import dev.webhookdb.distribution.Server.Charges;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Two hosts on one database, restarted in turn under load: no request fails for a sender who sends once more what was answered with 503, and
 * no page of a sync comes twice (P1, P7 and P8).
 *
 * <p>Half of the senders call nginx, configured as in {@code deploy/}. The others call the hosts themselves, as something does that balances by
 * connection and hides nothing.
 */
class RollingRestartIT {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration STOP = Duration.ofSeconds(30);
    private static final int KILLED_BY_SIGTERM = 143;
    private static final int SENDERS = 4;

    /** As many as come in about a second. */
    private static final int SOME = 100;

    /** Less than the 15 s after which a host takes what another one had in hand, and than the minute a receiver has for a page. */
    private static final Duration STILL = Duration.ofSeconds(12);

    private final List<Server> hosts = new ArrayList<>();
    private Server database;
    private Optional<Proxy> proxy = Optional.empty();

    /** A host that is killed leaves its PostgreSQL to the others. */
    @BeforeEach
    void start() throws IOException {
        database = new Server(Map.of("WEBHOOKDB_START_CACHE", "off"));
        database.start(START);
        database.kill();
        Map<String, String> environment = new HashMap<>();
        environment.put("WEBHOOKDB_OUTBOUND_ALLOW", "127.0.0.1");
        // making it takes more than it would spare here
        environment.put("WEBHOOKDB_START_CACHE", "off");
        environment.put("WEBHOOKDB_DATABASE_URL", database.administratorUrl("webhookdb"));
        environment.put(
                "WEBHOOKDB_ENCRYPTION_KEY",
                Base64.getEncoder()
                        .encodeToString(Files.readAllBytes(database.data().resolve("encryption-key.json"))));
        hosts.add(new Server(environment));
        hosts.add(new Server(environment));
        hosts.parallelStream().forEach(host -> host.start(START));
        proxy = Proxy.before(hosts.getFirst(), hosts.getLast());
    }

    @AfterEach
    void end() {
        proxy.ifPresent(Proxy::close);
        hosts.forEach(Server::close);
        database.close();
    }

    @Test
    void no_request_fails_and_no_page_comes_twice_while_hosts_are_restarted_in_turn()
            throws SQLException, InterruptedException {
        Server first = hosts.getFirst();
        Server second = hosts.getLast();
        List<Server> restarted = List.of(first, second, first);
        Charges charges = first.createCharges("Rolling");
        try (Subscriber subscriber = new Subscriber();
                SyncReceiver synced = new SyncReceiver(Integer.MAX_VALUE)) {
            subscribe(first, subscriber);
            sync(first, synced);
            Senders senders = new Senders(charges.endpoint().getPath());
            try (senders) {
                senders.begin(SENDERS, List.of(first.url(), second.url()));
                proxy.ifPresent(nginx -> senders.begin(SENDERS, List.of(nginx.url())));
                awaitMore(senders);
                for (Server host : restarted) {
                    proxy.ifPresent(nginx -> hosts.forEach(each -> awaitCalls(nginx, each)));
                    restart(host);
                    awaitMore(senders);
                }
            }
            System.out.printf(
                    "%d acknowledged, the slowest after %d ms; at first %d were answered with 503, %d refused, %d broken, %d others%n",
                    senders.count(),
                    senders.slowest().toMillis(),
                    senders.first(Outcome.BUSY),
                    senders.first(Outcome.REFUSED),
                    senders.first(Outcome.BROKEN),
                    senders.first(Outcome.WRONG));

            assertThat(senders.failures()).isEmpty();
            assertThat(senders.first(Outcome.BROKEN))
                    .as("connections that were made just as a port was closed, which may be one at a stop (ADR 52)")
                    .isLessThanOrEqualTo(restarted.size());
            proxy.ifPresent(nginx -> assertThat(nginx.complaints()).isEmpty());
            assertStored(charges, senders.acknowledged());
            assertTold(subscriber, senders.acknowledged());
            assertSynced(synced, senders.acknowledged());
        }
    }

    private static void subscribe(Server host, Subscriber subscriber) {
        host.done(
                "notification",
                "create",
                "--integration",
                "stripe_charge_v1",
                "--secret",
                Subscriber.SECRET,
                "--url",
                subscriber.url());
    }

    /** Pages so small that there is nearly always one on its way. */
    private static void sync(Server host, SyncReceiver receiver) {
        host.done(
                "httpsync",
                "create",
                "stripe_charge_v1",
                "--connection-url",
                receiver.url(),
                "--on-change",
                "--pagesize",
                "10");
    }

    private static void restart(Server host) throws InterruptedException {
        long begun = System.nanoTime();
        assertThat(host.stop(STOP)).isEqualTo(KILLED_BY_SIGTERM);
        long stopped = System.nanoTime();
        host.start(START);
        System.out.printf(
                "stopped after %.1f s, ready again %.1f s later%n",
                (stopped - begun) / 1e9, (System.nanoTime() - stopped) / 1e9);
        assertThat(host.output()).doesNotContain("did not stop as it should");
    }

    private static void awaitMore(Senders senders) {
        int enough = senders.count() + SOME;
        await("webhooks are acknowledged")
                .atMost(START)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> senders.count() >= enough);
    }

    /** nginx leaves a host that took no connection alone for a while, and would have none if the other one stopped meanwhile. */
    private static void awaitCalls(Proxy proxy, Server host) {
        await("nginx calls the host again")
                .atMost(START)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> proxy.calls(host));
    }

    private void assertStored(Charges charges, Set<String> acknowledged) throws SQLException {
        Server host = hosts.getFirst();
        long begun = System.nanoTime();
        host.awaitIds(charges, acknowledged, STILL);
        System.out.printf("all are stored after %.1f s%n", (System.nanoTime() - begun) / 1e9);
        assertThat(host.ids(charges)).isEqualTo(acknowledged);
        assertThat(host.run("doctor").out())
                .as("the auditor misses nothing, and counted nothing twice")
                .containsPattern("ok +lost_webhooks ");
    }

    private void assertTold(Subscriber subscriber, Set<String> acknowledged) throws SQLException {
        Progress.await("every change is told", STILL, acknowledged, subscriber::charges);
        Set<String> happened = events();
        assertThat(happened).hasSameSizeAs(acknowledged);
        assertThat(subscriber.ids()).isEqualTo(happened);
        assertThat(subscriber.charges()).isEqualTo(acknowledged);
        System.out.printf("%d changes told, %d more than once%n", happened.size(), subscriber.repeated());
    }

    private static void assertSynced(SyncReceiver receiver, Set<String> acknowledged) {
        Progress.await(
                "every row is synced",
                STILL,
                acknowledged,
                () -> receiver.amounts().keySet());
        System.out.printf("%d pages with %d rows synced%n", receiver.sequence(), receiver.rows());
        assertThat(receiver.amounts()).containsOnlyKeys(acknowledged);
        assertThat(receiver.complaints()).isEmpty();
        assertThat(receiver.repeated()).isZero();
        assertThat(receiver.rows()).isEqualTo(acknowledged.size());
    }

    private Set<String> events() throws SQLException {
        Set<String> ids = new HashSet<>();
        try (Connection platform = database.administrator("webhookdb");
                Statement statement = platform.createStatement();
                ResultSet events =
                        statement.executeQuery("select id from event where type like 'stripe_charge_v1.%'")) {
            while (events.next()) {
                ids.add(events.getString(1));
            }
        }
        return ids;
    }
}
