package dev.webhookdb.connectors.convertkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.spi.Backfill.Page;
import dev.webhookdb.spi.ConnectorException;
import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.spi.Webhook.Verdict;
import dev.webhookdb.testkit.JsonReading;
import dev.webhookdb.testkit.PlainContext;
import dev.webhookdb.testkit.PlainSettings;
import dev.webhookdb.testkit.simulator.Call;
import dev.webhookdb.testkit.simulator.ConvertKitApi;
import dev.webhookdb.testkit.simulator.ConvertKitSimulator;
import dev.webhookdb.testkit.simulator.ConvertKitWebhook;
import dev.webhookdb.testkit.simulator.Fault;
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

/** What the connector reads from an account is what the account holds. */
class ConvertKitSimulatedTest {
    private static final Resource SUBSCRIBER = Subscriber.RESOURCE;

    private final ConvertKitSimulator account = ConvertKitSimulator.seeded(11);
    private final ConvertKitApi api = ConvertKitApi.serving(account, "secret_1");
    private final PlainContext context = PlainContext.of(PlainSettings.none()
            .with(ConvertKit.API_SECRET, "secret_1")
            .with(ConvertKit.API_URL, api.url().toString()));

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void bothListsOfSubscribersAreReadToTheirEnds() throws Exception {
        account.happen(400);

        Map<Integer, Json> read = byId(context.pages(SUBSCRIBER));

        assertThat(read).hasSameSizeAs(account.subscribers());
        account.subscribers().forEach((id, subscriber) -> {
            assertThat(read.get(id).text("state")).contains(subscriber.active() ? "active" : "cancelled");
            assertThat(read.get(id).text("email_address"))
                    .contains(subscriber.members().get("email_address").toString());
        });
        assertThat(account.subscribers().values().stream().filter(one -> !one.active()))
                .as("more than a page")
                .hasSizeGreaterThan(50);
    }

    @Test
    void anAccountWithoutSubscribersHasTwoEmptyLists() throws Exception {
        List<Page> pages = context.pages(SUBSCRIBER);

        assertThat(pages)
                .hasSize(2)
                .allSatisfy(page -> assertThat(page.resources()).isEmpty());
        assertThat(targets())
                .containsExactly(
                        "/v3/subscribers?api_secret=secret_1&page=1&sort_order=desc",
                        "/v3/subscribers?api_secret=secret_1&page=1&sort_order=desc&sort_field=cancelled_at");
    }

    @Test
    void sinceAnInstantOnlyThoseThatChangedAboutThenOrLaterAreRead() throws Exception {
        account.happen(200);
        account.advance(Duration.ofDays(3));
        Instant since = account.now();
        List<Integer> before = List.copyOf(account.subscribers().keySet());
        var cancelled = account.cancel(before.get(3));
        var edited = account.edit(before.get(5));
        var added = account.subscribe();

        Map<Integer, Json> read = byId(context.since(since).pages(SUBSCRIBER));

        assertThat(read).containsOnlyKeys(cancelled.id(), edited.id(), added.id());
        assertThat(targets())
                .allMatch(target -> target.contains("updated_from="
                        + since.minus(Duration.ofDays(1)).toString().substring(0, 10)));
    }

    @Test
    void aBroadcastBringsItsStatistics() throws Exception {
        account.happen(300);
        while (account.broadcasts().size() < 120) {
            account.write();
        }

        List<Page> pages = context.pages(Broadcast.RESOURCE);

        assertThat(pages).extracting(page -> page.next().orElse("end")).startsWith("1:25", "2:0", "2:25", "3:0", "end");
        Map<Integer, Json> read = byId(pages);
        assertThat(read).hasSameSizeAs(account.broadcasts());
        account.broadcasts().forEach((id, broadcast) -> {
            assertThat(read.get(id).text("subject"))
                    .contains(broadcast.members().get("subject").toString());
            assertThat(read.get(id).number("stats", "recipients").orElseThrow().intValue())
                    .isEqualTo(broadcast.stats().get("recipients"));
            assertThat(read.get(id).text("stats", "status"))
                    .contains(broadcast.stats().get("status").toString());
        });
    }

    @Test
    void aTagBringsTheNumberOfItsSubscriptionsAndNothingElse() throws Exception {
        account.happen(300);
        while (account.tags().size() < 60) {
            account.tag();
        }

        List<Page> pages = context.pages(Tag.RESOURCE);

        assertThat(pages).extracting(page -> page.next().orElse("end")).containsExactly("25", "50", "end");
        assertThat(pages).allSatisfy(page -> assertThat(page.total()).hasValue(60));
        Map<Integer, Json> read = byId(pages);
        account.tags().forEach((id, tag) -> {
            assertThat(read.get(id).number("total_subscriptions").orElseThrow().intValue())
                    .isEqualTo(tag.subscribers().size());
            assertThat(((Json.Obj) read.get(id)).fields())
                    .containsOnlyKeys("id", "name", "created_at", "total_subscriptions");
        });
    }

    @Test
    void noPageCostsMoreThanTwentySixRequests() throws Exception {
        for (int i = 0; i < 100; i++) {
            account.write();
            account.tag();
        }
        for (Resource resource : List.of(Broadcast.RESOURCE, Tag.RESOURCE)) {
            Optional<String> cursor = Optional.empty();
            do {
                int before = api.requests();
                cursor = resource.backfill()
                        .orElseThrow()
                        .pages()
                        .fetch(cursor, context)
                        .next();
                assertThat(api.requests() - before).isLessThanOrEqualTo(26);
            } while (cursor.isPresent());
        }
    }

    @Test
    void aBroadcastThatIsGoneWhenItsStatisticsAreAskedForHasNone() throws Exception {
        account.write();
        api.faults().every(2, Fault.status(404));

        assertThat(context.pages(Broadcast.RESOURCE)
                        .getFirst()
                        .resources()
                        .getFirst()
                        .at("stats"))
                .isEqualTo(new Json.Null());
    }

    @Test
    void aWebhookIsAcceptedWithoutASignatureAndUnwrapped() {
        for (ConvertKitWebhook webhook : account.happen(50)) {
            Json body = JsonReading.read(webhook.body());
            Request request = Request.of(Instant.EPOCH, "POST", "https://example.org/", Map.of(), new byte[0]);
            var subscriber = SUBSCRIBER.webhook().orElseThrow();

            assertThat(subscriber.verifier().verify(request, PlainSettings.none()))
                    .isEqualTo(Verdict.accept());
            assertThat(subscriber.reader().read(request, body))
                    .singleElement()
                    .isInstanceOfSatisfying(Item.Upsert.class, state -> {
                        assertThat(state.resource()).isEqualTo(body.at("subscriber"));
                        assertThat(state.asOf()).isEqualTo(request.receivedAt());
                    });
        }
    }

    @Test
    void aWebhookAboutSomethingElseIsIgnored() {
        Request request = Request.of(Instant.EPOCH, "POST", "https://example.org/", Map.of(), new byte[0]);
        var reader = SUBSCRIBER.webhook().orElseThrow().reader();

        for (String body : List.of("{}", "[]", "{\"id\": 8, \"status\": \"paid\"}", "{\"subscriber\": {}}")) {
            assertThat(reader.read(request, JsonReading.read(body))).isEmpty();
        }
    }

    @Test
    void aProblemIsTheOperatorsOrPassing() {
        api.faults().next(1, Fault.status(401));
        assertThatThrownBy(() -> context.pages(Tag.RESOURCE)).isInstanceOf(ConnectorException.class);

        api.faults().next(1, Fault.status(503));
        assertThatThrownBy(() -> context.pages(Tag.RESOURCE)).isInstanceOf(IOException.class);
    }

    private List<String> targets() {
        return api.calls().stream().map(Call::target).toList();
    }

    private static Map<Integer, Json> byId(List<Page> pages) {
        List<Json> all = new ArrayList<>();
        pages.forEach(page -> all.addAll(page.resources()));
        Map<Integer, Json> byId = new LinkedHashMap<>();
        all.forEach(one -> byId.put(one.number("id").orElseThrow().intValue(), one));
        assertThat(byId).as("each is listed once").hasSameSizeAs(all);
        return byId;
    }
}
