package dev.webhookdb.testkit;

import dev.webhookdb.apply.Form;
import dev.webhookdb.json.JsonReader;
import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.Connector;
import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.spi.Settings;
import dev.webhookdb.spi.Webhook;
import dev.webhookdb.spi.Webhook.Verdict;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * One resource under test, with what the author gave for it.
 *
 * @param signer the headers with which the provider signs a request at the moment of its reception
 * @param pageSize query parameters that ask for the provider's largest page
 * @param api what an API is listed with that is there, if there is one
 * @param now when samples arrive that were not recorded with their signatures
 */
record Subject(
        Connector connector,
        Resource resource,
        Samples samples,
        KitSettings settings,
        BiFunction<Request, Settings, Map<String, String>> signer,
        Map<String, String> pageSize,
        Optional<KitSettings> api,
        Instant now) {
    String service() {
        return resource.name();
    }

    Webhook webhook() {
        return resource.webhook().orElseThrow();
    }

    /** Returns when a sample is signed and arrives. */
    Instant arrival(WebhookSample sample) {
        return sample.receivedAt().orElse(now);
    }

    /** Returns a sample as the provider sends it: signed. */
    Request genuine(WebhookSample sample) {
        Map<String, List<String>> headers = new LinkedHashMap<>(sample.headers());
        signer.apply(unsigned(sample), settings)
                .forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), List.of(value)));
        return request(sample, arrival(sample), headers, sample.body().getBytes(StandardCharsets.UTF_8));
    }

    /** Returns a sample without the headers that sign it. */
    Request unsigned(WebhookSample sample) {
        return request(sample, arrival(sample), sample.headers(), sample.body().getBytes(StandardCharsets.UTF_8));
    }

    static Request request(WebhookSample sample, Instant at, Map<String, List<String>> headers, byte[] body) {
        return Request.of(at, sample.method(), sample.url(), headers, body);
    }

    Verdict verify(Request request) {
        return verify(request, settings);
    }

    Verdict verify(Request request, Settings given) {
        Verdict verdict = webhook().verifier().verify(request, given);
        Require.that(
                verdict != null, "The verifier returned null.", "Return Verdict.accept() or Verdict.reject(reason).");
        return verdict;
    }

    Json body(Request request) {
        return switch (webhook().format()) {
            case JSON -> JsonReader.read(Protection.bytes(request));
            case FORM -> Form.read(request.text());
        };
    }

    List<Item> read(WebhookSample sample) {
        Request request = genuine(sample);
        return read(request, body(request));
    }

    List<Item> read(Request request, Json body) {
        List<Item> items = webhook().reader().read(request, body);
        Require.that(
                items != null, "The reader returned null.", "Return an empty list for what is about something else.");
        return items;
    }

    /** Returns what identifies a resource, if it can be identified. */
    Optional<String> key(Json object) {
        Column key = resource.key();
        return switch (object.at(key.path().toArray(String[]::new))) {
            case Json.Str(String value) -> Optional.of(value).filter(text -> !text.isEmpty());
            case Json.Num(BigDecimal value) -> Optional.of(value.toPlainString());
            case Json.Obj obj -> Optional.empty();
            case Json.Arr arr -> Optional.empty();
            case Json.Bool bool -> Optional.empty();
            case Json.Null nothing -> Optional.empty();
        };
    }
}
