package dev.webhookdb.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.webhookdb.connector.ConnectorFailure.Kind;
import dev.webhookdb.spi.Backfill.Page;
import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.ConnectorException;
import dev.webhookdb.spi.ConnectorException.Reason;
import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.spi.Response;
import dev.webhookdb.spi.Setting;
import dev.webhookdb.spi.Webhook;
import dev.webhookdb.spi.Webhook.Verdict;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Results of a connector are whole, or a defect; values of the SPI may hold null anywhere. */
class LoadedResourceTest {
    private static final Request REQUEST =
            Request.of(Instant.EPOCH, "POST", "https://example.org/", Map.of(), new byte[0]);

    private final Watchdog watchdog = new Watchdog();
    private final Guard guard = new Guard("acme 1.0", LoadedResourceTest.class.getClassLoader(), watchdog);

    @AfterEach
    void close() {
        watchdog.close();
    }

    @Test
    void aVerdictIsWhole() {
        assertBadVerdict(null);
        assertBadVerdict(Verdict.reject(null));
        assertBadVerdict(Verdict.answer(null));
        Optional<Response> noOptional = null;
        assertBadVerdict(new Verdict.Accept(noOptional));
        assertBadVerdict(Verdict.answer(Response.of(200, "text/plain", null)));
        Verdict good = Verdict.accept(Response.of(200, "text/xml", "<Response/>"));
        assertThat(verifying(good).verify(REQUEST, TestSettings.NONE)).isSameAs(good);
    }

    @Test
    void itemsAreWhole() {
        assertBadItems(null);
        assertBadItems(Collections.singletonList(null));
        assertBadItems(List.of(Item.upsert(new Json.Str(null), Instant.EPOCH)));
        assertBadItems(List.of(Item.upsert(new Json.Arr(Arrays.asList((Json) null)), Instant.EPOCH)));
        var fields = new HashMap<String, Json>();
        fields.put("field", null);
        assertBadItems(List.of(Item.upsert(new Json.Obj(fields), Instant.EPOCH)));
    }

    @Test
    void what_was_given_to_read_can_always_be_returned_once() {
        byte[] body = "[%s0]".formatted("0,".repeat(2_500_000)).getBytes(StandardCharsets.US_ASCII);
        Request request = Request.of(Instant.EPOCH, "POST", "https://example.org/", Map.of(), body);
        Json zeros = new Json.Arr(Collections.nCopies(2_500_001, new Json.Num(BigDecimal.ZERO)));
        List<Item> items = List.of(Item.upsert(zeros, Instant.EPOCH));

        assertThat(reading(items).read(request, zeros)).isEqualTo(items);
    }

    @Test
    void what_a_call_returns_has_a_size() {
        assertBadItems(
                List.of(Item.upsert(new Json.Str("x".repeat(100_000_000)), Instant.EPOCH)),
                "returned more than 16 MiB from read");
        assertBadItems(Collections.nCopies(10_000_000, Item.delete("key", Instant.EPOCH)), "returned more than 16 MiB");
        assertBadItems(
                List.of(Item.upsert(new Json.Num(new BigDecimal("1e999999999")), Instant.EPOCH)),
                "returned a number of more than 1000 digits");
        assertBadItems(
                List.of(Item.upsert(new Json.Num(new BigDecimal("1e-999999999")), Instant.EPOCH)),
                "returned a number of more than 1000 digits");
        Json deep = new Json.Null();
        for (int i = 0; i < 100_000; i++) {
            deep = new Json.Arr(List.of(deep));
        }
        assertBadItems(List.of(Item.upsert(deep, Instant.EPOCH)), "nested more than 1000 deep");
        Json large = new Json.Arr(Collections.nCopies(70, new Json.Str("x".repeat(1 << 20))));
        assertThat(catchThrowableOfType(
                        ConnectorFailure.class, () -> fetching(Page.of(List.of(large), Optional.empty()))))
                .satisfies(is(Kind.DEFECT, "returned more than 64 MiB from backfill"));
        assertThat(catchThrowableOfType(
                        ConnectorFailure.class, () -> fetching(Page.of(List.of(), Optional.of("x".repeat(1_000_000))))))
                .satisfies(is(Kind.DEFECT, "returned a cursor of more than 64 KiB"));
    }

    @Test
    void a_reason_becomes_a_sentence_that_fits_into_a_header() {
        Verdict verdict = verifying(Verdict.reject("no\r\nSet-Cookie: x" + "y".repeat(100_000)))
                .verify(REQUEST, TestSettings.NONE);

        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Verdict.Reject.class,
                        reject -> assertThat(reject.reason())
                                .startsWith("no Set-Cookie: xyyy")
                                .hasSizeLessThan(510));
    }

    @Test
    void an_exception_with_a_novel_becomes_a_sentence() {
        LoadedResource resource = loaded(Webhook.of(
                (request, settings) -> {
                    throw new ConnectorException(Reason.TRANSIENT, "x".repeat(1_000_000));
                },
                (request, body) -> List.of()));

        assertThat(catchThrowableOfType(ConnectorFailure.class, () -> resource.verify(REQUEST, TestSettings.NONE)))
                .satisfies(failure -> assertThat(failure.getMessage()).hasSizeLessThan(2_100));
    }

    @Test
    void itemsAreCopied() {
        var items = new ArrayList<Item>(List.of(Item.delete("key", Instant.EPOCH)));

        List<Item> read = reading(items).read(REQUEST, new Json.Null());
        items.clear();

        assertThat(read).hasSize(1).isUnmodifiable();
    }

    @Test
    void anAnswerThatCannotBeRightIsForTheOperator() {
        Setting shop = Setting.of("shop", Setting.Kind.TEXT, Setting.Purpose.BACKFILL, "The shop's name.")
                .normalizedBy(name -> {
                    if (name.contains(" ")) {
                        throw new IllegalArgumentException("A shop's name has no spaces.");
                    }
                    return "https://" + name + ".example.org";
                });
        LoadedResource resource = verifying(Verdict.accept());

        assertThat(resource.normalize(shop, " acme ")).isEqualTo("https://acme.example.org");
        assertThat(catchThrowableOfType(ConnectorFailure.class, () -> resource.normalize(shop, "a b")))
                .satisfies(is(Kind.SETTINGS, "shop: A shop's name has no spaces."));
    }

    @Test
    void aServiceThatOnlyHasWebhooksCannotBeBackfilled() {
        assertThatThrownBy(() -> verifying(Verdict.accept()).fetchPage(Optional.empty(), null))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("The service acme_thing_v1 has no backfill");
    }

    private static Consumer<ConnectorFailure> is(Kind kind, String message) {
        return failure -> {
            assertThat(failure.kind()).isEqualTo(kind);
            assertThat(failure).hasMessageContaining(message);
        };
    }

    private void assertBadVerdict(Verdict verdict) {
        assertThat(catchThrowableOfType(
                        ConnectorFailure.class, () -> verifying(verdict).verify(REQUEST, TestSettings.NONE)))
                .satisfies(is(Kind.DEFECT, "null"));
    }

    private void assertBadItems(List<Item> items) {
        assertBadItems(items, "null");
    }

    private void assertBadItems(List<Item> items, String how) {
        assertThat(catchThrowableOfType(
                        ConnectorFailure.class, () -> reading(items).read(REQUEST, new Json.Null())))
                .satisfies(is(Kind.DEFECT, how));
    }

    private Page fetching(Page page) {
        return loaded(Resource.named("acme_thing_v1", "Thing")
                        .columns(Column.timestamp("updated"))
                        .orderedBy("updated")
                        .backfill((cursor, context) -> page)
                        .build())
                .fetchPage(Optional.empty(), null);
    }

    private LoadedResource verifying(Verdict verdict) {
        return loaded(Webhook.of((request, settings) -> verdict, (request, body) -> List.of()));
    }

    private LoadedResource reading(List<Item> items) {
        return loaded(Webhook.of((request, settings) -> Verdict.accept(), (request, body) -> items));
    }

    private LoadedResource loaded(Webhook webhook) {
        return loaded(Resource.named("acme_thing_v1", "Thing")
                .columns(Column.timestamp("updated"))
                .orderedBy("updated")
                .webhook(webhook)
                .build());
    }

    private LoadedResource loaded(Resource resource) {
        return new LoadedResource(
                resource, new LoadedResource.Owner("acme", "Acme", "1.0", Optional.empty(), Optional.empty()), guard);
    }
}
