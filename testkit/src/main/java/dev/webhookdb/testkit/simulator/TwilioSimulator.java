package dev.webhookdb.testkit.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A Twilio account with a life: messages come in, and messages go out, which are queued, sent and delivered, or not.
 *
 * <p>The same seed and the same calls give the same history. Two states of one message are at least a second apart. Thread-safe.
 */
public final class TwilioSimulator extends SimulatedAccount<TwilioSimulator> {
    private static final List<String> TEXTS =
            List.of("Your code is 123456", "Ihr Paket ist da – Grüße", "STOP", "See you at 8? 🙂", "Order shipped");

    private static final String PRICE = "-0.00790";

    private final Chance chance;
    private final String account;
    private final String number;
    private final Map<String, TwilioMessage> messages = new LinkedHashMap<>();
    private final List<String> underWay = new ArrayList<>();
    private final List<TwilioCallback> callbacks = new ArrayList<>();

    private TwilioSimulator(long seed) {
        this.chance = new Chance(seed);
        this.account = hexadecimal("AC");
        this.number = "+1555" + chance.digits(7);
    }

    /** An account in which nothing has happened yet. */
    public static TwilioSimulator seeded(long seed) {
        return new TwilioSimulator(seed);
    }

    @Override
    TwilioSimulator self() {
        return this;
    }

    /** The Account SID. */
    public String accountSid() {
        return account;
    }

    /** Makes so many things happen, each a few seconds after the one before. */
    public synchronized List<TwilioCallback> happen(int count) {
        int before = callbacks.size();
        for (int i = 0; i < count; i++) {
            advance(Duration.ofSeconds(chance.between(1, 20)));
            step();
        }
        return List.copyOf(callbacks.subList(before, callbacks.size()));
    }

    /** Makes so many things happen at an instant, or later where that is not to be avoided. */
    public synchronized List<TwilioCallback> happenAt(Instant instant, int count) {
        int before = callbacks.size();
        for (int i = 0; i < count; i++) {
            advanceTo(instant);
            step();
        }
        return List.copyOf(callbacks.subList(before, callbacks.size()));
    }

    /** The state of every message, by SID, in the order of creation. */
    public synchronized Map<String, TwilioMessage> messages() {
        return new LinkedHashMap<>(messages);
    }

    /** Everything that happened, in order. */
    public synchronized List<TwilioCallback> callbacks() {
        return List.copyOf(callbacks);
    }

    private void step() {
        if (underWay.isEmpty() || chance.percent(35)) {
            begin(chance.percent(30));
        } else {
            proceed(underWay.get(chance.below(underWay.size())));
        }
    }

    private void begin(boolean inbound) {
        String other = "+4930" + chance.digits(8);
        TwilioMessage message = new TwilioMessage(
                account,
                hexadecimal("SM"),
                inbound ? "inbound" : "outbound-api",
                inbound ? other : number,
                inbound ? number : other,
                chance.oneOf(TEXTS),
                inbound ? "received" : "queued",
                0,
                now(),
                inbound ? Optional.of(now()) : Optional.empty(),
                Optional.empty(),
                now());
        if (!inbound) {
            underWay.add(message.sid());
        }
        happened(message);
        if (inbound) {
            messages.put(message.sid(), message.priced(PRICE));
        }
    }

    private void proceed(String sid) {
        TwilioMessage message = messages.get(sid);
        String next = switch (message.status()) {
            case "queued" -> chance.percent(4) ? "failed" : "sent";
            default -> chance.percent(90) ? "delivered" : "undelivered";
        };
        TwilioMessage after = message.at(now(), next);
        happened(after);
        if (after.settled()) {
            underWay.remove(sid);
            messages.put(sid, after.priced(PRICE));
        }
    }

    /** A message that waits for a later time: {@link #happen} does nothing to it. */
    public synchronized String schedule() {
        advance(Duration.ofSeconds(1));
        TwilioMessage message = new TwilioMessage(
                account,
                hexadecimal("SM"),
                "outbound-api",
                number,
                "+4930" + chance.digits(8),
                chance.oneOf(TEXTS),
                "scheduled",
                0,
                now(),
                Optional.empty(),
                Optional.empty(),
                now());
        happened(message);
        return message.sid();
    }

    /** Something becomes of a message, for example {@code sent} or {@code canceled}; what it costs is not known yet. */
    public synchronized void become(String sid, String status) {
        advance(Duration.ofSeconds(1));
        happened(messages.get(sid).at(now(), status));
    }

    /** Twilio learns what a message costs, and tells nobody. */
    public synchronized void price(String sid) {
        messages.put(sid, messages.get(sid).priced(PRICE));
    }

    private void happened(TwilioMessage message) {
        messages.put(message.sid(), message);
        callbacks.add(new TwilioCallback(message));
    }

    private String hexadecimal(String prefix) {
        StringBuilder sid = new StringBuilder(prefix);
        for (int i = 0; i < 32; i++) {
            sid.append(Character.forDigit(chance.below(16), 16));
        }
        return sid.toString();
    }
}
