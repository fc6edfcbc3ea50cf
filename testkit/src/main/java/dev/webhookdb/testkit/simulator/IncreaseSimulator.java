package dev.webhookdb.testkit.simulator;

import static dev.webhookdb.testkit.simulator.JsonText.object;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An Increase group with a life: accounts are opened and renamed, transfers are approved, canceled, submitted and settled, which makes
 * transactions. Everything that happens is an event.
 *
 * <p>The same seed and the same calls give the same history. Thread-safe.
 */
public final class IncreaseSimulator extends SimulatedAccount<IncreaseSimulator> {
    /** The types of objects, as events name them. */
    public static final List<String> TYPES = List.of(
            "account",
            "account_number",
            "account_transfer",
            "ach_transfer",
            "check_transfer",
            "transaction",
            "wire_transfer");

    private final Chance chance;
    private final IncreaseObjects shapes;
    private final Map<String, IncreaseObject> objects = new LinkedHashMap<>();
    private final List<IncreaseEvent> events = new ArrayList<>();

    private IncreaseSimulator(long seed) {
        this.chance = new Chance(seed);
        this.shapes = new IncreaseObjects(chance);
    }

    /** A group in which nothing has happened yet. */
    public static IncreaseSimulator seeded(long seed) {
        return new IncreaseSimulator(seed);
    }

    @Override
    IncreaseSimulator self() {
        return this;
    }

    /** Makes at least so many events happen, each at least a second after the one before. */
    public synchronized List<IncreaseEvent> happen(int count) {
        int before = events.size();
        while (events.size() < before + count) {
            advance(Duration.ofSeconds(chance.between(1, 20)));
            step();
        }
        return List.copyOf(events.subList(before, events.size()));
    }

    /** Everything that happened, in order. */
    public synchronized List<IncreaseEvent> events() {
        return List.copyOf(events);
    }

    /** The present states of the objects of a type, by id, in the order of creation. */
    public synchronized Map<String, IncreaseObject> objects(String type) {
        Map<String, IncreaseObject> ofType = new LinkedHashMap<>();
        objects.forEach((id, object) -> {
            if (object.type().equals(type)) {
                ofType.put(id, object);
            }
        });
        return ofType;
    }

    private void step() {
        int dice = chance.below(100);
        Optional<String> account = any("account");
        if (dice < 6 || account.isEmpty()) {
            created("account", shapes.account(now()));
        } else if (dice < 12) {
            changed(objects.get(account.get()), shapes.renamed(members(account.get())));
        } else if (dice < 18) {
            created("account_number", shapes.accountNumber(now(), account.get()));
        } else if (dice < 22) {
            any("account_number").ifPresent(id -> changed(objects.get(id), shapes.disabled(members(id))));
        } else if (dice < 50) {
            newTransfer(account.get());
        } else {
            any(chance.oneOf(List.of(
                            "ach_transfer", "ach_transfer", "wire_transfer", "check_transfer", "account_transfer")))
                    .ifPresent(id -> proceed(objects.get(id)));
        }
    }

    private void newTransfer(String account) {
        switch (chance.below(5)) {
            case 0 -> created("wire_transfer", shapes.wireTransfer(now(), account));
            case 1 -> created("check_transfer", shapes.checkTransfer(now(), account));
            case 2 ->
                created(
                        "account_transfer",
                        shapes.accountTransfer(now(), account, any("account").orElse(account)));
            default -> created("ach_transfer", shapes.achTransfer(now(), account));
        }
    }

    private void proceed(IncreaseObject transfer) {
        Map<String, Object> before = transfer.members();
        switch ((String) before.get("status")) {
            case "pending_approval" ->
                changed(transfer, chance.percent(15) ? shapes.canceled(before, now()) : shapes.approved(before, now()));
            case "pending_submission" -> submit(transfer);
            case "mailed" -> changed(transfer, shapes.deposited(before, now()));
            case "submitted" -> continueSubmitted(transfer);
            default -> {
                // nothing more becomes of it
            }
        }
    }

    private void submit(IncreaseObject transfer) {
        if (transfer.type().equals("account_transfer")) {
            settle(transfer, "complete");
        } else {
            changed(transfer, shapes.submitted(transfer.members(), now()));
        }
    }

    private void continueSubmitted(IncreaseObject transfer) {
        if (transfer.type().equals("check_transfer")) {
            changed(transfer, shapes.mailed(transfer.members(), now()));
        } else if (transfer.members().get("transaction_id") == null) {
            settle(transfer, transfer.type().equals("wire_transfer") ? "complete" : "submitted");
        }
    }

    private void settle(IncreaseObject transfer, String status) {
        Map<String, Object> transaction = shapes.transaction(now(), transfer.members());
        created("transaction", transaction);
        changed(transfer, shapes.settled(transfer.members(), status, (String) transaction.get("id")));
    }

    private Map<String, Object> members(String id) {
        return objects.get(id).members();
    }

    private Optional<String> any(String type) {
        List<String> ids = List.copyOf(objects(type).keySet());
        return ids.isEmpty() ? Optional.empty() : Optional.of(chance.oneOf(ids));
    }

    private void created(String type, Map<String, Object> members) {
        objects.put((String) members.get("id"), new IncreaseObject(type, members));
        record(type + ".created", type, (String) members.get("id"));
    }

    private void changed(IncreaseObject before, Map<String, Object> after) {
        objects.put(before.id(), new IncreaseObject(before.type(), after));
        record(before.type() + ".updated", before.type(), before.id());
    }

    private void record(String category, String type, String objectId) {
        String id = shapes.id("event");
        Map<String, Object> members = object(
                "id", id,
                "associated_object_id", objectId,
                "associated_object_type", type,
                "category", category,
                "created_at", now().toString(),
                "type", "event");
        events.add(new IncreaseEvent(id, category, now(), objectId, members));
    }
}
