package dev.webhookdb.benchmarks;

import dev.webhookdb.testkit.simulator.StripeEvent;
import dev.webhookdb.testkit.simulator.StripeSimulator;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Distinct, correctly signed events about distinct charges: real ones of the simulator, with other ids, amounts and addresses.
 *
 * <p>For use by one thread.
 */
final class Events {
    private static final int TEMPLATES = 64;
    private static final String MARK = "#";
    private static final int DIGITS = 20;

    /** The same for every thread: making them takes a while. */
    private static final Template[] SHARED = StripeSimulator.seeded(7).happen(2_000).stream()
            .filter(event -> event.type().startsWith("charge."))
            .limit(TEMPLATES)
            .map(Template::of)
            .toArray(Template[]::new);

    private final Mac mac;
    private final String run;

    /** @param run tells the charges of one run from those of another; letters and digits */
    Events(String secret, String run) {
        this.run = run;
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

    /** Returns the number of the charge with an id. */
    static long number(String id) {
        return Long.parseLong(id.substring(id.length() - DIGITS));
    }

    /** Returns the body of the event about the charge with a number. */
    byte[] body(long number) {
        return SHARED[(int) (number % SHARED.length)].about(id(number), number).getBytes(StandardCharsets.UTF_8);
    }

    /** Returns the value of the header {@code Stripe-Signature}. */
    String signature(byte[] body) {
        long now = Instant.now().getEpochSecond();
        mac.update((now + ".").getBytes(StandardCharsets.US_ASCII));
        return "t=" + now + ",v1=" + HexFormat.of().formatHex(mac.doFinal(body));
    }

    /** An event's text, cut where the charge's id stands, so that making another event of it costs next to nothing. */
    private record Template(List<String> parts) {
        /** Stripe indents its events; without that they have the size of most providers' events, 2.7 kB. */
        private static final Pattern WHITE_SPACE = Pattern.compile("\\n *");

        private static final Pattern EVENT = Pattern.compile("evt_");
        private static final Pattern AMOUNT = Pattern.compile("\"amount\": ?[0-9]+");

        static Template of(StripeEvent event) {
            String text = EVENT.matcher(WHITE_SPACE.matcher(event.body()).replaceAll(""))
                    .replaceFirst("evt_" + MARK);
            text = AMOUNT.matcher(text).replaceFirst("\"amount\":1" + MARK);
            return new Template(List.of(text.replace(event.objectId(), MARK).split(MARK, -1)));
        }

        String about(String id, long number) {
            String digits = id.substring(id.length() - 6);
            var text = new StringBuilder(4096);
            for (int i = 0; i < parts.size(); i++) {
                text.append(parts.get(i));
                boolean amount = parts.get(i).endsWith("\"amount\":1");
                boolean last = i == parts.size() - 1;
                text.append(last ? "" : amount ? digits : parts.get(i).endsWith("evt_") ? number + "x" : id);
            }
            return text.toString();
        }
    }
}
