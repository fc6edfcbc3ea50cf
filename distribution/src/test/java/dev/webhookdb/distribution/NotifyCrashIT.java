package dev.webhookdb.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Promises P4, P6, P7 and P8 under SIGKILL: two hosts on one database take webhooks, tell of every change, sync the table and copy it to
 * another database, while both are killed in turn, again and again, and their PostgreSQL with all its processes in between.
 *
 * <p>{@code -Dnotify.crash.kills} says how often a host is killed, {@code -Dnotify.crash.postgres-kills} how often PostgreSQL, and
 * {@code -Dcrash.seed} repeats the choice of moments.
 */
class NotifyCrashIT {
    /** What a dead host had in hand becomes another's when its lease is over, and what of that dies again, once more. */
    private static final Duration TOLD = Duration.ofMinutes(4);

    private static final int KILLS = Integer.getInteger("notify.crash.kills");
    private static final int POSTGRES_KILLS = Integer.getInteger("notify.crash.postgres-kills");
    private static final long GIVEN_SEED = Long.getLong("crash.seed");
    private static final long SEED = GIVEN_SEED == 0 ? System.nanoTime() : GIVEN_SEED;
    private static final int REFUSED_EVERY = 13;
    private static final int LONGEST_LIFE_MS = 3_000;

    private final Random random = new Random(SEED);
    private TwoHosts hosts;

    @BeforeEach
    void start() {
        System.out.println("Moments are chosen by -Dcrash.seed=" + SEED);
        hosts = TwoHosts.start();
    }

    @AfterEach
    void end() {
        hosts.close();
    }

    @Test
    void every_change_is_told_whatever_is_killed_and_those_of_a_row_in_order_where_that_was_asked()
            throws SQLException, InterruptedException {
        Server.Charges charges = hosts.first().createCharges("Telling");
        try (Subscriber any = new Subscriber();
                Subscriber ordered = new Subscriber();
                SyncReceiver synced = new SyncReceiver(REFUSED_EVERY)) {
            subscribe(any, List.of());
            subscribe(ordered, List.of("--ordered"));
            sync(synced);
            copy();
            Writers writers = Writers.on(hosts.both(), charges.endpoint().getPath());
            try (writers) {
                killAgainAndAgain();
            }
            awaitTold();

            Set<String> happened = hosts.texts("select id from event where type like 'stripe_charge_v1.%'");
            assertThat(happened).hasSizeGreaterThan(writers.keys().size());
            assertThat(any.ids()).isEqualTo(happened);
            assertThat(ordered.ids()).isEqualTo(happened);
            assertThat(ordered.disorder()).isEmpty();
            writers.keys().forEach((charge, amount) -> {
                assertThat(any.latest(charge))
                        .as("the latest amount of %s", charge)
                        .isEqualTo(amount);
                assertThat(ordered.latest(charge))
                        .as("the latest amount of %s", charge)
                        .isEqualTo(amount);
            });
            awaitSynced(synced, writers.keys());
            assertThat(synced.complaints()).isEmpty();
            awaitCopied(charges, writers.keys().size());
            System.out.printf(
                    "%d pages with %d rows synced, %d pages more than once%n",
                    synced.sequence(), synced.rows(), synced.repeated());
            System.out.printf(
                    "%d kills of hosts and %d of PostgreSQL, %d updates acknowledged, %d changes told; %d and %d arrived more than once%n",
                    KILLS, POSTGRES_KILLS, writers.acknowledged(), happened.size(), any.repeated(), ordered.repeated());
        }
    }

    private void subscribe(Subscriber subscriber, List<String> more) {
        List<String> command = new ArrayList<>(List.of(
                "notification",
                "create",
                "--integration",
                "stripe_charge_v1",
                "--secret",
                Subscriber.SECRET,
                "--url",
                subscriber.url()));
        command.addAll(more);
        hosts.first().done(command.toArray(String[]::new));
    }

    /** He has little time, so that a page whose host died is not waited for long. */
    private void sync(SyncReceiver receiver) {
        hosts.first()
                .done(
                        "httpsync",
                        "create",
                        "stripe_charge_v1",
                        "--connection-url",
                        receiver.url(),
                        "--on-change",
                        "--pagesize",
                        "20",
                        "--timeout",
                        "3");
    }

    private void copy() throws SQLException {
        hosts.administer("webhookdb", "create database warehouse");
        hosts.first()
                .done(
                        "dbsync",
                        "create",
                        "stripe_charge_v1",
                        "--connection-url",
                        hosts.first().administratorUrl("warehouse"),
                        "--on-change",
                        "--pagesize",
                        "20",
                        "--timeout",
                        "3",
                        "--table",
                        "copied");
    }

    /** The copy is the table, row by row. */
    private void awaitCopied(Server.Charges charges, int rows) {
        await("every row is copied")
                .atMost(TOLD)
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> {
                    Set<String> source = hosts.shown(hosts.organizationDatabase(), charges.table());
                    assertThat(source).hasSize(rows);
                    assertThat(hosts.shown("warehouse", "copied"))
                            .as("the copy; what is known of both targets: %s", targets())
                            .isEqualTo(source);
                });
    }

    private Set<String> targets() throws SQLException {
        return hosts.texts(
                "select (to_jsonb(run) || to_jsonb(progress) - 'page_body')::text from sync_run as run join sync_progress as progress on target_id = id");
    }

    private static void awaitSynced(SyncReceiver receiver, Map<String, Long> amounts) {
        await("every row is synced")
                .atMost(TOLD)
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> assertThat(receiver.amounts()).isEqualTo(amounts));
    }

    private void killAgainAndAgain() throws InterruptedException {
        List<Kill> kills = kills();
        for (int done = 0; done < kills.size(); done++) {
            Thread.sleep(500 + random.nextInt(LONGEST_LIFE_MS));
            long killed = System.nanoTime();
            kills.get(done).run();
            System.out.printf(
                    "kill %d of %d: back after %.1f s%n", done + 1, kills.size(), (System.nanoTime() - killed) / 1e9);
        }
    }

    /** The hosts in turn, beginning with either, and PostgreSQL at any place among them. */
    private List<Kill> kills() {
        List<Kill> kills = new ArrayList<>();
        int first = random.nextInt(hosts.both().size());
        for (int kill = 0; kill < KILLS; kill++) {
            Server victim = hosts.both().get((first + kill) % hosts.both().size());
            kills.add(() -> TwoHosts.kill(victim));
        }
        for (int kill = 0; kill < POSTGRES_KILLS; kill++) {
            kills.add(random.nextInt(kills.size() + 1), this::killPostgres);
        }
        return kills;
    }

    /** The first host starts it again. */
    private void killPostgres() {
        long killed = postmaster().orElseThrow();
        hosts.first().killPostgres();
        await("PostgreSQL is started again")
                .atMost(TwoHosts.TAKE_OVER)
                .until(() -> postmaster().filter(pid -> pid != killed).isPresent());
        hosts.both().forEach(host -> host.awaitReady(TwoHosts.TAKE_OVER));
    }

    private Optional<Long> postmaster() {
        return hosts.first().postgres().postmaster().map(ProcessHandle::pid);
    }

    /** Nothing waits any more, and nothing that is written down is still to be made an event. */
    private void awaitTold() {
        await("every webhook is applied and every change told")
                .atMost(TOLD)
                .pollInterval(Duration.ofMillis(500))
                .ignoreExceptionsInstanceOf(SQLException.class)
                .until(() -> hosts.texts(
                                        "select 'waiting' from webhook_queue union all select 'waiting' from delivery_queue")
                                .isEmpty()
                        && hosts.texts("""
                                select 'behind' from change_position
                                where position < %d""".formatted(latestChange())).isEmpty());
    }

    private long latestChange() throws SQLException {
        try (Connection organization = hosts.first().administrator(hosts.organizationDatabase());
                Statement statement = organization.createStatement();
                ResultSet result = statement.executeQuery("select coalesce(max(change), 0) from webhookdb.change")) {
            result.next();
            return result.getLong(1);
        }
    }

    /** Ends something and waits until it is back. */
    private interface Kill {
        void run();
    }
}
