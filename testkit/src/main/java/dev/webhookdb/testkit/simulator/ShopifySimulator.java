package dev.webhookdb.testkit.simulator;

import static dev.webhookdb.testkit.simulator.JsonText.object;
import static dev.webhookdb.testkit.simulator.JsonText.with;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A shop with a life: products are put up, customers register, orders are paid, fulfilled, cancelled and deleted.
 *
 * <p>The same seed and the same calls give the same history. Two states of one resource are at least a second apart. Thread-safe.
 */
public final class ShopifySimulator extends SimulatedAccount<ShopifySimulator> {
    static final String DOMAIN = "simulated.myshopify.com";

    private final Chance chance;
    private final ShopifyObjects objects;
    private final Map<String, Map<Long, ShopifyResource>> resources = new LinkedHashMap<>();
    private final List<ShopifyEvent> events = new ArrayList<>();
    private long nextId = 4_500_000_000_001L;
    private boolean sameSecondEdits;

    private ShopifySimulator(long seed) {
        this.chance = new Chance(seed);
        this.objects = new ShopifyObjects(chance);
        for (String kind : List.of("customers", "products", "orders", "fulfillments")) {
            resources.put(kind, new LinkedHashMap<>());
        }
    }

    /** A shop in which nothing has happened yet. */
    public static ShopifySimulator seeded(long seed) {
        return new ShopifySimulator(seed);
    }

    @Override
    ShopifySimulator self() {
        return this;
    }

    /**
     * Lets about half of what happens happen in the second of what happened before, with the same {@code updated_at}; only when a webhook
     * was triggered tells it apart.
     */
    public synchronized ShopifySimulator sameSecondEdits(boolean wanted) {
        sameSecondEdits = wanted;
        return this;
    }

    /** Makes so many things happen, each a few seconds after the one before. Some are two events. */
    public synchronized List<ShopifyEvent> happen(int count) {
        int before = events.size();
        for (int i = 0; i < count; i++) {
            advance(pause());
            step();
        }
        return List.copyOf(events.subList(before, events.size()));
    }

    /** Makes so many things happen at an instant, or later where that is not to be avoided. */
    public synchronized List<ShopifyEvent> happenAt(Instant instant, int count) {
        int before = events.size();
        for (int i = 0; i < count; i++) {
            advanceTo(instant);
            step();
        }
        return List.copyOf(events.subList(before, events.size()));
    }

    /** The state of every resource of a kind, also of the deleted ones, by id, in the order of creation. */
    public synchronized Map<Long, ShopifyResource> resources(String kind) {
        return new LinkedHashMap<>(resources.get(kind));
    }

    /** Everything that happened, in order. */
    public synchronized List<ShopifyEvent> events() {
        return List.copyOf(events);
    }

    private Duration pause() {
        return sameSecondEdits && chance.percent(50)
                ? Duration.ofMillis(chance.between(1, 40))
                : Duration.ofSeconds(chance.between(1, 20));
    }

    private void step() {
        int dice = chance.below(100);
        if (dice < 8 || living("products").isEmpty()) {
            create("products", objects.product(nextId, second()));
        } else if (dice < 16) {
            update("products", "products/update", any("products"), objects.productChange());
        } else if (dice < 18) {
            delete("products", any("products"));
        } else if (dice < 32 || living("customers").isEmpty()) {
            create("customers", objects.customer(nextId, second()));
        } else if (dice < 40) {
            update("customers", "customers/update", any("customers"), objects.customerChange());
        } else if (dice < 43) {
            delete("customers", any("customers"));
        } else if (dice < 65 || living("orders").isEmpty()) {
            create(
                    "orders",
                    objects.order(
                            nextId,
                            second(),
                            any("customers").members(),
                            any("products").members()));
        } else if (dice < 68) {
            delete("orders", any("orders"));
        } else {
            proceed(any("orders"));
        }
    }

    private void proceed(ShopifyResource order) {
        Map<String, Object> members = order.members();
        if (members.get("cancelled_at") != null || members.get("fulfillment_status") != null) {
            update("orders", "orders/updated", order, object("note", "Call first – " + chance.name()));
        } else if (members.get("financial_status").equals("pending")) {
            boolean paid = chance.percent(85);
            Map<String, Object> change = paid
                    ? object("financial_status", "paid")
                    : object("cancelled_at", second().toString(), "cancel_reason", "customer");
            update("orders", paid ? "orders/paid" : "orders/cancelled", order, change);
        } else {
            Map<String, Object> fulfillment = objects.fulfillment(nextId, second(), order.id());
            create("fulfillments", fulfillment);
            update(
                    "orders",
                    "orders/fulfilled",
                    order,
                    object(
                            "fulfillment_status",
                            "fulfilled",
                            "closed_at",
                            second().toString(),
                            "fulfillments",
                            List.of(fulfillment)));
        }
    }

    private void create(String kind, Map<String, Object> members) {
        nextId += chance.between(1, 50);
        happened(kind + "/create", new ShopifyResource(kind, (Long) members.get("id"), second(), false, members));
    }

    private void update(String kind, String topic, ShopifyResource before, Map<String, Object> change) {
        Map<String, Object> members = with(with(before.members(), change), object("updated_at", second().toString()));
        happened(topic, new ShopifyResource(kind, before.id(), second(), false, members));
    }

    private void delete(String kind, ShopifyResource before) {
        happened(kind + "/delete", new ShopifyResource(kind, before.id(), second(), true, before.members()));
    }

    private void happened(String topic, ShopifyResource after) {
        resources.get(after.kind()).put(after.id(), after);
        Map<String, Object> body = after.deleted() ? object("id", after.id()) : after.members();
        events.add(new ShopifyEvent(objects.uuid(), topic, now(), after.id(), JsonText.write(body)));
    }

    /** What resources tell of the time. */
    private Instant second() {
        return now().truncatedTo(ChronoUnit.SECONDS);
    }

    private List<ShopifyResource> living(String kind) {
        return resources.get(kind).values().stream()
                .filter(resource -> !resource.deleted())
                .toList();
    }

    private ShopifyResource any(String kind) {
        List<ShopifyResource> living = living(kind);
        return living.isEmpty() ? List.copyOf(resources.get(kind).values()).getLast() : chance.oneOf(living);
    }
}
