package dev.webhookdb.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.core.ConditionTimeoutException;

/**
 * What people do to an organization whose only table is synced and copied. Each command goes to either host, and again until it is done: a
 * host may be killed while it is at it.
 */
final class SyncChanges {
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final Duration AGAIN = Duration.ofMillis(200);
    private static final int LONGEST_PAUSE_MS = 2_000;
    private static final String PASSWORD = "changing";

    private final TwoHosts hosts;
    private final String organization;
    private final SyncReceiver receiver;
    private final Random random;
    private int renamed;
    private int moved;
    private int endpointUser;
    private int warehouseUser;
    private String last = "";

    /**
     * @param organization its key
     * @param random says which host is asked, and how long something stays paused
     */
    SyncChanges(TwoHosts hosts, String organization, SyncReceiver receiver, Random random) {
        this.hosts = hosts;
        this.organization = organization;
        this.receiver = receiver;
        this.random = random;
    }

    /** Something that becomes another. */
    interface Change {
        void make() throws SQLException;
    }

    /** Each kind so many times, in some order. */
    List<Change> some(int times) {
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            changes.add(this::rename);
            changes.add(this::move);
            changes.add(() -> pause("httpsync", "http"));
            changes.add(() -> pause("dbsync", "database"));
            changes.add(this::anotherEndpointUser);
            changes.add(this::anotherWarehouseUser);
        }
        Collections.shuffle(changes, random);
        return changes;
    }

    /** Has the table synced to the receiver, which has little time, so that a page whose host died is not waited for long. */
    void sync() {
        create("httpsync", receiver.url());
    }

    /** Has the table copied into a database, in which two users do everything as one role. */
    void copy() throws SQLException {
        hosts.administer(
                "webhookdb",
                "create role warehouse",
                "create role warehouse_0",
                "create role warehouse_1",
                "create database warehouse owner warehouse");
        for (int user = 0; user < 2; user++) {
            hosts.administer(
                    "webhookdb",
                    "alter role warehouse_%d login password '%s'".formatted(user, PASSWORD),
                    "grant warehouse to warehouse_%d".formatted(user),
                    "alter role warehouse_%d set role warehouse".formatted(user));
        }
        hosts.administer("warehouse", "grant create, usage on schema public to warehouse");
        create("dbsync", url("warehouse_0", "warehouse"), "--table", "copied");
    }

    private void create(String command, String url, String... more) {
        List<String> all = new ArrayList<>(List.of(
                command,
                "create",
                "stripe_charge_v1",
                "--connection-url",
                url,
                "--on-change",
                "--pagesize",
                "20",
                "--timeout",
                "3"));
        all.addAll(List.of(more));
        hosts.first().done(all.toArray(String[]::new));
    }

    private void rename() throws SQLException {
        renamed++;
        String name = "charges_%d".formatted(renamed);
        until(
                "select table_name from integration where table_name = '%s'".formatted(name),
                "db",
                "rename-table",
                one("select opaque_id from integration"),
                "--new-name",
                name);
    }

    /** Begins to move; the move before is over by then. */
    private void move() throws SQLException {
        awaitMoved();
        moved++;
        String name = "moved_%d".formatted(moved);
        hosts.administer(
                "webhookdb",
                "create role %s login password '%s'".formatted(name, PASSWORD),
                "create role %s_reader login password '%s'".formatted(name, PASSWORD),
                "create database %s owner %1$s encoding 'UTF8' template template0".formatted(name));
        until(
                "select state from database_migration where destination like '%%/%s'".formatted(name),
                "db",
                "migrations",
                "start",
                "--admin-url",
                url(name, name),
                "--readonly-url",
                url(name + "_reader", name));
    }

    /** Waits until the organization is where it was to move last. */
    void awaitMoved() {
        await("the organization has moved")
                .atMost(PATIENCE)
                .pollInterval(AGAIN)
                .ignoreExceptionsInstanceOf(SQLException.class)
                .untilAsserted(() -> assertThat(
                                hosts.texts(
                                        "select concat_ws(' ', state, rows, deaths, reason) from database_migration where state <> 'finished'"))
                        .isEmpty());
    }

    private void pause(String command, String kind) throws SQLException {
        String target = one("select opaque_id from sync_target where kind = '%s'".formatted(kind));
        String status = "select status from sync_target where opaque_id = '%s' and status = '%s'";
        until(status.formatted(target, "paused"), command, "pause", target);
        LockSupport.parkNanos(
                Duration.ofMillis(random.nextInt(LONGEST_PAUSE_MS)).toNanos());
        until(status.formatted(target, "active"), command, "resume", target);
    }

    /** The first time the receiver lets both users in for a while, the second time only the new one. */
    private void anotherEndpointUser() throws SQLException {
        String before = endpointUser == 0 ? "user:password" : "user%d:%s".formatted(endpointUser, PASSWORD);
        endpointUser++;
        String user = "user%d".formatted(endpointUser);
        String now = "%s:%s".formatted(user, PASSWORD);
        if (endpointUser % 2 == 0) {
            receiver.accept(now);
        } else {
            receiver.accept(before, now);
        }
        updateCredentials("httpsync", "http", user);
        receiver.accept(now);
    }

    /** The first time both users are let in for a while, the second time only the new one. */
    private void anotherWarehouseUser() throws SQLException {
        String before = "warehouse_%d".formatted(warehouseUser % 2);
        warehouseUser++;
        String now = "warehouse_%d".formatted(warehouseUser % 2);
        if (warehouseUser % 2 == 0) {
            lock(before);
        }
        hosts.administer("webhookdb", "alter role %s login".formatted(now));
        updateCredentials("dbsync", "database", now);
        lock(before);
    }

    private void lock(String user) throws SQLException {
        hosts.administer(
                "webhookdb",
                "alter role %s nologin".formatted(user),
                "select pg_terminate_backend(pid) from pg_stat_activity where usename = '%s'".formatted(user));
    }

    private void updateCredentials(String command, String kind, String user) throws SQLException {
        String target = one("select opaque_id from sync_target where kind = '%s'".formatted(kind));
        await("%s is written as %s".formatted(target, user))
                .atMost(PATIENCE)
                .pollInterval(AGAIN)
                .until(() -> isDone(command, "update-creds", target, "--user", user, "--password", PASSWORD));
    }

    /** @param question whose answer has a row when it is done, although whoever did it may have died before he said so */
    private void until(String question, String... command) {
        try {
            await(String.join(" ", command))
                    .atMost(PATIENCE)
                    .pollInterval(AGAIN)
                    .ignoreExceptionsInstanceOf(SQLException.class)
                    .until(() -> isDone(command) || !hosts.texts(question).isEmpty());
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("It was not done. The last answer was: " + last, e);
        }
    }

    private boolean isDone(String... command) {
        List<String> whole = new ArrayList<>(List.of(command));
        whole.addAll(List.of("--org", organization));
        Server host = hosts.both().get(random.nextInt(hosts.both().size()));
        Installation.Run run = host.run(whole.toArray(String[]::new));
        last = run.err();
        return run.status() == 0;
    }

    private String one(String question) throws SQLException {
        return hosts.texts(question).iterator().next();
    }

    private String url(String role, String database) {
        return "postgresql://%s:%s@127.0.0.1:%d/%s"
                .formatted(role, PASSWORD, hosts.first().postgres().port(), database);
    }
}
