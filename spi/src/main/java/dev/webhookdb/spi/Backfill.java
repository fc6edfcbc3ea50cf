package dev.webhookdb.spi;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How existing resources are listed: page after page, by a function that keeps no state, because the platform keeps the cursor.
 *
 * <p>What else is declared here tells the platform which of the provider's filters the function uses. A filter that was not declared
 * is never asked for.
 */
public final class Backfill {
    /** Fetches pages. */
    @FunctionalInterface
    public interface Pages {
        /**
         * Fetches one page, as large as the provider allows.
         *
         * @param cursor what the previous page named as next; empty for the first page
         * @throws IOException if the provider cannot be reached; the platform retries from the same cursor
         * @throws ConnectorException if trying again would not help
         */
        Page fetch(Optional<String> cursor, Context context) throws IOException, InterruptedException;
    }

    private final Pages pages;
    private final Optional<Duration> overlap;
    private final boolean ranged;
    private final Optional<Duration> interval;
    private final Optional<String> parent;
    private final Optional<Reach> reach;

    private Backfill(
            Pages pages,
            Optional<Duration> overlap,
            boolean ranged,
            Optional<Duration> interval,
            Optional<String> parent,
            Optional<Reach> reach) {
        this.pages = Objects.requireNonNull(pages, "pages");
        this.overlap = overlap;
        this.ranged = ranged;
        this.interval = interval;
        this.parent = parent;
        this.reach = reach;
    }

    /** Declares a listing that is always complete. Webhooks keep its table fresh, and the platform reconciles it once a day. */
    public static Backfill of(Pages pages) {
        return new Backfill(pages, Optional.empty(), false, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * Says that the provider can list what has changed since an instant: {@link Context#since} may then be present.
     *
     * @param overlap how far before the previous run's start the next one begins, for states that the provider lists late or
     *     changes without saying so; zero or more
     */
    public Backfill incremental(Duration overlap) {
        if (overlap.isNegative()) {
            throw new IllegalArgumentException("The overlap must not be negative, but is " + overlap);
        }
        return new Backfill(pages, Optional.of(overlap), ranged, interval, parent, reach);
    }

    /**
     * Says that the provider can list what was created within a range of time, newest first, and goes on from a cursor although the
     * range has become shorter: {@link Context#range} may then be present. The platform reads disjoint ranges in parallel.
     */
    public Backfill ranged() {
        return new Backfill(pages, overlap, true, interval, parent, reach);
    }

    /**
     * Says that the provider sends no webhooks for everything, so that it has to be polled.
     *
     * @param usual time between two polls, at least a minute; the operator may set another
     */
    public Backfill every(Duration usual) {
        if (usual.compareTo(Duration.ofMinutes(1)) < 0) {
            throw new IllegalArgumentException("A provider is polled once a minute at most, not every " + usual);
        }
        return new Backfill(pages, overlap, ranged, Optional.of(usual), parent, reach);
    }

    /**
     * Says that resources are listed for each row of another service of the same connector, for example statistics for each
     * episode: {@link Context#parent} is then present, and every parent has cursors of its own.
     */
    public Backfill forEach(String service) {
        return new Backfill(pages, overlap, ranged, interval, Optional.of(Names.check("resource", service)), reach);
    }

    /** Says how far back it reaches. */
    public Backfill reaching(Reach far) {
        return new Backfill(pages, overlap, ranged, interval, parent, Optional.of(far));
    }

    /** Returns how far back it reaches, if that was declared. */
    public Optional<Reach> reach() {
        return reach;
    }

    /** Returns what fetches pages. */
    public Pages pages() {
        return pages;
    }

    /** Returns how far an incremental run goes back behind the previous one; empty if the listing is always complete. */
    public Optional<Duration> overlap() {
        return overlap;
    }

    /** Returns whether ranges of time can be listed. */
    public boolean isRanged() {
        return ranged;
    }

    /** Returns the usual time between two polls; empty if webhooks keep the table fresh. */
    public Optional<Duration> interval() {
        return interval;
    }

    /** Returns the service for each row of which resources are listed. */
    public Optional<String> parent() {
        return parent;
    }

    /** A page of a listing. */
    public static final class Page {
        private final List<Json> resources;
        private final List<Item> items;
        private final Optional<String> next;
        private final Optional<Instant> reached;
        private final OptionalLong total;

        private Page(
                List<Json> resources,
                List<Item> items,
                Optional<String> next,
                Optional<Instant> reached,
                OptionalLong total) {
            this.resources = List.copyOf(resources);
            this.items = List.copyOf(items);
            this.next = next;
            this.reached = reached;
            this.total = total;
        }

        /**
         * A page of resources, in the states they had when the page was asked for.
         *
         * @param next the cursor of the page that follows; empty for the last one
         */
        public static Page of(List<Json> resources, Optional<String> next) {
            return new Page(resources, List.of(), next, Optional.empty(), OptionalLong.empty());
        }

        /**
         * A page of a provider's list of events: states and deletions that have instants of their own, in the order in which they
         * happened.
         *
         * <p>Of one resource, the last state of an instant is taken for the newest, whatever webhooks said before. A page therefore needs
         * all events of an instant or none: one that ends within an instant leaves its events to the next page.
         *
         * @param next the cursor of the page that follows; empty for the last one
         */
        public static Page ofItems(List<Item> items, Optional<String> next) {
            return new Page(List.of(), items, next, Optional.empty(), OptionalLong.empty());
        }

        /** Adds the instant down to which a {@linkplain Backfill#ranged() ranged} listing has come: its last resource's creation. */
        public Page reached(Instant instant) {
            return new Page(resources, items, next, Optional.of(instant), total);
        }

        /** Adds how many resources the whole listing has, where the provider says so; shown to people as progress. */
        public Page total(long resourcesInAll) {
            return new Page(resources, items, next, reached, OptionalLong.of(resourcesInAll));
        }

        /** Returns the resources, possibly none. */
        public List<Json> resources() {
            return resources;
        }

        /** Returns the items, possibly none. */
        public List<Item> items() {
            return items;
        }

        /** Returns the cursor of the next page; empty after the last one. */
        public Optional<String> next() {
            return next;
        }

        /** Returns down to which instant a ranged listing has come. */
        public Optional<Instant> reached() {
            return reached;
        }

        /** Returns how many resources the whole listing has. */
        public OptionalLong total() {
            return total;
        }
    }

    /** A range of time; either end may be open. */
    public static final class Range {
        private final Optional<Instant> from;
        private final Optional<Instant> to;

        private Range(Optional<Instant> from, Optional<Instant> to) {
            this.from = from;
            this.to = to;
        }

        /** The instants at or after the first and before the second. */
        public static Range of(Optional<Instant> from, Optional<Instant> to) {
            return new Range(from, to);
        }

        /** Returns the first instant that belongs to the range; empty if it has no beginning. */
        public Optional<Instant> from() {
            return from;
        }

        /** Returns the first instant that does not belong to the range any more; empty if it has no end. */
        public Optional<Instant> to() {
            return to;
        }
    }

    /** What a connector may use while it reads the provider's API. */
    public interface Context {
        /** Returns what the operator supplied. */
        Settings settings();

        /** Returns a client that times out, retries, obeys rate limits and redacts secrets. */
        Http http();

        /** Returns the instant since which changes are wanted; empty for everything, and unless it is {@link #incremental}. */
        Optional<Instant> since();

        /** Returns the range of time of which resources are wanted; empty for all, and unless it is {@link #ranged}. */
        Optional<Range> range();

        /**
         * Returns the state that is known of a resource which is {@linkplain Resource.Builder#fetchedBy fetched by its key}, where there
         * is one: it may tell where to ask, for example on behalf of which account.
         */
        default Optional<Json> known() {
            return Optional.empty();
        }

        /** Returns the parent's resource, as its row's {@code data} has it; empty unless it is {@link #forEach}. */
        Optional<Json> parent();
    }
}
