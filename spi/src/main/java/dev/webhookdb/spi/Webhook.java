package dev.webhookdb.spi;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** How a resource's webhooks are verified and read. */
public final class Webhook {
    /** Decides whether a request came from the provider. Runs before the provider is answered: no I/O, a millisecond at most. */
    @FunctionalInterface
    public interface Verifier {
        /**
         * Verifies a request. After an exception nobody knows whether it is genuine: the provider is asked to send it again later.
         *
         * @throws ConnectorException with {@link ConnectorException.Reason#SETTINGS} if a setting is missing; the platform then keeps
         *     the request besides, and verifies it again when the setting is supplied
         */
        Verdict verify(Request request, Settings settings);
    }

    /** Reads from a verified request what it says about one resource. */
    @FunctionalInterface
    public interface Reader {
        /**
         * Reads items, in the order in which they happened. An exception makes the webhook fail, visibly and replayably.
         *
         * @param body the body, parsed as the webhook's {@link Format} says
         * @return nothing if the request is about something else; it then counts as ignored
         */
        List<Item> read(Request request, Json body);
    }

    /** Reads from a verified order of the provider to forget somebody which rows of one resource hold what has to be forgotten. */
    @FunctionalInterface
    public interface Eraser {
        /**
         * Selects rows. An exception makes the webhook fail, visibly and replayably.
         *
         * @param body the body, parsed as the webhook's {@link Format} says
         * @return nothing if no row of this resource is meant
         */
        List<Selection> select(Json body);
    }

    /**
     * Rows of a resource.
     *
     * @param column the key's name, or that of a declared column
     * @param value what it holds in them, as text
     */
    public record Selection(String column, String value) {
        /** Requires both. */
        public Selection {
            Objects.requireNonNull(column, "column");
            Objects.requireNonNull(value, "value");
        }
    }

    /**
     * What tells orders of the provider, and other requests that are about no resource in particular, from the rest.
     *
     * @param header its name
     * @param value what it holds in all of them
     */
    public record Topic(String header, String value) {
        /** Requires both. */
        public Topic {
            Objects.requireNonNull(header, "header");
            Objects.requireNonNull(value, "value");
        }

        /** Returns whether a request is such a one. */
        public boolean isIn(Request request) {
            return request.header(header).filter(value::equals).isPresent();
        }
    }

    /**
     * Orders to forget somebody, which providers send because a law says so. All but the key of the selected rows is erased, for ever,
     * and the bodies of webhooks that name it; they are not read as anything else.
     *
     * @param topic tells them from other requests
     * @param eraser selects what is erased
     */
    public record Erasing(Topic topic, Eraser eraser) {
        /** Requires both. */
        public Erasing {
            Objects.requireNonNull(topic, "topic");
            Objects.requireNonNull(eraser, "eraser");
        }
    }

    /** Reads from a verified order to forget an account as a whole which one that is. */
    @FunctionalInterface
    public interface Leaver {
        /**
         * Returns the account's name, in the form that the setting is kept in. An exception makes the webhook fail, visibly and replayably.
         *
         * @param body the body, parsed as the webhook's {@link Format} says
         */
        String account(Json body);
    }

    /**
     * Orders to forget all that is kept of an account, which providers send when it left. All rows of the integrations that are for it are
     * erased as with {@link Erasing}, a minute later, and the bodies of all webhooks that came to their addresses before.
     *
     * @param topic tells them from other requests
     * @param leaver says whose they are
     * @param account the setting by which an integration says for which account it is
     */
    public record Clearing(Topic topic, Leaver leaver, Setting account) {
        /** Requires all. */
        public Clearing {
            Objects.requireNonNull(topic, "topic");
            Objects.requireNonNull(leaver, "leaver");
            Objects.requireNonNull(account, "account");
        }
    }

    /** Reads from a verified request by which somebody wants to know what is kept of him which rows of one resource that is. */
    @FunctionalInterface
    public interface Discloser {
        /**
         * Selects rows. An exception makes the webhook fail, visibly and replayably.
         *
         * @param body the body, parsed as the webhook's {@link Format} says
         */
        Disclosure disclose(Json body);
    }

    /**
     * What somebody wants to know.
     *
     * @param request the provider's id of the request, the same however often it is sent, and for all resources
     * @param rows of this resource; none if no row of it is meant
     */
    public record Disclosure(String request, List<Selection> rows) {
        /** Copies the list. */
        public Disclosure {
            Objects.requireNonNull(request, "request");
            rows = List.copyOf(rows);
        }
    }

    /**
     * Requests to say what is kept of somebody, which providers pass on because a law says so. The organization is told which rows there
     * are, once for each request, and nothing of what is in them; they are not read as anything else.
     *
     * @param topic tells them from other requests
     * @param discloser selects what is kept
     */
    public record Disclosing(Topic topic, Discloser discloser) {
        /** Requires both. */
        public Disclosing {
            Objects.requireNonNull(topic, "topic");
            Objects.requireNonNull(discloser, "discloser");
        }
    }

    /** How a body is parsed before it is read. */
    public enum Format {
        /** As JSON; a body that is none fails the webhook. */
        JSON,
        /** As {@code application/x-www-form-urlencoded}: an object of strings, an array where a name repeats. */
        FORM
    }

    /** A verifier's decision. */
    public sealed interface Verdict {
        /** The request is genuine: keep it, read it, and answer as given or, without an answer, 202. */
        record Accept(Optional<Response> answer) implements Verdict {}

        /**
         * The request is not genuine, or cannot be shown to be.
         *
         * @param reason a sentence for the operator, which is also sent to the caller: no secrets, no expected signature
         */
        record Reject(String reason) implements Verdict {}

        /** The request is genuine but carries nothing to keep, such as a provider's test of the URL: just answer. */
        record Answer(Response response) implements Verdict {}

        /** Accepts with the platform's own answer. */
        static Verdict accept() {
            return new Accept(Optional.empty());
        }

        /** Accepts with an answer that the provider expects. */
        static Verdict accept(Response answer) {
            return new Accept(Optional.of(answer));
        }

        /** Rejects. */
        static Verdict reject(String reason) {
            return new Reject(reason);
        }

        /** Answers without keeping the request. */
        static Verdict answer(Response response) {
            return new Answer(response);
        }
    }

    private final Verifier verifier;
    private final Reader reader;
    private final Format format;
    private final List<String> events;
    private final boolean fetching;
    private final Orders orders;

    /** What the provider sends besides what happened to resources. */
    private record Orders(Optional<Erasing> erasing, Optional<Disclosing> disclosing, Optional<Clearing> clearing) {
        static final Orders NONE = new Orders(Optional.empty(), Optional.empty(), Optional.empty());
    }

    private Webhook(
            Verifier verifier, Reader reader, Format format, List<String> events, boolean fetching, Orders orders) {
        this.verifier = Objects.requireNonNull(verifier, "verifier");
        this.reader = Objects.requireNonNull(reader, "reader");
        this.format = format;
        this.events = List.copyOf(events);
        this.fetching = fetching;
        this.orders = orders;
    }

    /** Declares webhooks with JSON bodies. */
    public static Webhook of(Verifier verifier, Reader reader) {
        return new Webhook(verifier, reader, Format.JSON, List.of(), false, Orders.NONE);
    }

    /** Names the event types to subscribe to at the provider, as the provider writes them; shown to the operator. */
    public Webhook events(String... types) {
        return new Webhook(verifier, reader, format, List.of(types), fetching, orders);
    }

    /** Parses bodies in another format. */
    public Webhook format(Format other) {
        return new Webhook(verifier, reader, other, events, fetching, orders);
    }

    /**
     * Says that the reader returns {@link Item.Fetch}. What has to be supplied for the provider's API is then needed for webhooks too, and
     * asked for along with what verifies them.
     */
    public Webhook fetching() {
        return new Webhook(verifier, reader, format, events, true, orders);
    }

    /**
     * Says that the provider also sends orders to forget somebody, told by a header. One may come to the endpoint of any resource that
     * declares this: it is carried out for all resources of the connector that the organization replicates, so a resource that holds
     * nothing of anybody declares it, too, and selects nothing.
     */
    public Webhook erasing(String header, String value, Eraser eraser) {
        var erasing = new Erasing(new Topic(header, value), eraser);
        return with(new Orders(Optional.of(erasing), orders.disclosing(), orders.clearing()));
    }

    /**
     * Says that the provider also passes on that somebody wants to know what is kept of him, told by a header. As with {@link #erasing},
     * one may come to the endpoint of any resource that declares this, and all of the connector's resources are asked.
     */
    public Webhook disclosing(String header, String value, Discloser discloser) {
        var disclosing = new Disclosing(new Topic(header, value), discloser);
        return with(new Orders(orders.erasing(), Optional.of(disclosing), orders.clearing()));
    }

    /**
     * Says that the provider also sends orders to forget an account as a whole, told by a header. As with {@link #erasing}, one may come to
     * the endpoint of any resource that declares this, and it is carried out for all resources that do.
     *
     * @param account the setting that holds the account's name; integrations without it are left alone, and somebody is told
     */
    public Webhook clearing(String header, String value, Leaver leaver, Setting account) {
        var clearing = new Clearing(new Topic(header, value), leaver, account);
        return with(new Orders(orders.erasing(), orders.disclosing(), Optional.of(clearing)));
    }

    private Webhook with(Orders others) {
        return new Webhook(verifier, reader, format, events, fetching, others);
    }

    /** Returns which orders to forget an account as a whole the provider sends. */
    public Optional<Clearing> clearing() {
        return orders.clearing();
    }

    /** Returns by which requests the provider passes on that somebody wants to know what is kept of him. */
    public Optional<Disclosing> disclosing() {
        return orders.disclosing();
    }

    /** Returns which orders to forget somebody the provider sends. */
    public Optional<Erasing> erasing() {
        return orders.erasing();
    }

    /** Returns what decides whether a request came from the provider. */
    public Verifier verifier() {
        return verifier;
    }

    /** Returns what reads a verified request. */
    public Reader reader() {
        return reader;
    }

    /** Returns how bodies are parsed. */
    public Format format() {
        return format;
    }

    /** Returns whether what webhooks name has to be fetched. */
    public boolean isFetching() {
        return fetching;
    }

    /** Returns the event types to subscribe to; empty if the provider has none. */
    public List<String> events() {
        return events;
    }
}
