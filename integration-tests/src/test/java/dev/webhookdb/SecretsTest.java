package dev.webhookdb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import dev.webhookdb.RunningHost.Answer;
import dev.webhookdb.RunningHost.Made;
import dev.webhookdb.json.JsonWriter;
import dev.webhookdb.testkit.simulator.StripeApi;
import dev.webhookdb.testkit.simulator.StripeSimulator;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Promise P10: secrets are planted wherever somebody supplies or gets one, and must not be found in any log, answer or database. */
class SecretsTest {
    private static final String WEBHOOK_SECRET = "whsec_plantedwebhooksecret";
    private static final String WRONG_SECRET = "whsec_plantedwrongsecret";
    private static final String WRONG_KEY = "rk_test_plantedwrongkey";
    private static final String KEY = "rk_test_plantedrightkey";

    /** Tables that keep what came, as it came. */
    private static final List<String> EXACTLY_AS_RECEIVED = List.of("webhook_");

    @TempDir
    private static Path directory;

    private static final ListAppender<ILoggingEvent> LOG = new ListAppender<>();
    private static RunningHost host;
    private static Person admin;
    private static Made charges;

    /** By where each was planted. */
    private static final Map<String, String> PLANTED = new LinkedHashMap<>();

    @BeforeAll
    static void plantSecrets() {
        LOG.start();
        everything().addAppender(LOG);
        logger("dev.webhookdb").setLevel(Level.TRACE);
        host = RunningHost.start(directory, Map.of("WEBHOOKDB_OUTBOUND_ALLOW", "127.0.0.0/8"));
        admin = Person.loggedIn(host, "planter@example.com");
        plant("session", admin.token());
        charges = admin.integrate("stripe_charge_v1");
        // nothing listens on the discard port, so that what is said about failures is looked at too
        admin.post(
                admin.own("/error_handlers/create"),
                Map.of(
                        "url",
                        "http://planter:plantedhandlerpassword@127.0.0.1:9/plantedhandlerpath1234?key=plantedhandlerkey"));
        plant("error handler's password", "plantedhandlerpassword");
        plant("error handler's path", "plantedhandlerpath1234");
        plant("error handler's key", "plantedhandlerkey");
        supply("webhook_secret", WRONG_SECRET);
        host.send(charges.id(), "{}".getBytes(UTF_8), WEBHOOK_SECRET);
        supply("webhook_secret", WEBHOOK_SECRET);
        plant("webhook secret", WEBHOOK_SECRET);
        plant("former webhook secret", WRONG_SECRET);
        StripeSimulator account =
                StripeSimulator.seeded(7).startingAt(Instant.now().minusSeconds(600));
        account.happen(20);
        try (StripeApi api = StripeApi.serving(account, KEY)) {
            supply("api_url", api.url().toString());
            supply("backfill_key", WRONG_KEY);
            admin.post(integration("/backfill/job"), Map.of());
            await().until(() -> jobState().equals("failed"));
            supply("backfill_key", KEY);
            admin.post(integration("/backfill/job"), Map.of());
            await().until(() -> jobState().equals("succeeded"));
        }
        await().until(() -> !host.platform("select 1 from alert_delivery where reason is not null")
                .isEmpty());
        plant("wrong credential", WRONG_KEY);
        plant("credential", KEY);
        plant("integration's key", field(admin.post(integration("/roll_api_key"), Map.of()), "webhookdb_api_key"));
        plant("token", field(admin.post(admin.own("/tokens/create"), Map.of("name", "ci", "role", "admin")), "token"));
        host.call("GET", "/v1/me", new byte[0], Map.of("Authorization", "Bearer whdb_t_plantedwrongtoken"));
        plant("unknown token", "whdb_t_plantedwrongtoken");
        admin.post(admin.database("/roll_credentials"), Map.of("guard_confirm", "y"));
    }

    @AfterAll
    static void stop() {
        host.close();
        everything().detachAppender(LOG);
        logger("dev.webhookdb").setLevel(null);
    }

    @Test
    void no_log_has_them() {
        PLANTED.put("password of the read-only role", readerPassword());
        List<String> lines = List.copyOf(LOG.list).stream()
                .map(event -> event.getFormattedMessage()
                        + (event.getThrowableProxy() == null
                                ? ""
                                : ThrowableProxyUtil.asString(event.getThrowableProxy())))
                .toList();

        assertThat(lines)
                .as("the log is looked at in detail")
                .anyMatch(line -> line.contains("whdb") || line.contains("stripe"));
        PLANTED.forEach((where, secret) -> assertThat(lines).as(where).noneMatch(line -> line.contains(secret)));
    }

    @Test
    void no_answer_has_them() {
        List<String> answers = new ArrayList<>();
        OpenApi.of(host).operations().stream()
                .filter(operation -> operation.method().equals("GET"))
                .map(operation -> operation
                        .path()
                        .replace("{org}", admin.organization())
                        .replace("{sint}", charges.id())
                        .replaceAll("\\{[a-z]+}", "unknown"))
                .forEach(path -> answers.add(text(admin.get(path))));
        answers.add(text(admin.post(integration("/info"), Map.of())));
        answers.add(text(admin.post(integration("/setup"), Map.of())));
        answers.add(text(admin.post(integration("/reset"), Map.of())));
        answers.add(text(admin.post(integration("/backfill/reset"), Map.of())));
        for (String logged : ids("/webhooks")) {
            answers.add(text(admin.get(admin.own("/webhooks/" + logged))));
        }

        assertThat(answers).hasSizeGreaterThan(20);
        assertThat(text(admin.post(integration("/info"), Map.of("reveal", "true"))))
                .as("what an admin insists on")
                .contains(WEBHOOK_SECRET);
        PLANTED.forEach((where, secret) -> assertThat(answers).as(where).noneMatch(answer -> answer.contains(secret)));
    }

    @Test
    void no_database_has_them() {
        PLANTED.put("password of the read-only role", readerPassword());
        List<String> rows = new ArrayList<>(dump(host::platform));
        rows.addAll(dump(query -> host.asAdministrator("planter_org", query)));

        assertThat(rows).anyMatch(row -> row.contains("planter@example.com"));
        PLANTED.forEach((where, secret) -> {
            String hexadecimal = HexFormat.of().formatHex(secret.getBytes(UTF_8));
            assertThat(rows).as(where).noneMatch(row -> row.contains(secret) || row.contains(hexadecimal));
        });
    }

    private static List<String> dump(Function<String, List<String>> database) {
        List<String> rows = new ArrayList<>();
        List<String> tables = database.apply("""
                select format('%I.%I', nspname, relname) from pg_class join pg_namespace on pg_namespace.oid = relnamespace
                where relkind = 'r' and nspname not in ('pg_catalog', 'information_schema')""");
        tables.stream()
                .filter(table -> EXACTLY_AS_RECEIVED.stream().noneMatch(table::startsWith))
                .forEach(table -> rows.addAll(database.apply("select entry::text from %s as entry".formatted(table))));
        return rows;
    }

    private static String readerPassword() {
        return admin.address().password().reveal();
    }

    private static List<String> ids(String path) {
        return admin.get(admin.own(path)).json().items("items").stream()
                .map(item -> item.text("id").orElseThrow())
                .toList();
    }

    private static String jobState() {
        return admin.get(integration("/backfill/jobs"))
                .json()
                .items("items")
                .getFirst()
                .text("state")
                .orElseThrow();
    }

    private static void supply(String setting, String value) {
        admin.post(integration("/transition/" + setting), Map.of("value", value + "\n"));
    }

    private static String integration(String path) {
        return admin.own("/service_integrations/" + charges.id() + path);
    }

    private static void plant(String where, String secret) {
        PLANTED.put(where, secret);
    }

    private static String field(Answer answer, String name) {
        return answer.json().text(name).orElseThrow();
    }

    private static String text(Answer answer) {
        return JsonWriter.write(answer.json()) + answer.headers();
    }

    private static Logger everything() {
        return logger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    private static Logger logger(String name) {
        return (Logger) LoggerFactory.getLogger(name);
    }
}
