package dev.webhookdb.schema;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * One object at a provider, as it changes, and what reaches us of that. It knows nothing of how states are ordered: only what the object was
 * at each moment. Times are milliseconds of one clock; what the provider tells of them has a resolution of a second.
 */
record ProviderModel(String key, List<Version> versions) {
    /** How a provider's API is, as far as that matters here. */
    enum Kind {
        /** Resources have their own time of modification, and webhooks say when they were triggered. */
        OWN_TIME_AND_TRIGGERED,
        /** Resources have their own time of modification. */
        OWN_TIME,
        /** Events have a time, and can be listed. */
        EVENT_TIME,
        /** There are lists only. */
        LIST_ONLY
    }

    /** The object from an instant on; deleted without a text. */
    record Version(int number, long millis, Optional<String> json) {
        String id() {
            return "evt_" + number;
        }

        long second() {
            return millis / 1_000;
        }
    }

    /** What reaches us at once: a webhook, a page of a list, or a page of a list of events in the order of what happened. */
    sealed interface Arrival {
        /** When it was received or asked. */
        long known();

        /** When it is stored. */
        long stored();

        record Webhook(Version version, long known, long stored) implements Arrival {}

        record Page(Optional<Version> version, long known, long stored) implements Arrival {}

        record Events(List<Version> versions, long known, long stored) implements Arrival {}
    }

    /** An object with a few changes, half of them in the second of the one before. */
    static ProviderModel random(String key, boolean deletable, Random random) {
        int changes = 1 + random.nextInt(6);
        List<Version> versions = new ArrayList<>();
        long millis = 1_000_000L + random.nextInt(1_000);
        for (int number = 0; number < changes; number++) {
            boolean deleted = deletable && number > 0 && number == changes - 1 && random.nextInt(5) == 0;
            // one change in six leaves the content as it was two changes ago
            int content = number > 1 && random.nextInt(6) == 0 ? number - 2 : number;
            String updated = Instant.ofEpochSecond(millis / 1_000).toString();
            String json =
                    "{\"id\": \"%s\", \"status\": \"s%d\", \"updated_at\": \"%s\"}".formatted(key, content, updated);
            versions.add(new Version(number, millis, deleted ? Optional.empty() : Optional.of(json)));
            millis += 1 + (random.nextBoolean() ? random.nextInt(300) : random.nextInt(2_500));
        }
        return new ProviderModel(key, versions);
    }

    Version last() {
        return versions.getLast();
    }

    /** The object at a moment, if it was there. */
    Optional<Version> at(long millis) {
        return versions.stream()
                .filter(version -> version.millis() <= millis)
                .reduce((one, next) -> next)
                .filter(version -> version.json().isPresent());
    }

    /** What had happened until a moment. */
    List<Version> until(long millis) {
        return versions.stream().filter(version -> version.millis() <= millis).toList();
    }

    long begin() {
        return versions.getFirst().millis();
    }

    /** When everything is over: nothing arrives afterwards unless it is late or repeated. */
    long end() {
        return last().millis() + 20_000;
    }

    /**
     * What reaches us before that, in the order in which it is stored.
     *
     * @param lost of a hundred webhooks; never the one that says that the object was deleted
     */
    List<Arrival> arrivals(Kind kind, int lost, Random random) {
        List<Arrival> arrivals = new ArrayList<>();
        if (kind != Kind.LIST_ONLY) {
            for (Version version : versions) {
                if (random.nextInt(100) >= lost || version.json().isEmpty()) {
                    webhooks(version, random, arrivals);
                }
            }
        }
        for (int reads = random.nextInt(4); reads > 0; reads--) {
            long asked = begin() + random.nextLong(end() - begin() - 10_000);
            long stored = asked + late(random);
            if (kind == Kind.EVENT_TIME && random.nextBoolean()) {
                events(asked, stored, random).forEach(arrivals::add);
            } else {
                arrivals.add(new Arrival.Page(at(asked), asked, stored));
            }
        }
        arrivals.sort(Comparator.comparingLong(Arrival::stored));
        return arrivals;
    }

    /** A webhook, when it is received, tried again or replayed; and when the provider sends it once more. */
    private static void webhooks(Version version, Random random, List<Arrival> arrivals) {
        for (int deliveries = 1 + random.nextInt(2); deliveries > 0; deliveries--) {
            long received = version.millis() + 1 + random.nextInt(2_000);
            for (int times = 1 + random.nextInt(2); times > 0; times--) {
                arrivals.add(new Arrival.Webhook(version, received, received + late(random)));
            }
        }
    }

    private static long late(Random random) {
        return random.nextInt(3) > 0 ? 1 + random.nextInt(20) : random.nextInt(6_000);
    }

    /** Pages of the list of events, newest first, each with whole seconds, as asked for one after the other. */
    List<Arrival.Events> events(long asked, long stored, Random random) {
        List<Arrival.Events> pages = new ArrayList<>();
        List<Version> page = new ArrayList<>();
        for (Version version : until(asked).reversed()) {
            boolean newSecond = !page.isEmpty() && page.getFirst().second() != version.second();
            if (newSecond && random.nextBoolean()) {
                pages.add(new Arrival.Events(List.copyOf(page), asked + pages.size(), stored + pages.size()));
                page.clear();
            }
            page.addFirst(version);
        }
        pages.add(new Arrival.Events(List.copyOf(page), asked + pages.size(), stored + pages.size()));
        return pages;
    }
}
