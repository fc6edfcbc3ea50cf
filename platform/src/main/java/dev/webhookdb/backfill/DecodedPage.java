package dev.webhookdb.backfill;

import dev.webhookdb.connector.ConnectorFailure;
import dev.webhookdb.json.JsonWriter;
import dev.webhookdb.outbound.AnswerMemory;
import dev.webhookdb.spi.Backfill;
import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.store.State;
import dev.webhookdb.store.UnstorableException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * What a page says, ready to be stored.
 *
 * @param unreadable resources of the page that no table can take
 * @param split the split as it is when the page is stored
 * @param expected resources in all, where the provider says so
 * @param askedAt when the provider was asked for the page, by its clock; empty if it was not asked
 * @param memory what the page takes, until this is closed
 */
record DecodedPage(
        List<State> states,
        List<Backfills.Refused> unreadable,
        Split split,
        OptionalLong expected,
        Optional<Instant> askedAt,
        Optional<AnswerMemory> memory)
        implements AutoCloseable {
    /** What is left to store of a split that has no more pages. */
    static DecodedPage nothing(Split split) {
        return new DecodedPage(
                List.of(), List.of(), split.finished(), OptionalLong.empty(), Optional.empty(), Optional.empty());
    }

    /** What is left to store of something that the provider refused to list. */
    static DecodedPage refused(Split split, Backfills.Refused refused) {
        return new DecodedPage(
                List.of(), List.of(refused), split, OptionalLong.empty(), Optional.empty(), Optional.empty());
    }

    /** @param fetch fetches what an item only names */
    static DecodedPage of(
            Resource resource,
            ProviderClient.Listed listed,
            Split split,
            Function<Item.Fetch, ProviderClient.Fetched> fetch) {
        Backfill.Page page = listed.page();
        List<State> states = new ArrayList<>();
        List<Backfills.Refused> unreadable = new ArrayList<>();
        for (Json one : page.resources()) {
            try {
                states.add(State.listed(resource, one, listed.asOf(), listed.askedAt(), states.size()));
            } catch (UnstorableException e) {
                unreadable.add(new Backfills.Refused(e.getMessage(), JsonWriter.write(one)));
            }
        }
        for (Item item : page.items()) {
            try {
                states.addAll(states(resource, item, listed.askedAt(), states.size(), fetch));
            } catch (UnstorableException e) {
                unreadable.add(new Backfills.Refused(e.getMessage(), text(item)));
            }
        }
        return new DecodedPage(
                states, unreadable, split, page.total(), Optional.of(listed.asOf()), Optional.of(listed.memory()));
    }

    private static List<State> states(
            Resource resource,
            Item item,
            Instant askedAt,
            int position,
            Function<Item.Fetch, ProviderClient.Fetched> fetch) {
        return switch (item) {
            case Item.Upsert upsert -> List.of(State.listedEvent(resource, upsert, askedAt, position));
            case Item.Delete delete -> List.of(State.of(resource, delete, position));
            case Item.Fetch named -> fetched(resource, named, askedAt, position, fetch);
        };
    }

    private static List<State> fetched(
            Resource resource,
            Item.Fetch named,
            Instant askedAt,
            int position,
            Function<Item.Fetch, ProviderClient.Fetched> fetch) {
        try {
            ProviderClient.Fetched fetched = fetch.apply(named);
            return State.fetched(resource, named, fetched.resources(), fetched.asOf(), fetched.askedAt(), position);
        } catch (ConnectorFailure e) {
            if (named.otherwise().isEmpty() || e.kind() == ConnectorFailure.Kind.TRANSIENT) {
                throw e;
            }
            return named.otherwise().stream()
                    .map(known -> State.listedEvent(resource, known, askedAt, position))
                    .toList();
        }
    }

    private static String text(Item item) {
        return switch (item) {
            case Item.Upsert upsert -> JsonWriter.write(upsert.resource());
            case Item.Delete delete -> "the deletion of " + delete.key();
            case Item.Fetch named -> "what an item names";
        };
    }

    DecodedPage with(Split other) {
        return new DecodedPage(states, unreadable, other, expected, askedAt, memory);
    }

    @Override
    public void close() {
        memory.ifPresent(AnswerMemory::close);
    }
}
