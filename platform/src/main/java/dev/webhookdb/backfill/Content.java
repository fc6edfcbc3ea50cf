package dev.webhookdb.backfill;

import dev.webhookdb.spi.Backfill;
import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.store.State;
import dev.webhookdb.store.UnstorableException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * What a page says, ready to be stored.
 *
 * @param unreadable resources of the page that no table can take, by why
 * @param part the part as it is when the page is stored
 * @param expected resources in all, where the provider says so
 * @param askedAt when the provider was asked for the page, by its clock; empty if it was not asked
 */
record Content(
        List<State> states,
        Map<String, String> unreadable,
        Part part,
        OptionalLong expected,
        Optional<Instant> askedAt) {
    /** What is left to store of a part that has no more pages. */
    static Content nothing(Part part) {
        return new Content(List.of(), Map.of(), part.finished(), OptionalLong.empty(), Optional.empty());
    }

    /** @param fetch fetches what an item only names */
    static Content of(
            Resource resource,
            Backfill.Page page,
            Instant asOf,
            Part part,
            Function<Item.Fetch, Providers.Fetched> fetch) {
        List<State> states = new ArrayList<>();
        Map<String, String> unreadable = new LinkedHashMap<>();
        for (Json listed : page.resources()) {
            try {
                states.add(State.listed(resource, listed, asOf, states.size()));
            } catch (UnstorableException e) {
                unreadable.put(e.getMessage(), listed.toString());
            }
        }
        for (Item item : page.items()) {
            try {
                states.add(state(resource, item, states.size(), fetch));
            } catch (UnstorableException e) {
                unreadable.put(e.getMessage(), item.toString());
            }
        }
        return new Content(states, unreadable, part, page.total(), Optional.of(asOf));
    }

    private static State state(
            Resource resource, Item item, int position, Function<Item.Fetch, Providers.Fetched> fetch) {
        return switch (item) {
            case Item.Upsert upsert -> State.of(resource, upsert, position);
            case Item.Delete delete -> State.of(resource, delete, position);
            case Item.Fetch named -> {
                Providers.Fetched fetched = fetch.apply(named);
                yield State.listed(resource, fetched.resource(), fetched.asOf(), position);
            }
        };
    }

    Content with(Part other) {
        return new Content(states, unreadable, other, expected, askedAt);
    }
}
