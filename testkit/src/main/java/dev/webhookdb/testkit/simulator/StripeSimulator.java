package dev.webhookdb.testkit.simulator;

import static dev.webhookdb.testkit.simulator.JsonText.object;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A Stripe account with a life: customers come, change and go, charges succeed, fail, are captured and refunded.
 *
 * <p>The same seed and the same calls give the same history. Two events of one object are at least a second apart (Stripe's
 * resolution), so that the order in which they are delivered cannot matter, unless {@link #sameSecondEdits} is on.
 *
 * <p>Thread-safe: {@link StripeApi} reads while a test makes more happen.
 */
public final class StripeSimulator {
    /** The version of Stripe's API whose objects are imitated. */
    public static final String API_VERSION = "2026-07-29.dahlia";

    private static final int OTHER_EVENTS_PERCENT = 4;
    private static final List<String> OTHER_TYPES =
            List.of("invoice.paid", "payment_intent.created", "payout.paid", "product.updated");

    private final Chance chance;
    private final StripeCharges chargeObjects;
    private final StripeCustomers customerObjects;
    private final Map<String, Map<String, StripeObject>> objects = new HashMap<>();
    private final Map<String, StripeObject> charges = kind("charges");
    private final Map<String, StripeObject> customers = kind("customers");
    private final StripeBusiness business;
    private final List<String> chargeIds = new ArrayList<>();
    private final List<String> livingCustomerIds = new ArrayList<>();
    private final Map<String, Long> lastSecond = new HashMap<>();
    private final List<StripeEvent> events = new ArrayList<>();
    private Instant now = Instant.parse("2026-01-05T08:00:00Z");
    private boolean sameSecondEdits;
    private boolean wholeBusiness;

    private StripeSimulator(long seed) {
        this.chance = new Chance(seed);
        this.chargeObjects = new StripeCharges(chance);
        this.customerObjects = new StripeCustomers(chance);
        this.business = new StripeBusiness(new Chance(~seed), new Teller());
    }

    /** An account in which nothing has happened yet. */
    public static StripeSimulator seeded(long seed) {
        return new StripeSimulator(seed);
    }

    /** Sets the account's clock. */
    public synchronized StripeSimulator startingAt(Instant start) {
        now = start;
        return this;
    }

    /** Lets about half of the edits happen in the second of the edit before, which real accounts show too. */
    public synchronized StripeSimulator sameSecondEdits(boolean wanted) {
        sameSecondEdits = wanted;
        return this;
    }

    /**
     * Lets the account also sell products, bill subscriptions, refund, lose disputes and pay out. Without that there are charges and
     * customers only, in a history that does not depend on the rest.
     */
    public synchronized StripeSimulator wholeBusiness(boolean wanted) {
        wholeBusiness = wanted;
        return this;
    }

    /** The account's time: when the next thing happens. */
    public synchronized Instant now() {
        return now;
    }

    public synchronized void advance(Duration duration) {
        now = now.plus(duration);
    }

    /** Makes so many events happen, each a few seconds after the one before. */
    public synchronized List<StripeEvent> happen(int count) {
        int before = events.size();
        for (int i = 0; i < count; i++) {
            advance(Duration.ofSeconds(chance.between(0, 20)));
            step();
        }
        return List.copyOf(events.subList(before, events.size()));
    }

    /** Makes so many events happen at an instant, or later where that is not to be avoided. */
    public synchronized List<StripeEvent> happenAt(Instant instant, int count) {
        int before = events.size();
        for (int i = 0; i < count; i++) {
            now = instant.isAfter(now) ? instant : now;
            step();
        }
        return List.copyOf(events.subList(before, events.size()));
    }

    /** Everything that happened, in order. */
    public synchronized List<StripeEvent> events() {
        return List.copyOf(events);
    }

    /** The state of every charge, by id, in the order of creation. */
    public synchronized Map<String, StripeObject> charges() {
        return new LinkedHashMap<>(charges);
    }

    /** The state of every customer, also of the deleted ones, by id, in the order of creation. */
    public synchronized Map<String, StripeObject> customers() {
        return new LinkedHashMap<>(customers);
    }

    /**
     * The state of every object of a kind, also of the deleted ones, by id, in the order of creation.
     *
     * @param plural as in the API's paths, for example {@code payment_intents} or {@code checkout/sessions}
     */
    public synchronized Map<String, StripeObject> objects(String plural) {
        return new LinkedHashMap<>(objects.getOrDefault(plural, Map.of()));
    }

    /** The {@code Stripe-Signature} header for a body: https://docs.stripe.com/webhooks#verify-manually. */
    public static String sign(String secret, byte[] body, long epochSecond) {
        byte[] hash = Signatures.hmac("HmacSHA256", secret, (epochSecond + ".").getBytes(UTF_8), body);
        return "t=" + epochSecond + ",v1=" + HexFormat.of().formatHex(hash);
    }

    private Map<String, StripeObject> kind(String plural) {
        return objects.computeIfAbsent(plural, name -> new LinkedHashMap<>());
    }

    private void step() {
        if (wholeBusiness && business.itsTurn()) {
            business.step(new StripeBusiness.Account(
                    now.getEpochSecond(), List.copyOf(charges.values()), List.copyOf(livingCustomerIds)));
            return;
        }
        int dice = chance.below(100);
        if (dice < OTHER_EVENTS_PERCENT && !wholeBusiness) {
            somethingElse();
        } else if (dice < 20 || livingCustomerIds.isEmpty()) {
            newCustomer();
        } else if (dice < 32) {
            editCustomer();
        } else if (dice < 36) {
            deleteCustomer();
        } else if (dice < 70 || chargeIds.isEmpty()) {
            newCharge();
        } else {
            continueCharge(chance.oneOf(chargeIds));
        }
    }

    private void newCustomer() {
        StripeObject created =
                StripeObject.of(customerObjects.customer(now.getEpochSecond()), now.getEpochSecond(), false);
        livingCustomerIds.add(created.id());
        happened("customer.created", customers, created, null);
    }

    private void editCustomer() {
        StripeObject before = customers.get(chance.oneOf(livingCustomerIds));
        Map<String, Object> after = customerObjects.edited(before.members());
        happened("customer.updated", customers, StripeObject.of(after, secondAfter(before), false), before);
    }

    /** Deletes certain customers, as far as they are still there. */
    public synchronized void deleteCustomers(Collection<String> ids) {
        ids.stream().filter(livingCustomerIds::remove).map(customers::get).forEach(this::delete);
    }

    private void deleteCustomer() {
        delete(customers.get(livingCustomerIds.remove(chance.below(livingCustomerIds.size()))));
    }

    private void delete(StripeObject before) {
        StripeObject gone = StripeObject.of(before.members(), secondAfter(before), true);
        happened("customer.deleted", customers, gone, null);
    }

    private void newCharge() {
        long second = now.getEpochSecond();
        String customer = chance.percent(85) ? chance.oneOf(livingCustomerIds) : null;
        String email = chance.percent(90) ? chance.email() : null;
        Map<String, Object> charge = newCharge(second, customer, email);
        StripeObject created = StripeObject.of(charge, second, false);
        chargeIds.add(created.id());
        happened("charge." + charge.get("status"), charges, created, null);
    }

    private Map<String, Object> newCharge(long second, String customer, String email) {
        int dice = chance.below(100);
        if (dice < 75) {
            return chargeObjects.card(second, customer, email, dice < 60);
        }
        return dice < 90
                ? chargeObjects.debit(second, customer, email)
                : chargeObjects.declined(second, customer, email);
    }

    private void continueCharge(String id) {
        StripeObject before = charges.get(id);
        Map<String, Object> charge = before.members();
        if (charge.get("status").equals("pending")) {
            boolean good = chance.percent(80);
            Map<String, Object> after = good ? chargeObjects.settled(charge) : chargeObjects.returned(charge);
            changed(good ? "charge.succeeded" : "charge.failed", before, after);
        } else if (charge.get("status").equals("succeeded")
                && charge.get("captured").equals(false)) {
            changed("charge.captured", before, chargeObjects.captured(charge));
        } else if (charge.get("status").equals("succeeded")
                && charge.get("refunded").equals(false)
                && chance.percent(30)) {
            changed("charge.refunded", before, chargeObjects.refunded(charge));
        } else {
            changed("charge.updated", before, chargeObjects.edited(charge));
        }
    }

    private void changed(String type, StripeObject before, Map<String, Object> after) {
        happened(type, charges, StripeObject.of(after, secondAfter(before), false), before);
    }

    private void somethingElse() {
        String type = chance.oneOf(OTHER_TYPES);
        String id = chance.identifier("obj_", 14);
        Map<String, Object> other =
                object("id", id, "object", type.substring(0, type.indexOf('.')), "created", now.getEpochSecond());
        record(type, id, now.getEpochSecond(), object("object", other));
    }

    /** Writes down what happens in the rest of the account. */
    private final class Teller implements StripeBusiness.Teller {
        @Override
        public StripeObject tell(String plural, String type, Map<String, Object> members) {
            Optional<StripeObject> before = Optional.ofNullable(kind(plural).get((String) members.get("id")));
            long second = before.map(StripeSimulator.this::secondAfter).orElseGet(now::getEpochSecond);
            boolean deleted = type.equals(members.get("object") + ".deleted");
            StripeObject after = StripeObject.of(members, second, deleted);
            happened(type, kind(plural), after, before.orElse(null));
            return after;
        }

        @Override
        public StripeObject note(String plural, Map<String, Object> members, long second, boolean deleted) {
            StripeObject state = StripeObject.of(members, second, deleted);
            kind(plural).put(state.id(), state);
            lastSecond.put(state.id(), second);
            return state;
        }
    }

    /** The current second, which becomes a later one where the object was already edited in it. */
    private long secondAfter(StripeObject before) {
        long last = lastSecond.get(before.id());
        if (sameSecondEdits && chance.percent(50)) {
            return last;
        }
        if (now.getEpochSecond() <= last) {
            now = Instant.ofEpochSecond(last + 1);
        }
        return now.getEpochSecond();
    }

    private void happened(String type, Map<String, StripeObject> kind, StripeObject after, StripeObject before) {
        kind.put(after.id(), after);
        lastSecond.put(after.id(), after.asOf());
        Map<String, Object> data = Optional.ofNullable(before)
                .map(old -> object("object", after.members(), "previous_attributes", replaced(old, after)))
                .orElseGet(() -> object("object", after.members()));
        record(type, after.id(), after.asOf(), data);
    }

    private static Map<String, Object> replaced(StripeObject before, StripeObject after) {
        Map<String, Object> old = new LinkedHashMap<>(before.members());
        old.entrySet().removeAll(after.members().entrySet());
        return old;
    }

    private void record(String type, String objectId, long second, Map<String, Object> data) {
        String id = chance.identifier("evt_1", 23);
        Map<String, Object> request =
                object("id", chance.identifier("req_", 14), "idempotency_key", chance.identifier("", 32));
        String body = JsonText.write(object(
                "id", id,
                "object", "event",
                "api_version", API_VERSION,
                "created", second,
                "data", data,
                "livemode", false,
                "pending_webhooks", 1,
                "request", request,
                "type", type));
        events.add(new StripeEvent(id, type, second, objectId, body));
    }
}
