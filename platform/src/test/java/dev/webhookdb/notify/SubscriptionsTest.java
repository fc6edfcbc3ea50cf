package dev.webhookdb.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.webhookdb.account.Actor;
import dev.webhookdb.account.Audit;
import dev.webhookdb.account.Organization;
import dev.webhookdb.account.Organizations;
import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.connector.TestConnector;
import dev.webhookdb.crypto.ReversingSealer;
import dev.webhookdb.integration.ColumnFiller;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Integrations;
import dev.webhookdb.integration.Tables;
import dev.webhookdb.notify.Subscription.Filter;
import dev.webhookdb.notify.Subscription.Manner;
import dev.webhookdb.notify.Subscription.Payload;
import dev.webhookdb.notify.Subscription.Status;
import dev.webhookdb.notify.SubscriptionException.Field;
import dev.webhookdb.notify.Subscriptions.Terms;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.platform.PlatformDatabase;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.reader.QueryException;
import dev.webhookdb.tenancy.OrganizationDatabases;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubscriptionsTest {
    private static final Actor ACTOR = new Actor.Operator("192.0.2.1");
    private static final String URL = "https://example.com/hooks";
    private static final List<String> ROWS = List.of("created", "updated", "deleted");
    private static final String SECRET = "a secret that is long enough";

    @TempDir
    private static Path directory;

    private static PlatformDatabase platform;
    private static OrganizationDatabases databases;
    private static ConnectorRegistry connectors;
    private static Integrations integrations;
    private static Organizations organizations;
    private static Integration integration;
    private static int names;

    private final List<Long> aligned = new CopyOnWriteArrayList<>();
    private final List<String> conditions = new CopyOnWriteArrayList<>();
    private Optional<RuntimeException> alignFails = Optional.empty();
    private Organization organization;
    private Subscriptions subscriptions;

    @BeforeAll
    static void open() {
        TestConnector.named("one").resources("""
                        return List.of(
                            Resource.named("one_thing_v1", "Thing").key(text("id")).columns(timestamp("updated"), text("status"))
                                .orderedBy("updated").deletable().webhook(Webhook.of(Fixture::verify, Fixture::read)).build(),
                            Resource.named("one_other_v1", "Other").key(text("id")).columns(timestamp("updated"), text("color"))
                                .orderedBy("updated").webhook(Webhook.of(Fixture::verify, Fixture::read)).build());""").writeTo(directory.resolve("one.jar"));
        platform = TestPostgres.platform();
        databases = new OrganizationDatabases(platform.database(), platform.servers(), new ReversingSealer());
        connectors = ConnectorRegistry.open(directory);
        integrations = new Integrations(
                platform.database(),
                new ReversingSealer(),
                connectors,
                new Tables(databases::open, connectors, new ColumnFiller(new BackgroundTasks())));
        organizations = new Organizations(platform.database(), databases);
        Organization acme = organizations.create("Acme");
        integration = integrations
                .create(acme.id(), List.of("one_thing_v1"), Map.of())
                .getFirst();
    }

    @AfterAll
    static void close() {
        organizations.all().forEach(one -> databases.drop(one.id()));
        databases.close();
        connectors.close();
        platform.close();
    }

    @BeforeEach
    void begin() {
        String key = "org_" + ++names;
        organization = new Organization(TestPostgres.organization(platform, key), key, key);
        subscriptions = new Subscriptions(
                platform.database(),
                new ReversingSealer(),
                integrations,
                new EventTypes(connectors),
                url -> url.getHost().equals("10.0.0.1")
                        ? Optional.of("10.0.0.1 is an internal address.")
                        : Optional.empty(),
                this::check,
                id -> {
                    aligned.add(id);
                    alignFails.ifPresent(failure -> {
                        throw failure;
                    });
                });
    }

    private void check(long organizationId, OptionalLong of, String condition) {
        conditions.add("%d %s %s".formatted(organizationId, of, condition));
        if (condition.startsWith("wrong")) {
            throw new QueryException("column \"wrong\" does not exist\nLINE 1: wrong\n        ^");
        }
    }

    @Test
    void what_was_created_is_found_and_noted_and_its_tables_are_followed() {
        Subscription created = create(ROWS, Optional.of(SECRET));

        assertThat(created.opaqueId()).matches("wh_[0-9a-z]{25}");
        assertThat(created.filter().events()).containsExactly("*.created", "*.updated", "*.deleted");
        assertThat(created.status()).isEqualTo(Status.ACTIVE);
        assertThat(subscriptions.find(organization, created.opaqueId())).contains(created);
        assertThat(subscriptions.of(organization)).containsExactly(created);
        assertThat(audit()).containsExactly("create notification %s to %s".formatted(created.opaqueId(), URL));
        assertThat(aligned).containsExactly(organization.id());
    }

    @Test
    void events_of_an_integration_are_those_of_its_service() {
        Subscription created = subscriptions.create(
                ACTOR, acme(), Optional.of(integration), terms(filter(ROWS), Manner.STANDARD), Optional.empty());

        assertThat(created.filter().events())
                .containsExactly("one_thing_v1.created", "one_thing_v1.updated", "one_thing_v1.deleted");
        assertThat(created.integration()).hasValue(integration.id());
    }

    @Test
    void a_secret_that_nobody_gives_is_made_of_32_random_bytes() {
        Subscription one = create(ROWS, Optional.empty());
        Subscription other = create(ROWS, Optional.empty());

        assertThat(one.endpoint().secret()).matches("whsec_[A-Za-z0-9+/]{43}=");
        assertThat(SigningSecret.bytes(one.endpoint().secret())).hasSize(32);
        assertThat(SigningSecret.standardForm(one.endpoint().secret()))
                .isEqualTo(one.endpoint().secret());
        assertThat(SigningSecret.weakness(one.endpoint().secret())).isEmpty();
        assertThat(other.endpoint().secret()).isNotEqualTo(one.endpoint().secret());
    }

    @Test
    void a_secret_that_somebody_types_is_kept_and_said_to_be_short() {
        Subscription created = create(ROWS, Optional.of("webhook_secret123"));

        assertThat(created.endpoint().secret()).isEqualTo("webhook_secret123");
        assertThat(SigningSecret.standardForm("webhook_secret123")).isEqualTo("whsec_d2ViaG9va19zZWNyZXQxMjM=");
        assertThat(SigningSecret.weakness("webhook_secret123").orElseThrow()).contains("17 bytes");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nonsense|example.com|URL",
                "no host|https:///x|URL",
                "another scheme|ftp://example.com/|URL",
                "a fragment|https://example.com/#x|URL",
                "a port that is none|https://example.com:99999/|URL",
                "internal|https://10.0.0.1/|URL"
            })
    void a_url_that_cannot_be_called_is_refused(String what, String url, Field field) {
        Terms terms = new Terms(url, filter(ROWS), Manner.STANDARD, Status.ACTIVE);

        SubscriptionException refused = refused(terms, Optional.of(SECRET));

        assertThat(refused.field()).as(what).isEqualTo(field);
        assertThat(refused).hasMessageNotContaining("null");
        assertThat(subscriptions.of(organization)).isEmpty();
        assertThat(audit()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nothing",
                "one_thing_v1.renamed",
                "nothing_v1.created",
                "nothing.*",
                "*.renamed",
                "**",
                "user.*.created",
                "User.created",
                "one_thing_v1",
                "user."
            })
    void events_that_there_are_not_are_refused(String event) {
        assertThat(refused(terms(filter(List.of("user.created", event)), Manner.STANDARD), Optional.empty())
                        .field())
                .isEqualTo(Field.EVENTS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "user.*",
                "team.*",
                "team.member.*",
                "*.deleted",
                "one_thing_v1.*",
                "one_other_v1.deleted",
                "endpoint.disabled",
                "updated"
            })
    void events_that_there_are_can_be_named_and_wildcards_used(String event) {
        assertThat(create(List.of(event), Optional.empty()).filter().events()).hasSize(1);
    }

    @Test
    void an_integration_has_events_of_its_own_rows_only() {
        for (String event : List.of("user.created", "one_other_v1.created", "team.*")) {
            SubscriptionException refused = catchThrowableOfType(
                    SubscriptionException.class,
                    () -> subscriptions.create(
                            ACTOR,
                            acme(),
                            Optional.of(integration),
                            terms(filter(List.of(event)), Manner.STANDARD),
                            Optional.empty()));
            assertThat(refused.field()).isEqualTo(Field.EVENTS);
            assertThat(refused).hasMessageContaining("one_thing_v1.created");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "one_thing_v1.*, status, true",
        "one_thing_v1.*, deleted_at, true",
        "one_thing_v1.*, color, false",
        "one_thing_v1.*, id, false",
        "one_thing_v1.*, data, false",
        "one_other_v1.*, deleted_at, false",
        "*.updated, color, true",
        "*.updated, nothing, false",
        "user.*, status, false"
    })
    void columns_must_be_those_of_the_services_that_are_told_of(String event, String column, boolean there) {
        Terms terms = terms(new Filter(List.of(event), List.of(column), Optional.empty(), List.of()), Manner.STANDARD);

        if (there) {
            assertThat(subscriptions
                            .create(ACTOR, organization, Optional.empty(), terms, Optional.empty())
                            .filter()
                            .columns())
                    .containsExactly(column);
        } else {
            assertThat(refused(terms, Optional.empty()).field()).isEqualTo(Field.COLUMNS);
        }
    }

    @Test
    void a_condition_is_checked_before_anything_is_kept() {
        Subscription created = subscriptions.create(
                ACTOR,
                organization,
                Optional.empty(),
                terms(where(" status = 'failed' "), Manner.STANDARD),
                Optional.empty());

        assertThat(created.filter().condition()).contains("status = 'failed'");
        assertThat(conditions).containsExactly("%d OptionalLong.empty status = 'failed'".formatted(organization.id()));
        SubscriptionException refused = refused(terms(where("wrong = 1"), Manner.STANDARD), Optional.empty());
        assertThat(refused.field()).isEqualTo(Field.CONDITION);
        assertThat(refused).hasMessageContaining("        ^");
        assertThat(refused(terms(where("x".repeat(2001)), Manner.STANDARD), Optional.empty())
                        .field())
                .isEqualTo(Field.CONDITION);
    }

    @ParameterizedTest
    @CsvSource({"0, 16, RATE", "10001, 16, RATE", "5, 0, CONCURRENCY", "5, 101, CONCURRENCY"})
    void what_cannot_be_sent_so_fast_is_refused(int rate, int concurrency, Field field) {
        Manner manner = new Manner(Payload.FULL, true, true, true, OptionalInt.of(rate), concurrency);

        assertThat(refused(terms(filter(ROWS), manner), Optional.of(SECRET)).field())
                .isEqualTo(field);
    }

    @Test
    void origins_and_secrets_that_cannot_be_are_refused() {
        Filter origins = new Filter(ROWS, List.of(), Optional.empty(), List.of("webhook", "letter"));
        Manner sent = new Manner(Payload.FULL, false, true, false, OptionalInt.empty(), 16);

        assertThat(refused(terms(origins, Manner.STANDARD), Optional.empty())).hasMessageContaining("webhook, poll");
        assertThat(refused(terms(filter(ROWS), Manner.STANDARD), Optional.of("a\nb"))
                        .field())
                .isEqualTo(Field.SECRET);
        assertThat(refused(terms(filter(ROWS), Manner.STANDARD), Optional.of("x".repeat(513)))
                        .field())
                .isEqualTo(Field.SECRET);
        assertThat(refused(terms(filter(ROWS), sent), Optional.of("geheimnisvolle Größe in Höhe"))
                        .field())
                .isEqualTo(Field.SECRET);
    }

    @Test
    void there_are_at_most_a_hundred_however_many_come_at_once() throws Exception {
        for (int i = 0; i < 98; i++) {
            create(ROWS, Optional.of(SECRET));
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Boolean>> calls = IntStream.range(0, 6)
                    .<Callable<Boolean>>mapToObj(i -> () -> {
                        try {
                            create(ROWS, Optional.of(SECRET));
                            return true;
                        } catch (SubscriptionException e) {
                            assertThat(e.field()).isEqualTo(Field.NUMBER);
                            return false;
                        }
                    })
                    .toList();
            List<Boolean> created = new ArrayList<>();
            for (Future<Boolean> call : threads.invokeAll(calls)) {
                created.add(call.get());
            }
            assertThat(created).filteredOn(one -> one).hasSize(2);
        }
        assertThat(subscriptions.of(organization)).hasSize(100);
    }

    @Test
    void where_tables_cannot_be_followed_nothing_is_created() {
        alignFails = Optional.of(new IllegalStateException("The database is away."));

        assertThatThrownBy(() -> create(ROWS, Optional.of(SECRET))).hasMessage("The database is away.");

        assertThat(subscriptions.of(organization)).isEmpty();
    }

    @Test
    void two_changes_at_once_are_both_made() throws Exception {
        Subscription created = create(List.of("*"), Optional.of(SECRET));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Subscription>> calls = List.of(
                    () -> subscriptions.update(
                            ACTOR,
                            created,
                            terms -> new Terms(
                                    "https://example.com/other", terms.filter(), terms.manner(), terms.status())),
                    () -> subscriptions.update(
                            ACTOR,
                            created,
                            terms -> new Terms(terms.url(), filter(List.of("user.*")), terms.manner(), terms.status())),
                    () -> subscriptions.pause(ACTOR, created));
            for (Future<Subscription> call : threads.invokeAll(calls)) {
                call.get();
            }
        }

        Subscription now = subscriptions.find(organization, created.opaqueId()).orElseThrow();
        assertThat(now.endpoint().url()).isEqualTo("https://example.com/other");
        assertThat(now.filter().events()).containsExactly("user.*");
        assertThat(now.status()).isEqualTo(Status.PAUSED);
        assertThat(audit()).hasSize(4);
    }

    @Test
    void a_url_that_comes_back_masked_is_the_one_there_is() {
        String url = "https://user:password@example.com/in?token=secret";
        Subscription created = subscriptions.create(
                ACTOR,
                organization,
                Optional.empty(),
                new Terms(url, filter(ROWS), Manner.STANDARD, Status.ACTIVE),
                Optional.empty());

        Subscription changed = subscriptions.update(
                ACTOR,
                created,
                terms -> new Terms(Subscriptions.shownUrl(created), terms.filter(), terms.manner(), terms.status()));

        assertThat(Subscriptions.shownUrl(created)).isEqualTo("https://***@example.com/in?token=***");
        assertThat(changed.endpoint().url()).isEqualTo(url);
        assertThat(audit()).allSatisfy(entry -> assertThat(entry).doesNotContain("password", "secret"));
    }

    @Test
    void one_that_goes_on_begins_anew() {
        Subscription created = create(ROWS, Optional.of(SECRET));
        platform.database().run(session -> {
            session.sql("update subscription set status = 'disabled', status_reason = 'It failed.' where id = :id")
                    .bind("id", created.id())
                    .execute();
            session.sql(
                            "update subscription_health set failures = 9, failing_since = now(), held_until = now(), warned = 90 where subscription_id = :id")
                    .bind("id", created.id())
                    .execute();
        });
        Subscription disabled =
                subscriptions.find(organization, created.opaqueId()).orElseThrow();

        assertThatThrownBy(() -> subscriptions.pause(ACTOR, disabled)).hasMessageContaining("notification resume");
        Subscription active = subscriptions.resume(ACTOR, disabled);

        assertThat(active.status()).isEqualTo(Status.ACTIVE);
        assertThat(active.statusReason()).isEmpty();
        assertThat(health(active)).isEqualTo("0 null null 0");
        assertThatThrownBy(() -> subscriptions.update(
                        ACTOR,
                        active,
                        terms -> new Terms(terms.url(), terms.filter(), terms.manner(), Status.DISABLED)))
                .isInstanceOf(SubscriptionException.class);
    }

    @Test
    void the_secret_before_signs_as_well_until_its_time_is_over() {
        Subscription created = create(ROWS, Optional.of(SECRET));

        Subscription rotated = subscriptions.rotate(ACTOR, created, Optional.empty(), Duration.ofHours(1));

        assertThat(rotated.endpoint().oldSecret()).contains(SECRET);
        assertThat(rotated.endpoint().oldSecretUntil()).isPresent();
        assertThat(rotated.endpoint().secret()).startsWith("whsec_");
        assertThat(subscriptions.find(organization, created.opaqueId())).contains(rotated);
        Subscription atOnce = subscriptions.rotate(ACTOR, rotated, Optional.of(SECRET), Duration.ZERO);
        assertThat(atOnce.endpoint().oldSecret()).isEmpty();
        assertThatThrownBy(() -> subscriptions.rotate(ACTOR, atOnce, Optional.of(SECRET), Duration.ZERO))
                .hasMessageContaining("the secret that it has");
        assertThatThrownBy(() -> subscriptions.rotate(ACTOR, atOnce, Optional.empty(), Duration.ofDays(31)))
                .hasMessageContaining("30 days");
        assertThat(audit()).filteredOn(entry -> entry.startsWith("rotate")).hasSize(2);
    }

    @Test
    void what_is_deleted_is_gone_and_not_another_organizations() {
        Subscription created = create(ROWS, Optional.of(SECRET));

        assertThat(subscriptions.find(acme(), created.opaqueId())).isEmpty();
        subscriptions.delete(ACTOR, created);

        assertThat(subscriptions.find(organization, created.opaqueId())).isEmpty();
        assertThatThrownBy(() -> subscriptions.delete(ACTOR, created)).hasMessageContaining("deleted meanwhile");
        assertThatThrownBy(() -> subscriptions.resume(ACTOR, created)).hasMessageContaining("deleted meanwhile");
    }

    private Subscription create(List<String> events, Optional<String> secret) {
        return subscriptions.create(
                ACTOR, organization, Optional.empty(), terms(filter(events), Manner.STANDARD), secret);
    }

    private SubscriptionException refused(Terms terms, Optional<String> secret) {
        return catchThrowableOfType(
                SubscriptionException.class,
                () -> subscriptions.create(ACTOR, organization, Optional.empty(), terms, secret));
    }

    private static Terms terms(Filter filter, Manner manner) {
        return new Terms(URL, filter, manner, Status.ACTIVE);
    }

    private static Filter filter(List<String> events) {
        return new Filter(events, List.of(), Optional.empty(), List.of());
    }

    private static Filter where(String condition) {
        return new Filter(ROWS, List.of(), Optional.of(condition), List.of());
    }

    private static Organization acme() {
        return organizations.find("acme").orElseThrow();
    }

    private List<String> audit() {
        return new Audit(platform.database())
                .newest(organization.id(), Long.MAX_VALUE, 200).stream()
                        .map(entry -> entry.action() + " " + entry.subject())
                        .toList();
    }

    private static String health(Subscription subscription) {
        return platform.database()
                .transaction(session -> session.sql(
                                "select failures || ' ' || coalesce(failing_since::text, 'null') || ' ' || coalesce(held_until::text, 'null') || ' ' || warned as health from subscription_health where subscription_id = :id")
                        .bind("id", subscription.id())
                        .one(row -> row.text("health")));
    }
}
