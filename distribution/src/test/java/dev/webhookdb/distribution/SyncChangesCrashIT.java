package dev.webhookdb.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Promises P7 and P8 while everything becomes another: two hosts sync a table and copy it to another database while it is written, renamed,
 * moved to other databases, while both targets are paused, resumed and given other credentials, and while the hosts are killed in turn.
 *
 * <p>{@code -Dsync.changes.kills} says how often a host is killed, {@code -Dsync.changes.times} how often each thing changes, and
 * {@code -Dcrash.seed} repeats the choice of moments and their order.
 */
class SyncChangesCrashIT {
    /** What a dead host had in hand becomes another's after its lease; after three deaths a target is put off for a minute. */
    private static final Duration STILL = Duration.ofMinutes(4);

    private static final int KILLS = Integer.getInteger("sync.changes.kills");
    private static final int TIMES = Integer.getInteger("sync.changes.times");
    private static final long GIVEN_SEED = Long.getLong("crash.seed");
    private static final long SEED = GIVEN_SEED == 0 ? System.nanoTime() : GIVEN_SEED;
    private static final int REFUSED_EVERY = 13;
    private static final int LONGEST_LIFE_MS = 3_000;
    private static final int LONGEST_REST_MS = 3_000;

    /** What a host says when a target was not as it had left it, or something was thrown that nobody foresaw. */
    private static final Pattern UNEXPECTED =
            Pattern.compile("is made anew|is filled anew|was set back to an earlier time|met an (error|unexpected)");

    private TwoHosts hosts;
    private volatile boolean ending;

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
    void nothing_is_left_out_and_nothing_comes_twice_whatever_becomes_another_and_whoever_is_killed()
            throws SQLException, InterruptedException {
        Server.Charges charges = hosts.first().createCharges("Changing");
        try (SyncReceiver synced = new SyncReceiver(REFUSED_EVERY)) {
            SyncChanges changes = new SyncChanges(hosts, charges.organization(), synced, new Random(SEED));
            changes.sync();
            changes.copy();
            Writers writers = Writers.on(hosts.both(), charges.endpoint().getPath());
            try (writers) {
                changeAndKill(changes);
            }
            changes.awaitMoved();
            Set<String> amounts = shown(writers.keys());
            Progress.await("every webhook is applied", STILL, amounts, this::stored);
            Progress.await("every row is synced", STILL, amounts, () -> shown(synced.amounts()));
            Set<String> source = hosts.shown(hosts.organizationDatabase(), table());
            Progress.await("every row is copied", STILL, source, () -> hosts.shown("warehouse", "copied"));

            System.out.printf(
                    "%d kills, %d of each change, %d updates acknowledged; %d pages with %d rows synced, %d pages more than once, %d requests with old credentials; %s rows written into the copy%n",
                    KILLS,
                    TIMES,
                    writers.acknowledged(),
                    synced.sequence(),
                    synced.rows(),
                    synced.repeated(),
                    synced.unknown(),
                    written());
            assertThat(synced.complaints()).isEmpty();
            assertThat(shown(synced.amounts())).isEqualTo(amounts);
            assertThat(hosts.shown("warehouse", "copied")).isEqualTo(source);
            assertThat((long) synced.rows()).isLessThanOrEqualTo(writers.acknowledged());
            assertThat(written()).as("rows written into the copy").isLessThanOrEqualTo(writers.acknowledged());
            assertThat(hosts.both()).flatMap(SyncChangesCrashIT::unexpected).isEmpty();
        }
    }

    private void changeAndKill(SyncChanges changes) throws SQLException, InterruptedException {
        CompletableFuture<Void> killing = CompletableFuture.runAsync(
                this::killAgainAndAgain,
                task -> Thread.ofPlatform().name("killer").start(task));
        try {
            Random random = new Random(SEED + 1);
            for (SyncChanges.Change change : changes.some(TIMES)) {
                Thread.sleep(random.nextInt(LONGEST_REST_MS));
                change.make();
            }
            killing.join();
        } finally {
            ending = true;
            killing.exceptionally(failure -> null).join();
        }
    }

    /** In turn, beginning with either: so one is always there. */
    private void killAgainAndAgain() {
        Random random = new Random(SEED + 2);
        int first = random.nextInt(2);
        for (int kill = 0; kill < KILLS && !ending; kill++) {
            try {
                Thread.sleep(500 + random.nextInt(LONGEST_LIFE_MS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            TwoHosts.kill(hosts.both().get((first + kill) % 2));
        }
    }

    private static Set<String> shown(Map<String, Long> amounts) {
        return amounts.entrySet().stream()
                .map(one -> "%s %d".formatted(one.getKey(), one.getValue()))
                .collect(Collectors.toSet());
    }

    private Set<String> stored() throws SQLException {
        return hosts.texts(
                hosts.organizationDatabase(), "select stripe_id || ' ' || amount from %s".formatted(table()));
    }

    private String table() throws SQLException {
        return hosts.texts("select table_name from integration").iterator().next();
    }

    private long written() throws SQLException {
        return Long.parseLong(hosts.texts(
                        "warehouse", "select n_tup_ins + n_tup_upd from pg_stat_user_tables where relname = 'copied'")
                .iterator()
                .next());
    }

    private static List<String> unexpected(Server host) {
        return host.output()
                .lines()
                .filter(line -> UNEXPECTED.matcher(line).find())
                .toList();
    }
}
