package dev.webhookdb.testkit.simulator;

import static dev.webhookdb.testkit.simulator.JsonText.object;
import static dev.webhookdb.testkit.simulator.JsonText.with;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A ConvertKit account with a life: people subscribe, are edited, cancel and come back; broadcasts are written, sent and read; tags are
 * given. Only subscribing and cancelling are told by webhooks.
 *
 * <p>The same seed and the same calls give the same history. Thread-safe.
 */
public final class ConvertKitSimulator extends SimulatedAccount<ConvertKitSimulator> {
    private final Chance chance;
    private final Map<Integer, Subscriber> subscribers = new LinkedHashMap<>();
    private final Map<Integer, Broadcast> broadcasts = new LinkedHashMap<>();
    private final Map<Integer, Tag> tags = new LinkedHashMap<>();
    private int lastId = 1000;
    private int deliveries;

    private ConvertKitSimulator(long seed) {
        this.chance = new Chance(seed);
    }

    /** An account in which nothing has happened yet. */
    public static ConvertKitSimulator seeded(long seed) {
        return new ConvertKitSimulator(seed);
    }

    @Override
    ConvertKitSimulator self() {
        return this;
    }

    /** Makes so many people subscribe or cancel, and some other things happen in between; the webhooks about the former. */
    public synchronized List<ConvertKitWebhook> happen(int count) {
        List<ConvertKitWebhook> told = new ArrayList<>();
        while (told.size() < count) {
            advance(Duration.ofSeconds(chance.between(1, 120)));
            step().ifPresent(told::add);
        }
        return told;
    }

    /** Somebody new subscribes. */
    public synchronized Subscriber subscribe() {
        Map<String, Object> members = object(
                "id", ++lastId,
                "first_name", chance.name(),
                "email_address", chance.email(),
                "state", "active",
                "created_at", now().toString(),
                "fields", object("last_name", chance.percent(80) ? chance.city() : null));
        return kept(new Subscriber(members, now(), Optional.empty()));
    }

    /** A subscriber cancels. */
    public synchronized Subscriber cancel(int id) {
        Map<String, Object> cancelled = with(subscribers.get(id).members(), object("state", "cancelled"));
        return kept(new Subscriber(cancelled, now(), Optional.of(now())));
    }

    /** A subscriber comes back. */
    public synchronized Subscriber comeBack(int id) {
        Map<String, Object> active = with(subscribers.get(id).members(), object("state", "active"));
        return kept(new Subscriber(active, now(), Optional.empty()));
    }

    /** A subscriber's name changes, which no webhook tells. */
    public synchronized Subscriber edit(int id) {
        Subscriber before = subscribers.get(id);
        Map<String, Object> edited = with(before.members(), object("first_name", chance.name()));
        return kept(new Subscriber(edited, now(), before.cancelledAt()));
    }

    /** A broadcast is written. */
    public synchronized Broadcast write() {
        Map<String, Object> members =
                object("id", ++lastId, "created_at", now().toString(), "subject", "News from " + chance.city());
        Broadcast draft = new Broadcast(members, stats(0, 0, 0, "draft"));
        broadcasts.put(draft.id(), draft);
        return draft;
    }

    /** A tag is made. */
    public synchronized Tag tag() {
        Tag tag = new Tag(
                object("id", ++lastId, "name", chance.city() + " " + lastId, "created_at", now().toString()), Set.of());
        tags.put(tag.id(), tag);
        return tag;
    }

    /** Everybody who ever subscribed, by id, in the order of creation. */
    public synchronized Map<Integer, Subscriber> subscribers() {
        return new LinkedHashMap<>(subscribers);
    }

    /** All broadcasts, by id, in the order of creation. */
    public synchronized Map<Integer, Broadcast> broadcasts() {
        return new LinkedHashMap<>(broadcasts);
    }

    /** All tags, by id, in the order of creation. */
    public synchronized Map<Integer, Tag> tags() {
        return new LinkedHashMap<>(tags);
    }

    private Optional<ConvertKitWebhook> step() {
        int dice = chance.below(100);
        Optional<Integer> someone = any(subscribers);
        if (dice < 40 || someone.isEmpty()) {
            return Optional.of(told("subscriber_activate", subscribe()));
        }
        if (dice < 60) {
            boolean active = subscribers.get(someone.get()).active();
            return Optional.of(
                    active
                            ? told("subscriber_unsubscribe", cancel(someone.get()))
                            : told("subscriber_activate", comeBack(someone.get())));
        }
        if (dice < 70) {
            edit(someone.get());
        } else if (dice < 80) {
            workOnBroadcasts();
        } else {
            workOnTags(someone.get());
        }
        return Optional.empty();
    }

    private void workOnBroadcasts() {
        Optional<Integer> known = any(broadcasts);
        if (known.isEmpty() || chance.percent(30)) {
            write();
            return;
        }
        Broadcast before = broadcasts.get(known.get());
        int recipients = (Integer) before.stats().get("recipients");
        int reached = recipients == 0 ? subscribers.size() : recipients;
        int clicks = (Integer) before.stats().get("total_clicks") + chance.below(5);
        int left = (Integer) before.stats().get("unsubscribes") + chance.below(2);
        broadcasts.put(known.get(), new Broadcast(before.members(), stats(reached, clicks, left, "completed")));
    }

    private void workOnTags(int subscriber) {
        Optional<Integer> known = any(tags);
        if (known.isEmpty() || chance.percent(20)) {
            tag();
            return;
        }
        Set<Integer> more = new TreeSet<>(tags.get(known.get()).subscribers());
        more.add(subscriber);
        tags.put(known.get(), new Tag(tags.get(known.get()).members(), more));
    }

    private static Map<String, Object> stats(int recipients, int clicks, int unsubscribes, String status) {
        double of = Math.max(1, recipients);
        return object(
                "recipients",
                recipients,
                "open_rate",
                recipients == 0 ? 0 : Math.round(6000 / of * 2) / 100.0,
                "click_rate",
                Math.round(10_000 * clicks / of) / 100.0,
                "unsubscribes",
                unsubscribes,
                "total_clicks",
                clicks,
                "show_total_clicks",
                clicks > 0,
                "status",
                status,
                "progress",
                recipients == 0 ? 0.0 : 100.0);
    }

    private ConvertKitWebhook told(String event, Subscriber subscriber) {
        String body = JsonText.write(object("subscriber", subscriber.members()));
        return new ConvertKitWebhook("delivery_" + ++deliveries, "subscriber." + event, body);
    }

    private Subscriber kept(Subscriber subscriber) {
        subscribers.put(subscriber.id(), subscriber);
        return subscriber;
    }

    private Optional<Integer> any(Map<Integer, ?> things) {
        return things.isEmpty() ? Optional.empty() : Optional.of(chance.oneOf(List.copyOf(things.keySet())));
    }

    /**
     * Somebody who subscribed.
     *
     * @param members as the API returns them
     * @param updatedAt when the state began, which the API only filters by
     * @param cancelledAt when the subscription ended, which the API only sorts by
     */
    public record Subscriber(Map<String, Object> members, Instant updatedAt, Optional<Instant> cancelledAt) {
        public int id() {
            return (Integer) members.get("id");
        }

        public boolean active() {
            return members.get("state").equals("active");
        }

        Instant createdAt() {
            return Instant.parse((String) members.get("created_at"));
        }
    }

    /** An e-mail to many, and its statistics. */
    public record Broadcast(Map<String, Object> members, Map<String, Object> stats) {
        public int id() {
            return (Integer) members.get("id");
        }
    }

    /** A tag, and the ids of those that have it. */
    public record Tag(Map<String, Object> members, Set<Integer> subscribers) {
        public int id() {
            return (Integer) members.get("id");
        }
    }
}
