package dev.webhookdb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.RunningHost.Answer;
import dev.webhookdb.crypto.Vault;
import dev.webhookdb.json.JsonWriter;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.spi.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files say what exists: planned, applied at the start, by hand and when one changes, exported, and guarded against changes by hand. */
class DeclaredFilesTest {
    private static final String PLAN = "/config/plan";
    private static final String APPLY = "/config/apply";
    private static final String TOKEN = "whdb_t_chosen-by-somebody-else-0123456789";
    private static final String ENDPOINT = "svi_0123456789abcdefghijklmno";

    @TempDir
    private static Path directory;

    private static RunningHost host;
    private static Path files;
    private static int organizations;

    private Receiver receiver;
    private String key;

    @BeforeAll
    static void start() throws IOException {
        files = Files.createDirectory(directory.resolve("organizations.d"));
        Files.writeString(files.resolve("first.yaml"), """
                organization: {name: First, key: first}
                integrations:
                  charges:
                    service: stripe_charge_v1
                    id: %s
                    table: charges
                    settings: {webhook_secret: "${env:STRIPE_SECRET}"}
                """.formatted(ENDPOINT));
        host = RunningHost.start(
                directory,
                Map.of(
                        "WEBHOOKDB_OUTBOUND_ALLOW",
                        "127.0.0.0/8",
                        "WEBHOOKDB_ORGANIZATIONS_DIR",
                        files.toString(),
                        "STRIPE_SECRET",
                        RunningHost.SECRET,
                        "SYNC_PASSWORD",
                        "p@ss/word"));
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    @BeforeEach
    void another() {
        receiver = new Receiver();
        key = "declared_%d".formatted(++organizations);
    }

    @AfterEach
    void close() {
        receiver.close();
    }

    @Test
    void a_file_is_applied_when_the_host_starts_and_its_endpoint_takes_webhooks() {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> !host.operator("GET", "/organizations", "")
                                .json()
                                .items("items")
                                .isEmpty()
                        && host.send(ENDPOINT, StripeEvents.charge("ch_1", "succeeded", 1_700_000_000, "evt_1"))
                                        .status()
                                == 202);

        await().untilAsserted(() ->
                assertThat(host.sql("first", "select stripe_id from charges")).containsExactly("ch_1"));
    }

    @Test
    void a_changed_file_is_applied_by_itself() throws IOException {
        Files.writeString(files.resolve(key + ".yaml"), "organization: {key: %s, name: Before}\n".formatted(key));
        await().atMost(Duration.ofSeconds(30)).until(() -> names().contains("Before"));

        Files.writeString(files.resolve(key + ".yaml"), "organization: {key: %s, name: After}\n".formatted(key));

        await().atMost(Duration.ofSeconds(30)).until(() -> names().contains("After"));
    }

    @Test
    void a_file_that_another_refers_to_is_watched_as_well_also_before_it_is_there() throws IOException {
        Path name = directory.resolve(key + ".txt");
        Path file = files.resolve(key + ".yaml");
        Files.writeString(file, "organization: {key: %s, name: \"${file:%s}\"}\n".formatted(key, name));
        await().atMost(Duration.ofSeconds(30)).until(() -> !problems().isEmpty());

        Files.writeString(name, "Referred " + key);
        await().atMost(Duration.ofSeconds(30)).until(() -> names().contains("Referred " + key));

        Files.writeString(name, "Changed " + key);
        await().atMost(Duration.ofSeconds(30)).until(() -> names().contains("Changed " + key));
        await().atMost(Duration.ofSeconds(10)).until(() -> problems().isEmpty());
        Files.delete(file);
    }

    @Test
    void what_failed_because_a_receiver_was_away_is_tried_again_by_itself() throws IOException {
        var answers = new AtomicInteger(500);
        receiver.answering(told -> answers.get());
        Path file = files.resolve(key + ".yaml");
        Files.writeString(
                file, """
                organization: {key: %1$s, name: Later %1$s}
                integrations:
                  charges: {service: stripe_charge_v1, settings: {webhook_secret: %2$s}}
                http-syncs:
                  pages: {integration: charges, url: "%3$s"}
                """.formatted(key, RunningHost.SECRET, receiver.url().replace("http://", "http://u:p@")));
        await().atMost(Duration.ofSeconds(30)).until(() -> !problems().isEmpty());
        int failed = syncs();

        answers.set(200);

        await().atMost(Duration.ofSeconds(60)).until(() -> syncs() == 1);
        await().atMost(Duration.ofSeconds(10)).until(() -> problems().isEmpty());
        assertThat(failed).isZero();
        Files.delete(file);
    }

    private int syncs() {
        return asOperator("GET", "/v1/organizations/%s/sync_targets/http".formatted(key), "")
                .json()
                .items("items")
                .size();
    }

    private static List<Json> problems() {
        return asOperator("GET", "/healthz", "").json().items("problems");
    }

    @Test
    void everything_is_made_and_then_there_is_nothing_to_do() {
        Answer planned = plan(everything());
        Answer applied = apply(everything());
        Answer again = plan(everything());
        Answer exported = host.operator("GET", "/config/export?organization=" + key, "");
        String yaml = exported.json().text("yaml").orElseThrow();
        Answer round = plan(yaml);

        assertThat(kinds(planned))
                .containsExactly(
                        "organization",
                        "member",
                        "integration",
                        "integration",
                        "view",
                        "query",
                        "notification",
                        "http_sync",
                        "error_handler",
                        "token");
        assertThat(count(planned, "create")).isEqualTo(10);
        assertThat(applied.json().items("failures")).isEmpty();
        assertThat(kinds(applied)).isEqualTo(kinds(planned));
        assertThat(kinds(again)).isEmpty();
        assertThat(message(again)).isEqualTo("Everything is as the files say.");
        assertThat(yaml).contains("|stored}").doesNotContain(RunningHost.SECRET, "p@ss", "p%40ss");
        assertThat(message(round)).isEqualTo("Everything is as the files say.");
        assertThat(kinds(round)).isEmpty();
    }

    @Test
    void what_is_made_works() {
        apply(everything());

        Answer asProgram = host.call(
                "GET",
                "/v1/organizations/%s/service_integrations".formatted(key),
                new byte[0],
                Map.of("Authorization", "Bearer " + TOKEN + key));
        Answer members = asOperator("GET", "/v1/organizations/%s/members".formatted(key), "");

        assertThat(asProgram.status()).isEqualTo(200);
        assertThat(asProgram.json().items("items")).hasSize(3);
        assertThat(members.json().items("items"))
                .extracting(one -> "%s %s"
                        .formatted(
                                one.text("email").orElse(""), one.text("status").orElse("")))
                .containsExactly("jo-%s@example.com admin".formatted(key));
        assertThat(host.sql(key, "select count(*) from paid")).containsExactly("0");
        Answer info = asOperator("POST", "/v1/organizations/%s/service_integrations/charges/info".formatted(key), "{}");
        assertThat(info.json().at("result").text("declared_in"))
                .as(message(info))
                .contains("-");
    }

    @Test
    void lists_say_which_file_has_what_they_show_and_nothing_of_files_where_none_has_any() {
        apply("organization: {key: %1$s, name: Everything %1$s}\n".formatted(key));
        String byHand = host.integrate(key, "stripe_charge_v1").getFirst().id();
        Json unowned = listed("service_integrations");

        apply(everything());
        Json integrations = listed("service_integrations");
        Json notifications = listed("webhook_subscriptions");
        Json syncs = listed("sync_targets/http");
        Json sync = listed("sync_targets/http/" + id(syncs.items("items").getFirst()));
        Json notification = listed(
                "webhook_subscriptions/" + id(notifications.items("items").getFirst()));

        List<Json> others = Stream.of("members", "saved_views", "saved_queries", "tokens", "error_handlers")
                .map(this::listed)
                .toList();
        Json webhooks =
                asOperator("GET", "/v1/webhooks?organization=" + key, "").json();

        assertThat(others).allSatisfy(list -> {
            assertThat(list.items("items"))
                    .as(JsonWriter.write(list))
                    .extracting(one -> one.text("declared_in").orElse("none"))
                    .contains("-");
            assertThat(JsonWriter.write(list.items("display_headers").getLast()))
                    .isEqualTo("[\"declared_in\",\"Declared In\"]");
        });
        assertThat(webhooks.items("data"))
                .extracting(one -> one.text("declared_in").orElse("none"))
                .containsExactly("-");
        assertThat(JsonWriter.write(unowned)).doesNotContain("declared_in");
        assertThat(integrations.items("items"))
                .extracting(one -> one.text("declared_in").orElseThrow())
                .containsExactlyInAnyOrder("", "-", "-", "-");
        assertThat(integrations.items("items"))
                .filteredOn(one -> id(one).equals(byHand))
                .extracting(one -> one.text("declared_in").orElseThrow())
                .containsExactly("");
        assertThat(List.of(
                        notifications.items("items").getFirst(),
                        notification,
                        syncs.items("items").getFirst(),
                        sync))
                .extracting(one -> one.text("declared_in").orElse("none"))
                .containsOnly("-");
        assertThat(List.of(integrations, notifications, syncs, sync))
                .extracting(one -> JsonWriter.write(one.items("display_headers").getLast()))
                .containsOnly("[\"declared_in\",\"Declared In\"]");
    }

    private Json listed(String what) {
        return asOperator("GET", "/v1/organizations/%s/%s".formatted(key, what), "")
                .json();
    }

    private static String id(Json item) {
        return item.text("opaque_id").orElseThrow();
    }

    @Test
    void differences_are_shown_without_secrets_and_applied() {
        apply(everything());
        String changed = everything()
                .replace("name: Everything", "name: Otherwise")
                .replace("schedule: 6h", "schedule: never")
                .replace(RunningHost.SECRET + "x", "whsec_another")
                .replace("events: [created]", "events: [created, deleted]")
                .replace("where status", "where amount > 5 and status")
                .replace("page-size: 500", "page-size: 700")
                .replace(": admin", ": {role: admin}");

        Answer planned = plan(changed);
        Answer applied = apply(changed);
        Answer again = plan(changed);

        assertThat(message(planned))
                .contains(
                        "~ organization " + key,
                        "name: Everything %1$s -> Otherwise %1$s".formatted(key),
                        "settings.webhook_secret: (secret, changed)",
                        "schedule: PT6H -> never",
                        "page-size: 500 -> 700",
                        "0 to create, 5 to change, 0 to delete.")
                .doesNotContain("whsec_");
        assertThat(applied.json().items("failures")).isEmpty();
        assertThat(kinds(again)).isEmpty();
    }

    @Test
    void what_no_file_has_any_more_stays_unless_it_is_pruned() {
        apply(everything());
        String less = everything().replaceAll("(?s)notifications:.*?http-syncs:", "http-syncs:");

        Answer kept = apply(less);
        Answer stays = plan(less);
        Answer pruned = applyPruning(less);
        Answer again = plan(less);

        assertThat(count(kept, "keep")).isEqualTo(1);
        assertThat(message(stays)).contains("= notification hook", "--prune");
        assertThat(count(pruned, "delete")).isEqualTo(1);
        assertThat(kinds(again)).isEmpty();
    }

    @Test
    void pruning_deletes_nothing_that_was_there_before_a_file_had_it() {
        apply("organization: {key: %s, name: Adopting}\n".formatted(key));
        String id = host.integrate(key, "stripe_charge_v1").getFirst().id();
        String adopting = """
                organization: {key: %s, name: Adopting}
                integrations:
                  mine: {service: stripe_charge_v1, id: %s}
                """.formatted(key, id);

        Answer adopted = apply(adopting);
        Answer pruned = applyPruning("organization: {key: %s, name: Adopting}\n".formatted(key));

        assertThat(count(adopted, "create")).isZero();
        assertThat(count(pruned, "delete")).isZero();
        assertThat(count(pruned, "keep")).isEqualTo(1);
        assertThat(host.operator("GET", "/organizations/%s/integrations".formatted(key), "")
                        .json()
                        .items("items"))
                .hasSize(1);
    }

    @Test
    void an_endpoint_gets_more_services_another_table_and_loses_a_setting() {
        Answer first = apply("""
                organization: {key: %s, name: Growing}
                integrations:
                  stripe:
                    services: [stripe_charge_v1]
                    settings: {webhook_secret: %s, api_url: "http://127.0.0.1:9", backfill_key: rk_test_x}
                """.formatted(key, RunningHost.SECRET));
        String more = """
                organization: {key: %s, name: Growing}
                integrations:
                  stripe:
                    services: [stripe_charge_v1, stripe_customer_v1]
                    tables: {stripe_charge_v1: charges}
                    settings: {webhook_secret: %s, backfill_key: rk_test_y}
                """.formatted(key, RunningHost.SECRET);

        Answer applied = apply(more);
        Answer again = plan(more);

        assertThat(message(first)).endsWith("This was done.");
        assertThat(applied.json().items("failures")).isEmpty();
        assertThat(message(applied)).contains("settings.api_url: http://127.0.0.1:9 -> (nothing)");
        assertThat(kinds(again)).isEmpty();
        assertThat(host.sql(key, "select count(*) from charges")).containsExactly("0");
    }

    @Test
    void everything_that_is_wrong_is_said_and_nothing_is_applied() {
        Answer refused = apply("""
                organization: {key: %s, name: Wrong}
                members: {jo@example.com: boss}
                integrations:
                  charges: {service: stripe_chargee_v1}
                  open: {service: stripe_charge_v1}
                notifications:
                  hook: {url: "http://10.1.2.3/x", integration: nothing}
                """.formatted(key));
        Answer semantic = plan("""
                organization: {key: %s, name: Wrong}
                integrations:
                  charges: {service: stripe_chargee_v1}
                  open: {service: stripe_charge_v1, settings: {webhok_secret: whsec_x}}
                notifications:
                  hook: {url: "http://10.1.2.3/x"}
                  about: {url: "%s", integration: nothing}
                """.formatted(key, receiver.url()));

        assertThat(refused.status()).isEqualTo(422);
        assertThat(message(refused)).contains("-:2:");
        assertThat(semantic.status()).isEqualTo(422);
        assertThat(semantic.json().at("error").items("mistakes")).hasSize(4);
        assertThat(message(semantic))
                .contains(
                        "-:3: integrations.charges",
                        "Did you mean stripe_charge_v1",
                        "-:4: integrations.open.settings.webhok_secret: There is no setting",
                        "webhook_secret",
                        "-:6: notifications.hook",
                        "-:7: notifications.about.integration");
        assertThat(names()).doesNotContain("Wrong");
    }

    @Test
    void a_failure_leaves_other_organizations_alone_and_the_next_time_goes_on() {
        receiver.close();
        String good = "organization: {key: %s_b, name: Good %s}\n".formatted(key, key);
        String document = """
                organization: {key: %s, name: Failing %s}
                integrations:
                  charges: {service: stripe_charge_v1, settings: {webhook_secret: %s}}
                http-syncs:
                  pages: {integration: charges, url: "http://u:p@127.0.0.1:9/x"}
                tokens:
                  last: {sha256: %s, role: viewer}
                ---
                %s""".formatted(key, key, RunningHost.SECRET, sha256(key), good);

        Answer failed = apply(document);
        Answer left = plan(document);

        assertThat(failed.status()).isEqualTo(200);
        assertThat(failed.json().items("failures"))
                .extracting(one -> one.text("key").orElse(""))
                .containsExactly("http-syncs.pages");
        assertThat(names()).contains("Good " + key, "Failing " + key);
        assertThat(kinds(left)).containsExactly("http_sync", "token");
    }

    @Test
    void a_secret_that_is_stored_stays_and_is_missing_elsewhere() {
        String stored = """
                organization: {key: %s, name: Stored}
                integrations:
                  charges: {service: stripe_charge_v1, settings: {webhook_secret: "${env:MISSING|stored}"}}
                """.formatted(key);

        Answer elsewhere = apply(stored);
        apply(stored.replace("${env:MISSING|stored}", RunningHost.SECRET));
        Answer here = plan(stored);

        assertThat(elsewhere.status()).isEqualTo(422);
        assertThat(message(elsewhere)).contains("nothing is stored as settings.webhook_secret yet");
        assertThat(kinds(here)).isEmpty();
    }

    @Test
    void an_integration_that_was_sealed_with_a_lost_key_is_named_until_its_secret_is_given_anew(@TempDir Path lost) {
        String stored = """
                organization: {key: %s, name: Sealed}
                integrations:
                  charges: {service: stripe_charge_v1, settings: {webhook_secret: "${env:MISSING|stored}"}}
                  people: {service: stripe_customer_v1, settings: {webhook_secret: "${env:MISSING|stored}"}}
                """.formatted(key);
        String given = stored.replace("${env:MISSING|stored}", RunningHost.SECRET);
        apply(given);
        sealWithAnotherKey("stripe_charge_v1", lost);
        String renamed = stored.replace("name: Sealed", "name: Renamed");
        String sentence =
                "The integration 'charges' cannot be read: there is no key any more for its settings.webhook_secret.";

        Answer planned = plan(renamed);
        Answer applied = apply(renamed);
        Answer exported = host.operator("GET", "/config/export?organization=" + key, "");
        Answer repairing = apply(given.replace("name: Sealed", "name: Renamed"));
        Answer again = plan(renamed);

        assertThat(message(planned)).contains("-:3: integrations.charges: " + sentence, "write another value");
        assertThat(kinds(planned)).containsExactly("organization");
        assertThat(kinds(applied)).containsExactly("organization");
        assertThat(applied.json().items("failures"))
                .extracting(one -> one.text("key").orElse(""))
                .containsExactly("integrations.charges");
        assertThat(exported.json().text("yaml").orElseThrow())
                .startsWith("# " + sentence)
                .contains("CHARGES_WEBHOOK_SECRET|stored}", "PEOPLE_WEBHOOK_SECRET|stored}");
        assertThat(message(repairing)).contains("~ integration charges", "settings.webhook_secret: (secret, changed)");
        assertThat(repairing.json().items("failures")).isEmpty();
        assertThat(message(again)).isEqualTo("Everything is as the files say.");
    }

    private void sealWithAnotherKey(String service, Path directory) {
        byte[] sealed = Vault.open(directory.resolve("encryption-key.json")).seal(RunningHost.SECRET);
        List<String> names = host.platform("""
                update setting set sealed_value = decode('%s', 'hex')
                where endpoint_id in (select endpoint_id from integration join organization on organization.id = organization_id
                                      where organization.key = '%s' and service_name = '%s') returning name""".formatted(HexFormat.of().formatHex(sealed), key, service));
        assertThat(names).containsExactly("webhook_secret");
    }

    @Test
    void what_files_own_is_changed_by_hand_only_by_force() {
        apply(everything());
        String path = "/v1/organizations/%s/saved_views/delete".formatted(key);
        String body = "{\"name\": \"paid\"}";

        Answer refused = asOperator("POST", path, body);
        Answer renaming = asOperator("POST", "/v1/organizations/%s/rename".formatted(key), "{\"name\": \"By hand\"}");
        Answer forced = host.call(
                "POST",
                path,
                body.getBytes(UTF_8),
                Map.of("Authorization", "Bearer " + host.operatorToken(), "Webhookdb-Force", "true"));
        Answer restoring = plan(everything());

        assertThat(refused.status()).isEqualTo(409);
        assertThat(message(refused)).contains("- says what this view (paid) is", "--force");
        assertThat(renaming.status()).isEqualTo(409);
        assertThat(forced.status()).isEqualTo(200);
        assertThat(kinds(restoring)).containsExactly("view");
    }

    @Test
    void a_seed_makes_the_same_urls_on_every_installation(@TempDir Path other) {
        String seeded = """
                organization: {key: seeded, name: Seeded, seed: not-to-be-guessed}
                integrations:
                  stripe: {services: [stripe_charge_v1, stripe_customer_v1], settings: {webhook_secret: %s}}
                """.formatted(RunningHost.SECRET);
        apply(seeded);
        List<String> here = ids(host);

        try (RunningHost fresh = RunningHost.start(other, Map.of())) {
            fresh.operator("POST", APPLY, body(seeded, false));
            assertThat(ids(fresh)).hasSize(2).isEqualTo(here);
        }
    }

    @Test
    void two_hosts_that_apply_the_same_files_make_everything_once(@TempDir Path first, @TempDir Path second)
            throws IOException {
        var address = TestPostgres.platformAddress();
        String document = """
                organization: {key: twice, name: Twice}
                integrations:
                  charges: {service: stripe_charge_v1, settings: {webhook_secret: %s}}
                """.formatted(RunningHost.SECRET);
        try (RunningHost one = RunningHost.start(first, address, Map.of())) {
            Files.copy(
                    first.resolve("data").resolve("encryption-key.json"),
                    Files.createDirectories(second.resolve("data")).resolve("encryption-key.json"));
            try (RunningHost two = RunningHost.start(second, address, Map.of())) {
                var left = CompletableFuture.supplyAsync(() -> one.operator("POST", APPLY, body(document, false)));
                var right = CompletableFuture.supplyAsync(() -> two.operator("POST", APPLY, body(document, false)));

                assertThat(count(left.join(), "create") + count(right.join(), "create"))
                        .isEqualTo(2);
                assertThat(one.platform("select count(*)::text from integration"))
                        .containsExactly("1");
            }
        }
    }

    private static List<String> ids(RunningHost where) {
        return where.operator("GET", "/organizations/seeded/integrations", "").json().items("items").stream()
                .map(one -> one.text("opaque_id").orElseThrow())
                .toList();
    }

    /** One of each kind that needs no other server. */
    private String everything() {
        return """
                organization: {key: %1$s, name: Everything %1$s}
                members:
                  jo-%1$s@example.com: admin
                integrations:
                  charges:
                    service: stripe_charge_v1
                    table: charges
                    schedule: 6h
                    settings: {webhook_secret: %2$sx}
                  people: {services: [stripe_customer_v1, stripe_refund_v1], settings: {webhook_secret: %2$s}}
                views:
                  paid: select * from charges where status = 'succeeded'
                queries:
                  how-many: {sql: select count(*) from charges, public: true}
                notifications:
                  hook: {url: "%3$s", integration: charges, events: [created], columns: [status], where: amount > 1}
                http-syncs:
                  pages:
                    integration: people/stripe_customer_v1
                    url: "%4$s"
                    every: 30s
                    page-size: 500
                error-handlers:
                  alerts: "%3$s"
                tokens:
                  deploy: {sha256: %5$s, role: viewer}
                """.formatted(
                        key,
                        RunningHost.SECRET,
                        receiver.url(),
                        receiver.url().replace("http://", "http://user:p%40ss@"),
                        sha256(TOKEN + key));
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Answer asOperator(String method, String path, String body) {
        return host.call(method, path, body.getBytes(UTF_8), Map.of("Authorization", "Bearer " + host.operatorToken()));
    }

    private static Answer plan(String yaml) {
        return host.operator("POST", PLAN, body(yaml, false));
    }

    private static Answer apply(String yaml) {
        return host.operator("POST", APPLY, body(yaml, false));
    }

    private static Answer applyPruning(String yaml) {
        return host.operator("POST", APPLY, body(yaml, true));
    }

    private static String body(String yaml, boolean prune) {
        return JsonWriter.write(new Json.Obj(Map.of(
                "documents",
                new Json.Arr(List.of(new Json.Obj(Map.of("name", new Json.Str("-"), "yaml", new Json.Str(yaml))))),
                "prune",
                new Json.Bool(prune))));
    }

    private static List<String> names() {
        return host.operator("GET", "/organizations", "").json().items("items").stream()
                .map(one -> one.text("name").orElseThrow())
                .toList();
    }

    private static List<String> kinds(Answer answer) {
        return answer.json().items("changes").stream()
                .map(one -> one.text("kind").orElseThrow())
                .toList();
    }

    private static int count(Answer answer, String action) {
        return answer.json().number(action).map(BigDecimal::intValueExact).orElse(-1);
    }

    private static String message(Answer answer) {
        return answer.json()
                .text("message")
                .or(() -> answer.json().at("error").text("message"))
                .orElse("");
    }
}
