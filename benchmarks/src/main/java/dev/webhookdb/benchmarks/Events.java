package dev.webhookdb.benchmarks;

import dev.webhookdb.testkit.simulator.StripeEvent;
import dev.webhookdb.testkit.simulator.StripeSimulator;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Distinct, correctly signed events about distinct charges: real ones of the simulator, with other ids, amounts and addresses.
 *
 * <p>For use by one thread.
 */
final class Events {
    private static final int TEMPLATES = 64;

    private final Template[] templates;
    private final Mac mac;
    private final String run;

    /** @param run tells the charges of one run from those of another; letters and digits */
    Events(String secret, String run) {
        this.run = run;
        this.templates = StripeSimulator.seeded(7).happen(2_000).stream()
                .filter(event -> event.type().startsWith("charge."))
                .limit(TEMPLATES)
                .map(Template::of)
                .toArray(Template[]::new);
        try {
            this.mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the id of the charge with a number. */
    String id(long number) {
        return "ch_%s%020d".formatted(run, number);
    }

    /** Returns the body of the event about the charge with a number. */
    byte[] body(long number) {
        return templates[(int) (number % templates.length)].about(id(number), number).getBytes(StandardCharsets.UTF_8);
    }

    /** Returns the value of the header {@code Stripe-Signature}. */
    String signature(byte[] body) {
        long now = Instant.now().getEpochSecond();
        mac.update((now + ".").getBytes(StandardCharsets.US_ASCII));
        return "t=" + now + ",v1=" + HexFormat.of().formatHex(mac.doFinal(body));
    }

    /** An event's text, and the id of the charge in it. */
    private record Template(String text, String charge) {
        static Template of(StripeEvent event) {
            return new Template(event.body(), event.objectId());
        }

        String about(String id, long number) {
            return text.replace(charge, id).replaceFirst("evt_", "evt_" + number + "x").replaceFirst("\"amount\": ?[0-9]+", "\"amount\":" + (100 + number % 1_000_000));
        }
    }
}
