package dev.webhookdb.connector;

import dev.webhookdb.connector.Guard.Malformed;
import dev.webhookdb.spi.Backfill.Page;
import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Response;
import dev.webhookdb.spi.Webhook.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Checks what connectors return, inside the guard: values of the SPI that a connector built may hold {@code null} anywhere. */
final class Results {
    private Results() {}

    static Verdict verdict(Verdict verdict) {
        switch (verdict) {
            case null -> throw new Malformed("returned null");
            case Verdict.Accept accept -> {
                notNull(accept.answer());
                accept.answer().ifPresent(Results::response);
            }
            case Verdict.Reject reject -> notNull(reject.reason());
            case Verdict.Answer answer -> response(answer.response());
        }
        return verdict;
    }

    static List<Item> items(List<Item> items) {
        notNull(items);
        List<Item> copy = new ArrayList<>();
        for (Item item : items) {
            switch (item) {
                case null -> throw new Malformed("returned a list with null in it");
                case Item.Upsert upsert -> json(upsert.resource());
                case Item.Delete delete -> notNull(delete.key());
                case Item.Fetch fetch -> notNull(fetch.fetcher());
            }
            copy.add(item);
        }
        return List.copyOf(copy);
    }

    static Page page(Page page) {
        notNull(page);
        notNull(page.next());
        notNull(page.reached());
        page.resources().forEach(Results::json);
        items(page.items());
        return page;
    }

    static Json json(Json json) {
        switch (json) {
            case null -> throw new Malformed("returned JSON with null in it");
            case Json.Obj(Map<String, Json> fields) -> {
                notNull(fields);
                fields.forEach((name, value) -> {
                    notNull(name);
                    json(value);
                });
            }
            case Json.Arr(List<Json> items) -> {
                notNull(items);
                items.forEach(Results::json);
            }
            case Json.Str(String value) -> notNull(value);
            case Json.Num(var value) -> notNull(value);
            case Json.Bool bool -> {}
            case Json.Null nothing -> {}
        }
        return json;
    }

    private static void response(Response response) {
        notNull(response);
        notNull(response.contentType());
        notNull(response.body());
    }

    private static void notNull(Object part) {
        if (part == null) {
            throw new Malformed("returned something with null in it");
        }
    }
}
