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

/**
 * Checks what connectors return, inside the guard: values of the SPI that a connector built may hold {@code null} anywhere, and be of
 * any size. For one result.
 */
final class Results {
    /** What one call may return, in characters and in {@link #NODE} for each value; about the bytes it takes, or half of them. */
    static final long LARGEST = 64L << 20;

    /** What a call may return besides what it was given to read, which it may always return once. */
    private static final long READ_AT_LEAST = 16L << 20;

    /** JSON has a value for each two bytes at the most: <code>[0,0,0]</code>. */
    private static final int READ_TIMES = 8;

    private static final int NODE = 2 * READ_TIMES;
    private static final int DEEPEST = 1_000;
    private static final int LONGEST_CURSOR = 64 << 10;
    private static final int LONGEST_REASON = 500;
    private static final int LARGEST_ANSWER = 64 << 10;

    private final long most;
    private long left;

    private Results(long most) {
        this.most = most;
        this.left = most;
    }

    static Verdict verdict(Verdict verdict) {
        return switch (verdict) {
            case null -> throw new Malformed("returned null");
            case Verdict.Accept accept -> {
                notNull(accept.answer());
                accept.answer().ifPresent(Results::response);
                yield accept;
            }
            case Verdict.Reject(String reason) -> {
                notNull(reason);
                yield Verdict.reject(sentence(reason));
            }
            case Verdict.Answer answer -> {
                response(answer.response());
                yield answer;
            }
        };
    }

    /** @param given the size of the body that was read, in bytes */
    static List<Item> items(List<Item> items, int given) {
        return new Results(READ_AT_LEAST + (long) given * READ_TIMES).items(items);
    }

    static Page page(Page page) {
        var results = new Results(LARGEST);
        notNull(page);
        notNull(page.next());
        notNull(page.reached());
        if (page.next().filter(next -> next.length() > LONGEST_CURSOR).isPresent()) {
            throw new Malformed("returned a cursor of more than %d KiB".formatted(LONGEST_CURSOR >> 10));
        }
        page.resources().forEach(resource -> results.json(resource, 0));
        results.items(page.items());
        return page;
    }

    static Json json(Json json) {
        new Results(LARGEST).json(json, 0);
        return json;
    }

    /** @param json was checked */
    static List<Json> several(Json json) {
        if (json instanceof Json.Arr(List<Json> items)) {
            return items;
        }
        throw new Malformed("returned no array, where several resources are fetched");
    }

    private List<Item> items(List<Item> items) {
        notNull(items);
        List<Item> copy = new ArrayList<>();
        for (Item item : items) {
            charge(NODE);
            switch (item) {
                case null -> throw new Malformed("returned a list with null in it");
                case Item.Upsert upsert -> json(upsert.resource(), 0);
                case Item.Delete delete -> text(delete.key());
                case Item.Fetch fetch -> {
                    notNull(fetch.fetcher());
                    text(fetch.deleted().orElse(""));
                    fetch.otherwise().forEach(state -> json(state.resource(), 0));
                }
            }
            copy.add(item);
        }
        return List.copyOf(copy);
    }

    private void json(Json json, int depth) {
        if (depth > DEEPEST) {
            throw new Malformed("returned JSON that is nested more than %d deep".formatted(DEEPEST));
        }
        charge(NODE);
        switch (json) {
            case null -> throw new Malformed("returned JSON with null in it");
            case Json.Obj(Map<String, Json> fields) -> {
                notNull(fields);
                fields.forEach((name, value) -> {
                    text(name);
                    json(value, depth + 1);
                });
            }
            case Json.Arr(List<Json> items) -> {
                notNull(items);
                items.forEach(item -> json(item, depth + 1));
            }
            case Json.Str(String value) -> text(value);
            case Json.Num number -> number(number);
            case Json.Bool bool -> {}
            case Json.Null nothing -> {}
        }
    }

    private void text(String text) {
        notNull(text);
        charge(text.length());
    }

    private static void number(Json.Num number) {
        notNull(number.value());
        if (!number.canBeWrittenOut()) {
            throw new Malformed("returned a number of more than %d digits".formatted(Json.Num.MOST_DIGITS));
        }
    }

    private void charge(long size) {
        left -= size;
        if (left < 0) {
            throw new Malformed("returned more than %d MiB".formatted(most >> 20));
        }
    }

    private static void response(Response response) {
        notNull(response);
        notNull(response.contentType());
        notNull(response.body());
        if (response.body().length() > LARGEST_ANSWER) {
            throw new Malformed("returned an answer of more than %d KiB".formatted(LARGEST_ANSWER >> 10));
        }
    }

    /** It is sent in a header, and shown on a terminal. */
    private static String sentence(String reason) {
        String head = reason.length() > LONGEST_REASON ? reason.substring(0, LONGEST_REASON) + "..." : reason;
        return head.replaceAll("\\p{Cntrl}+", " ");
    }

    private static void notNull(Object part) {
        if (part == null) {
            throw new Malformed("returned something with null in it");
        }
    }
}
