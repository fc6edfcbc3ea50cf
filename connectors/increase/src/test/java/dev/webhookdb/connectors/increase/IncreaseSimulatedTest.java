package dev.webhookdb.connectors.increase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.spi.Backfill.Page;
import dev.webhookdb.spi.ConnectorException;
import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.testkit.JsonReading;
import dev.webhookdb.testkit.PlainContext;
import dev.webhookdb.testkit.PlainSettings;
import dev.webhookdb.testkit.simulator.Call;
import dev.webhookdb.testkit.simulator.Fault;
import dev.webhookdb.testkit.simulator.IncreaseApi;
import dev.webhookdb.testkit.simulator.IncreaseEvent;
import dev.webhookdb.testkit.simulator.IncreaseSimulator;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the connector reads from a group is what the group holds. */
class IncreaseSimulatedTest {
    private static final List<Resource> RESOURCES = new IncreaseConnector().resources();

    private final IncreaseSimulator group =
            IncreaseSimulator.seeded(7).startingAt(Instant.now().minus(Duration.ofDays(1)));
    private final IncreaseApi api = IncreaseApi.serving(group, "secret_key");
    private final PlainContext context = PlainContext.of(PlainSettings.none()
            .with(Increase.API_KEY, "secret_key")
            .with(Increase.API_URL, api.url().toString()));

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void everyListIsReadToItsEnd() throws Exception {
        group.happen(3_000);

        for (Resource resource : objects()) {
            assertThat(resources(context.pages(resource)))
                    .as(resource.name())
                    .isNotEmpty()
                    .isEqualTo(held(type(resource)));
        }
        assertThat(group.objects("ach_transfer")).as("more than a page").hasSizeGreaterThan(100);
        assertThat(api.calls())
                .allSatisfy(call -> assertThat(call.parameter("limit")).contains("100"));
    }

    @Test
    void anEmptyListHasOnePage() throws Exception {
        List<Page> pages = context.pages(AchTransfer.RESOURCE);

        assertThat(pages).hasSize(1);
        assertThat(pages.getFirst().resources()).isEmpty();
    }

    @Test
    void sinceAnInstantWhatTheEventsNameIsFetchedOnce() throws Exception {
        group.happen(1_000);
        group.advance(Duration.ofMinutes(1));
        Instant since = group.now();
        List<IncreaseEvent> news = group.happen(120);

        for (Resource resource : objects()) {
            Map<String, Json> fetched = new LinkedHashMap<>();
            int fetches = 0;
            for (Page page : context.since(since).pages(resource)) {
                assertThat(page.resources()).isEmpty();
                for (Item item : page.items()) {
                    Json state = ((Item.Fetch) item).fetcher().fetch(context);
                    fetched.put(state.text("id").orElseThrow(), state);
                    fetches++;
                }
            }
            Map<String, Json> changed = held(type(resource));
            changed.keySet()
                    .removeIf(id ->
                            news.stream().noneMatch(event -> event.objectId().equals(id)));
            assertThat(fetched).as(resource.name()).isEqualTo(changed);
            assertThat(fetches).isEqualTo(changed.size());
        }
        assertThat(api.calls())
                .extracting(Call::target)
                .contains("/events?category.in=ach_transfer.created,ach_transfer.updated&created_at.on_or_after="
                        + since + "&limit=100");
    }

    @Test
    void sinceAnInstantWhoseEventsAreGoneEverythingIsListed() throws Exception {
        group.happen(50);

        List<Page> pages =
                context.since(Instant.now().minus(Duration.ofDays(30))).pages(AchTransfer.RESOURCE);

        assertThat(resources(pages)).isEqualTo(held("ach_transfer"));
        assertThat(api.calls()).noneMatch(call -> call.path().equals("/events"));
    }

    @Test
    void eventsAreListedSinceAnInstant() throws Exception {
        group.happen(300);
        group.advance(Duration.ofMinutes(1));
        Instant since = group.now();
        List<IncreaseEvent> news = group.happen(150);

        assertThat(resources(context.since(since).pages(Event.RESOURCE))).isEqualTo(known(news));
        assertThat(resources(context.pages(Event.RESOURCE))).isEqualTo(known(group.events()));
    }

    @Test
    void anEventIsAboutTheResourceOfItsTypeAndIsOneItself() throws Exception {
        for (IncreaseEvent event : group.happen(200)) {
            String type = event.type().substring(0, event.type().indexOf('.'));
            for (Resource resource : objects()) {
                List<Item> items = read(resource, event.body());
                if (!resource.name().equals("increase_" + type + "_v1")) {
                    assertThat(items).isEmpty();
                    continue;
                }
                assertThat(items).hasSize(1);
                assertThat(((Item.Fetch) items.getFirst()).fetcher().fetch(context))
                        .isEqualTo(held(type).get(event.objectId()));
            }
            assertThat(read(Event.RESOURCE, event.body()).getFirst())
                    .isInstanceOfSatisfying(Item.Upsert.class, itself -> {
                        assertThat(itself.resource()).isEqualTo(JsonReading.read(event.body()));
                        assertThat(itself.event()).contains(event.id());
                    });
        }
    }

    @Test
    void whatIsNoEventIsIgnored() {
        for (String body : List.of(
                "{}",
                "[]",
                "{\"type\": \"ach_transfer\", \"id\": \"ach_transfer_1\"}",
                "{\"type\": \"event\", \"associated_object_type\": \"ach_transfer\"}")) {
            assertThat(RESOURCES)
                    .allSatisfy(resource -> assertThat(read(resource, body)).isEmpty());
        }
    }

    @Test
    void anIdThatLeadsElsewhereIsNoId() {
        for (String id : List.of("", "../accounts", "a/b", "a?b=c", "a#b", "%2e%2e", "a b")) {
            String body =
                    "{\"type\": \"event\", \"associated_object_type\": \"account\", \"associated_object_id\": \"%s\"}"
                            .formatted(id);

            assertThat(read(Account.RESOURCE, body)).isEmpty();
        }
    }

    @Test
    void anObjectThatIsNotThereIsGoneAndCountsAsNoDeletion() {
        String body =
                "{\"type\": \"event\", \"associated_object_type\": \"account\", \"associated_object_id\": \"account_gone\"}";

        var named = (Item.Fetch) read(Account.RESOURCE, body).getFirst();

        assertThat(named.deleted()).isEmpty();
        assertThatThrownBy(() -> named.fetcher().fetch(context))
                .isInstanceOfSatisfying(
                        ConnectorException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(ConnectorException.Reason.GONE));
    }

    @Test
    void aProblemIsTheOperatorsOrPassing() {
        api.faults().next(1, Fault.status(401));
        assertThatThrownBy(() -> context.pages(Account.RESOURCE)).isInstanceOf(ConnectorException.class);

        api.faults().next(1, Fault.htmlPage());
        assertThatThrownBy(() -> context.pages(Account.RESOURCE)).isInstanceOf(IOException.class);
    }

    private static List<Resource> objects() {
        return RESOURCES.stream()
                .filter(resource -> !resource.name().equals("increase_event_v1"))
                .toList();
    }

    private static String type(Resource resource) {
        return resource.name().replaceFirst("^increase_", "").replaceFirst("_v1$", "");
    }

    private static List<Item> read(Resource resource, String body) {
        Request request = Request.of(Instant.EPOCH, "POST", "https://example.org/", Map.of(), new byte[0]);
        return resource.webhook().orElseThrow().reader().read(request, JsonReading.read(body));
    }

    private Map<String, Json> held(String type) {
        Map<String, Json> held = new LinkedHashMap<>();
        group.objects(type).forEach((id, object) -> held.put(id, JsonReading.read(object.json())));
        return held;
    }

    private static Map<String, Json> known(List<IncreaseEvent> events) {
        Map<String, Json> known = new LinkedHashMap<>();
        events.forEach(event -> known.put(event.id(), JsonReading.read(event.body())));
        return known;
    }

    private static Map<String, Json> resources(List<Page> pages) {
        Map<String, Json> resources = new LinkedHashMap<>();
        List<Json> listed = new ArrayList<>();
        pages.forEach(page -> listed.addAll(page.resources()));
        listed.forEach(resource -> {
            Optional<Json> twice =
                    Optional.ofNullable(resources.put(resource.text("id").orElseThrow(), resource));
            assertThat(twice).as("listed once").isEmpty();
        });
        return resources;
    }
}
