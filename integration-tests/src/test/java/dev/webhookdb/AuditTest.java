package dev.webhookdb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.OpenApi.Operation;
import dev.webhookdb.RunningHost.Answer;
import dev.webhookdb.RunningHost.Made;
import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.json.JsonWriter;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.spi.Json;
import dev.webhookdb.tenancy.BroughtDatabase;
import dev.webhookdb.testkit.simulator.Fault;
import dev.webhookdb.testkit.simulator.StripeApi;
import dev.webhookdb.testkit.simulator.StripeSimulator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who changed what, and from where, is written down for every operation of the OpenAPI document that changes something. */
class AuditTest {
    private static final String KEY = "rk_test_audit";
    private static final String ORGANIZATION = "owner_org";
    private static final String NOTIFIED = "http://127.0.0.1:9/notified";

    /** What is written down, the same whether a member or the operator does it. */
    private static final Map<String, String> ACTIONS = Map.ofEntries(
            entry("renameOwnAccount", "change own name"),
            entry("deleteOwnAccount", "delete own account"),
            entry("createOrganization", "create organization"),
            entry("createOrganizationAsOperator", "create organization"),
            entry("joinOrganization", "join"),
            entry("inviteMember", "invite"),
            entry("removeMember", "remove member"),
            entry("changeRoles", "change role"),
            entry("updateOrganization", "update billing_email"),
            entry("renameOrganization", "update name"),
            entry("closeOrganization", "close organization"),
            entry("reopenOrganization", "reopen organization"),
            entry("createToken", "create token"),
            entry("revokeToken", "revoke token"),
            entry("createIntegration", "create integration"),
            entry("createIntegrationToo", "create integration"),
            entry("createIntegrationsAsOperator", "create integration"),
            entry("answerQuestion", "supply setting"),
            entry("supplySettingsAsOperator", "supply setting"),
            entry("rollKey", "roll key"),
            entry("rotateSecret", "rotate secret"),
            entry("eraseRow", "erase row"),
            entry("renameTable", "rename table"),
            entry("deleteIntegration", "delete integration"),
            entry("backfill", "begin backfill"),
            entry("beginBackfill", "begin backfill"),
            entry("beginBackfillAsOperator", "begin backfill"),
            entry("cancelBackfill", "cancel backfill"),
            entry("cancelBackfillAsOperator", "cancel backfill"),
            entry("scheduleBackfill", "schedule backfill"),
            entry("scheduleBackfillAsOperator", "schedule backfill"),
            entry("beginComparison", "begin comparison"),
            entry("cancelComparison", "cancel comparison"),
            entry("replay", "replay webhooks"),
            entry("replayAsOperator", "replay webhooks"),
            entry("rollCredentials", "roll credentials"),
            entry("migrateDatabase", "migrate database"),
            entry("cancelMigration", "cancel database migration"),
            entry("moveOrganization", "move organization"),
            entry("createSavedQuery", "create saved query"),
            entry("updateSavedQuery", "change saved query"),
            entry("deleteSavedQuery", "delete saved query"),
            entry("createSavedView", "create or replace saved view"),
            entry("deleteSavedView", "delete saved view"),
            entry("createErrorHandler", "create error handler"),
            entry("deleteErrorHandler", "delete error handler"),
            entry("createNotification", "create notification"),
            entry("createWebhookEndpoint", "create notification"),
            entry("updateNotification", "update notification"),
            entry("updateWebhookEndpoint", "update notification"),
            entry("pauseNotification", "pause notification"),
            entry("resumeNotification", "resume notification"),
            entry("rotateNotificationSecret", "rotate notification secret"),
            entry("rotateWebhookEndpointSecret", "rotate notification secret"),
            entry("deleteNotification", "delete notification"),
            entry("deleteWebhookEndpoint", "delete notification"),
            entry("createHttpSync", "create http sync"),
            entry("updateHttpSync", "update http sync"),
            entry("updateHttpSyncCredentials", "update http sync credentials"),
            entry("triggerHttpSync", "trigger http sync"),
            entry("pauseHttpSync", "pause http sync"),
            entry("resumeHttpSync", "resume http sync"),
            entry("deleteHttpSync", "delete http sync"),
            entry("createDatabaseSync", "create db sync"),
            entry("updateDatabaseSync", "update db sync"),
            entry("updateDatabaseSyncCredentials", "update db sync credentials"),
            entry("triggerDatabaseSync", "trigger db sync"),
            entry("pauseDatabaseSync", "pause db sync"),
            entry("resumeDatabaseSync", "resume db sync"),
            entry("deleteDatabaseSync", "delete db sync"),
            entry("applyConfiguration", "create organization"));

    /** They ask, show or refuse. */
    private static final ServerAddress WAREHOUSE = TestPostgres.freshAddress();

    private static final ServerAddress HERE = ServerAddress.parse(serverUrl(TestPostgres.server()));

    /** The same server under another name, to which organizations can move. */
    private static final ServerAddress ALSO_HERE = ServerAddress.of(
            HERE.host().equals("localhost") ? "127.0.0.1" : "localhost",
            HERE.port(),
            HERE.database(),
            HERE.username(),
            HERE.password());

    private static final AtomicInteger copies = new AtomicInteger();

    private static final Set<String> CHANGE_NOTHING = Set.of(
            "checkIntegration",
            "setUpIntegration",
            "resetIntegration",
            "resetBackfill",
            "showIntegration",
            "describeSavedQuery",
            "runSql",
            "cancelSql",
            "foreignData",
            "openPortal",
            "testNotification",
            "testWebhookEndpoint",
            "planConfiguration");

    /** They change sessions, rows and deliveries, which no organization's settings are. */
    private static final Set<String> CHANGE_NO_ORGANIZATION = Set.of(
            "logIn",
            "logInWithCode",
            "logOut",
            "pushResource",
            "retryNotificationDelivery",
            "retryNotification",
            "replayNotification",
            "retryDelivery",
            "retryDeliveries",
            "replayEvents",
            "receivePost",
            "receivePut",
            "receivePatch",
            "receiveDelete");

    @TempDir
    private static Path directory;

    private static RunningHost host;
    private static BroughtDatabase brought;
    private static StripeApi api;
    private static Receiver receiver;
    private static Person owner;
    private static Made made;
    private static int names;

    @BeforeAll
    static void start() {
        brought = new BroughtDatabase();
        receiver = new Receiver();
        api = StripeApi.serving(StripeSimulator.seeded(3), KEY);
        // so that a backfill is under way for as long as it has to be
        api.faults().always(Fault.tooManyRequests(Duration.ofHours(1)));
        host = RunningHost.start(
                directory,
                Map.of(
                        "WEBHOOKDB_OUTBOUND_ALLOW",
                        "127.0.0.0/8," + BroughtDatabase.allowed(),
                        "WEBHOOKDB_DATABASE_SERVERS",
                        String.join(",", serverUrl(HERE), serverUrl(ALSO_HERE))));
        owner = Person.loggedIn(host, "owner@example.com");
        made = integrate();
    }

    @AfterAll
    static void stop() {
        host.close();
        api.close();
        receiver.close();
        brought.close();
    }

    @ParameterizedTest
    @MethodSource("changing")
    void what_an_operation_changed_is_written_down_with_who_did_it_and_from_where(Operation operation) {
        Request request = request(operation);
        String before = newest();

        Answer answer = called(request);

        assertThat(answer.status()).as(JsonWriter.write(answer.json())).isLessThan(300);
        assertThat(host.platform(
                        "select email, address, action from audit where id > %s and subject <> ''".formatted(before)))
                .containsExactly(
                        "%s|127.0.0.1|%s".formatted(request.name(), ACTIONS.getOrDefault(operation.id(), "nothing")));
    }

    @Test
    void nothing_is_said_here_of_operations_that_do_not_exist() {
        assertThat(OpenApi.of(host).operations()).extracting(Operation::id).containsAll(CHANGE_NOTHING);
        assertThat(OpenApi.of(host).operations()).extracting(Operation::id).containsAll(CHANGE_NO_ORGANIZATION);
        assertThat(changing()).extracting(Operation::id).containsExactlyInAnyOrderElementsOf(ACTIONS.keySet());
    }

    private static List<Operation> changing() {
        return OpenApi.of(host).operations().stream()
                .filter(operation -> !operation.method().equals("GET"))
                .filter(operation -> !CHANGE_NOTHING.contains(operation.id()))
                .filter(operation -> !CHANGE_NO_ORGANIZATION.contains(operation.id()))
                .toList();
    }

    /**
     * A request that changes something.
     *
     * @param name of who sends it, in the audit log
     */
    private record Request(String token, String name, String method, String path, String body) {}

    /** Prepares what an operation needs, and returns the request. */
    private static Request request(Operation operation) {
        return switch (operation.id()) {
            case "renameOwnAccount" -> by(newcomer(), operation.path(), json("name", "Ann Lee"));
            case "deleteOwnAccount" -> {
                Person leaving = newcomer();
                leaving.admit(newcomer(), "admin");
                yield by(leaving, operation.path(), json("confirm", leaving.email()));
            }
            case "createOrganization", "createOrganizationAsOperator" -> of(operation, json("name", name("Audited")));
            case "joinOrganization" -> {
                Person guest = newcomer();
                yield by(guest, operation.path(), json("invitation_code", invitation(guest.email())));
            }
            case "inviteMember" -> of(operation, json("email", name("guest") + "@example.com"));
            case "removeMember" -> of(operation, json("email", member().email()));
            case "changeRoles" -> of(operation, json("emails", member().email(), "role_name", "viewer"));
            case "updateOrganization" -> of(operation, json("field", "billing_email", "value", "bill@example.com"));
            case "renameOrganization" -> of(operation, json("name", "Another Name"));
            case "closeOrganization" -> {
                Person leaving = newcomer();
                yield by(leaving, own(operation.path(), leaving), "{}");
            }
            case "reopenOrganization" -> {
                Person returning = newcomer();
                returning.post(returning.own("/close"), Map.of());
                yield by(returning, own(operation.path(), returning), "{}");
            }
            case "createToken" -> of(operation, json("name", name("token"), "role", "viewer"));
            case "revokeToken" -> {
                String token = name("token");
                owner.post(owner.own("/tokens/create"), Map.of("name", token, "role", "viewer"));
                yield with(operation, "token", token, "{}");
            }
            case "createIntegration" -> of(operation, json("service_name", "stripe_charge_v1", "guard_confirm", "y"));
            // another service: the one of before is unfinished, and would be gone on with
            case "createIntegrationToo" ->
                of(operation, json("service_name", "stripe_customer_v1", "guard_confirm", "y"));
            case "createIntegrationsAsOperator" -> of(operation, """
                    {"services":["stripe_charge_v1"],"settings":{"webhook_secret":"whsec_1"}}""");
            case "answerQuestion" -> of(operation, json("value", "whsec_2"));
            case "eraseRow" -> {
                Made made = integrate();
                host.send(made.id(), StripeEvents.charge("ch_erased", "succeeded", 1_700_000_000, "evt_erased"));
                await().until(() -> owner.ids(made).contains("ch_erased"));
                yield with(operation, "sint", made.id(), json("key", "ch_erased", "guard_confirm", "y"));
            }
            case "rotateSecret" -> of(operation, json("secret", name("whsec_")));
            case "supplySettingsAsOperator" -> of(operation, "{\"settings\":{\"webhook_secret\":\"whsec_3\"}}");
            case "renameTable" -> of(operation, json("new_name", name("renamed")));
            case "deleteIntegration" -> {
                Made unwanted = integrate();
                yield with(operation, "sint", unwanted.id(), json("confirm", unwanted.table()));
            }
            case "rollKey",
                    "replay",
                    "replayAsOperator",
                    "backfill",
                    "beginBackfill",
                    "beginBackfillAsOperator",
                    "beginComparison" -> of(operation, "{}");
            case "cancelComparison" -> {
                Made compared = integrate();
                owner.post(owner.own("/service_integrations/%s/comparison/job".formatted(compared.id())), Map.of());
                yield with(operation, "sint", compared.id(), "{}");
            }
            case "cancelBackfill" -> with(operation, "sint", integrate().id(), "{}");
            case "cancelBackfillAsOperator" -> with(operation, "id", integrate().id(), "{}");
            case "scheduleBackfill", "scheduleBackfillAsOperator" -> of(operation, json("every", "P1D"));
            case "rollCredentials" -> of(operation, json("guard_confirm", "y"));
            case "migrateDatabase" -> {
                Person moving = newcomer();
                yield by(
                        moving,
                        own(operation.path(), moving),
                        json("admin_url", brought.ownerUrl(), "readonly_url", brought.readerUrl()));
            }
            case "cancelMigration" -> {
                Person moving = newcomer();
                moveElsewhere(moving);
                yield by(moving, own(operation.path(), moving), "{}");
            }
            case "moveOrganization" -> {
                Person moving = newcomer();
                String key = host.platform("select key from organization where id = " + moving.organization())
                        .getFirst();
                boolean isHere = host.platform("select server from organization_database where organization_id = "
                                + moving.organization())
                        .contains(HERE.name());
                yield new Request(
                        host.operatorToken(),
                        "operator",
                        operation.method(),
                        operation.path().replace("{key}", key),
                        json("server", (isHere ? ALSO_HERE : HERE).name()));
            }
            case "createSavedQuery" -> of(operation, json("description", "one", "sql", "select 1"));
            case "updateSavedQuery" ->
                with(operation, "id", savedQuery(), json("field", "description", "value", "two"));
            case "deleteSavedQuery" -> with(operation, "id", savedQuery(), "{}");
            case "createSavedView" -> of(operation, json("name", name("seen"), "sql", "select 1 as one"));
            case "deleteSavedView" -> {
                String view = name("unseen");
                owner.post(owner.own("/saved_views/create_or_replace"), Map.of("name", view, "sql", "select 1 as one"));
                yield of(operation, json("name", view));
            }
            case "createErrorHandler" -> of(operation, json("url", "https://errors.example.com/alerts"));
            case "deleteErrorHandler" -> {
                Answer created = owner.post(
                        owner.own("/error_handlers/create"), Map.of("url", "https://errors.example.com/others"));
                yield with(operation, "handler", created.json().text("id").orElseThrow(), "{}");
            }
            case "createNotification" ->
                of(operation, json("organization_wide", "true", "webhook_secret", "secret", "url", NOTIFIED));
            case "updateNotification" -> with(operation, "id", notification(), json("events", "deleted"));
            case "pauseNotification", "resumeNotification", "rotateNotificationSecret", "deleteNotification" ->
                with(operation, "id", notification(), "{}");
            case "createWebhookEndpoint" ->
                of(operation, "{\"url\":\"%s\",\"events\":[\"user.*\"]}".formatted(NOTIFIED));
            case "updateWebhookEndpoint" -> with(operation, "id", notification(), "{\"events\":[\"team.*\"]}");
            case "rotateWebhookEndpointSecret", "deleteWebhookEndpoint" -> with(operation, "id", notification(), "{}");
            case "createHttpSync" -> of(operation, sync("", endpoint()));
            case "updateHttpSync" -> with(operation, "id", httpSync(), json("page_size", "10"));
            case "updateHttpSyncCredentials" ->
                with(operation, "id", httpSync(), json("user", "other", "password", "word"));
            case "triggerHttpSync", "pauseHttpSync", "resumeHttpSync" -> with(operation, "id", httpSync(), "{}");
            case "deleteHttpSync" -> with(operation, "id", httpSync(), json("confirm", table()));
            case "createDatabaseSync" -> of(operation, sync("made_alone", url(WAREHOUSE)));
            case "updateDatabaseSync" -> with(operation, "id", databaseSync(), json("page_size", "10"));
            case "updateDatabaseSyncCredentials" ->
                with(
                        operation,
                        "id",
                        databaseSync(),
                        json(
                                "user",
                                WAREHOUSE.username(),
                                "password",
                                WAREHOUSE.password().reveal()));
            case "triggerDatabaseSync", "pauseDatabaseSync", "resumeDatabaseSync" ->
                with(operation, "id", databaseSync(), "{}");
            case "deleteDatabaseSync" -> with(operation, "id", databaseSync(), json("confirm", table()));
            case "applyConfiguration" -> {
                String document = "organization: {name: %s}".formatted(name("Declared"));
                yield of(operation, "{\"documents\":[{\"yaml\":\"%s\"}]}".formatted(document));
            }
            default ->
                throw new AssertionError("Say here what makes %s change something, and what the audit log says of it."
                        .formatted(operation.id()));
        };
    }

    private static Request of(Operation operation, String body) {
        return by(operation, own(operation.path(), owner), body);
    }

    private static Request with(Operation operation, String part, String value, String body) {
        return by(operation, own(operation.path().replace("{%s}".formatted(part), value), owner), body);
    }

    private static Request by(Operation operation, String path, String body) {
        return operation.role().equals("operator")
                ? new Request(host.operatorToken(), "operator", operation.method(), path, body)
                : new Request(owner.token(), owner.email(), operation.method(), path, body);
    }

    private static Request by(Person person, String path, String body) {
        return new Request(person.token(), person.email(), "POST", path, body);
    }

    /** A path of the document in somebody's organization, about the integration that there is. */
    private static String own(String path, Person person) {
        return path.replace("{org}", person.organization())
                .replace("{key}", ORGANIZATION)
                .replace("{sint}", made.id())
                .replace("{id}", made.id())
                .replace("{field}", "webhook_secret");
    }

    private static String settings() {
        return """
                {"webhook_secret":"%s","backfill_key":"%s","api_url":"%s"}""".formatted(RunningHost.SECRET, KEY, api.url());
    }

    /** An integration with a backfill under way. */
    private static Made integrate() {
        return host.integrateWith(ORGANIZATION, settings(), "stripe_charge_v1").getFirst();
    }

    private static String notification() {
        return owner.post(
                        owner.own("/webhook_subscriptions/create"),
                        Map.of("organization_wide", "true", "webhook_secret", "secret", "url", NOTIFIED))
                .json()
                .text("opaque_id")
                .orElseThrow();
    }

    private static String httpSync() {
        return made("http", sync("", endpoint()));
    }

    /** To a table that no other one writes. */
    private static String databaseSync() {
        return made("db", sync("copy" + copies.incrementAndGet(), url(WAREHOUSE)));
    }

    private static String sync(String table, String url) {
        return json(
                "service_integration_identifier",
                made.id(),
                "connection_url",
                url,
                "period_seconds",
                "60",
                "table",
                table);
    }

    /** It may have been renamed. */
    private static String table() {
        return host.platform("select table_name from integration where opaque_id = '%s'".formatted(made.id()))
                .getFirst();
    }

    private static String made(String kind, String sync) {
        return host.call(
                        "POST",
                        owner.own("/sync_targets/%s/create".formatted(kind)),
                        sync.getBytes(UTF_8),
                        Map.of("Whdb-Auth-Token", owner.token()))
                .json()
                .text("id")
                .orElseThrow();
    }

    private static String url(ServerAddress database) {
        return "postgres://%s:%s@%s:%d/%s"
                .formatted(
                        database.username(),
                        database.password().reveal(),
                        database.host(),
                        database.port(),
                        database.database());
    }

    /** Of somebody who takes whatever is sent. */
    private static String endpoint() {
        return receiver.url().replace("http://", "http://user:password@");
    }

    private static String savedQuery() {
        return owner.post(owner.own("/saved_queries/create"), Map.of("description", "one", "sql", "select 1"))
                .json()
                .text("id")
                .orElseThrow();
    }

    private static String serverUrl(ServerAddress server) {
        return "postgresql://%s:%s@%s:%d/%s"
                .formatted(
                        server.username(), server.password().reveal(), server.host(), server.port(), server.database());
    }

    /** Lets another host, which there is not, work on a move of somebody's organization. */
    private static void moveElsewhere(Person person) {
        host.administerPlatform("""
                insert into database_migration (organization_id, source, destination, author, state, claimed_by, due_at)
                values (%s, '', '', '', 'in_progress', gen_random_uuid(), clock_timestamp() + interval '1 hour')""".formatted(person.organization()));
    }

    private static Person newcomer() {
        return Person.loggedIn(host, name("newcomer") + "@example.com");
    }

    private static Person member() {
        Person member = newcomer();
        owner.admit(member, "member");
        return member;
    }

    private static String invitation(String email) {
        owner.post(owner.own("/invite"), Map.of("email", email));
        return host.platform("select code from invitation where email = '%s'".formatted(email))
                .getFirst();
    }

    private static String name(String beginning) {
        return beginning + ++names;
    }

    private static String json(String... namesAndValues) {
        Map<String, Json> fields = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.put(namesAndValues[i], new Json.Str(namesAndValues[i + 1]));
        }
        return JsonWriter.write(new Json.Obj(fields));
    }

    private static String newest() {
        return host.platform("select coalesce(max(id), 0) from audit").getFirst();
    }

    private static Answer called(Request request) {
        return host.call(
                request.method(),
                request.path().startsWith("/v1/webhooks")
                        ? request.path() + "?organization=" + owner.organization()
                        : request.path(),
                request.body().getBytes(UTF_8),
                Map.of("Authorization", "Bearer " + request.token()));
    }
}
