package dev.webhookdb.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.webhookdb.connector.ConnectorFailure.Kind;
import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.spi.Response;
import dev.webhookdb.spi.Setting;
import dev.webhookdb.spi.Webhook;
import dev.webhookdb.spi.Webhook.Verdict;
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
        assertBadVerdict(Verdict.answer(Response.of(200, null, "")));
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
    void itemsAreCopied() {
        var items = new ArrayList<Item>(List.of(Item.delete("key", Instant.EPOCH)));

        List<Item> read = reading(items).read(REQUEST, new Json.Null());
        items.clear();

        assertThat(read).hasSize(1).isUnmodifiable();
    }

    @Test
    void anAnswerThatCannotBeRightIsForTheOperator() {
        Setting shop = Setting.of("shop", Setting.Kind.TEXT, Setting.Half.BACKFILL, "The shop's name.")
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
        assertThat(catchThrowableOfType(
                        ConnectorFailure.class, () -> reading(items).read(REQUEST, new Json.Null())))
                .satisfies(is(Kind.DEFECT, "null"));
    }

    private LoadedResource verifying(Verdict verdict) {
        return loaded(Webhook.of((request, settings) -> verdict, (request, body) -> List.of()));
    }

    private LoadedResource reading(List<Item> items) {
        return loaded(Webhook.of((request, settings) -> Verdict.accept(), (request, body) -> items));
    }

    private LoadedResource loaded(Webhook webhook) {
        Resource resource = Resource.named("acme_thing_v1", "Thing")
                .columns(Column.timestamp("updated"))
                .orderedBy("updated")
                .webhook(webhook)
                .build();
        return new LoadedResource(resource, new LoadedResource.Owner("acme", "Acme", "1.0", Optional.empty()), guard);
    }
}
