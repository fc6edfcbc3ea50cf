package dev.webhookdb.testkit.simulator;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A Stripe account with any number of charges, evenly spread over two years, which are made when they are asked for: fast enough not to
 * be what a benchmark of a backfill measures.
 *
 * <p>The charge with number 0 is the newest one. Its id, its time and its amount follow from its number.
 */
public final class ManyStripeCharges extends SimulatedApi {
    private static final Duration AGE = Duration.ofDays(730);
    private static final String PREFIX = "ch_3Simulated";
    private static final int MAXIMUM_LIMIT = 100;
    private static final Pattern WHITE_SPACE = Pattern.compile("\\n *");

    private final long count;
    private final String key;
    private final long newest;
    private final byte[][] template;

    private ManyStripeCharges(long count, String key, Instant newest) {
        super(0);
        this.count = count;
        this.key = key;
        this.newest = newest.getEpochSecond();
        this.template = template();
    }

    /**
     * Starts serving so many charges on a free port.
     *
     * @param newest when the last charge was created
     */
    public static ManyStripeCharges serving(long count, String key, Instant newest) {
        ManyStripeCharges api = new ManyStripeCharges(count, key, newest);
        api.start();
        return api;
    }

    /** The id of the charge with a number, from 0, the newest, to one less than their count. */
    public static String id(long number) {
        return String.format(Locale.ROOT, "%s%014d", PREFIX, number);
    }

    /** When the charge with a number was created, in seconds since the epoch. */
    public long created(long number) {
        return newest - number * AGE.toSeconds() / count;
    }

    /** The amount of the charge with a number, in cents. */
    public static long amount(long number) {
        return 100 + number % 900_000;
    }

    @Override
    boolean authorized(Call call) {
        return call.bearer(key) || call.basic(key, "");
    }

    @Override
    Reply answer(Call call) {
        boolean known = call.method().equals("GET") && call.path().equals("/v1/charges");
        return known ? page(call) : StripeErrors.unknown(call);
    }

    @Override
    Reply error(int status) {
        return StripeErrors.of(status);
    }

    private Reply page(Call call) {
        int limit = Math.clamp(call.parameter("limit").map(Integer::parseInt).orElse(10), 1, MAXIMUM_LIMIT);
        long after = call.parameter("starting_after")
                .map(id -> Long.parseLong(id.substring(PREFIX.length())) + 1)
                .orElse(0L);
        long first = Math.max(
                after,
                call.parameter("created[lt]")
                        .map(Long::parseLong)
                        .map(this::firstBelow)
                        .orElse(0L));
        long end = Math.min(
                count,
                call.parameter("created[gte]")
                        .map(Long::parseLong)
                        .map(this::firstBelow)
                        .orElse(count));
        ByteArrayOutputStream page = new ByteArrayOutputStream(limit * 3_000);
        page.writeBytes("{\"object\":\"list\",\"data\":[".getBytes(UTF_8));
        long last = Math.min(first + limit, end);
        for (long number = first; number < last; number++) {
            if (number > first) {
                page.write(',');
            }
            write(page, number);
        }
        page.writeBytes("],\"has_more\":%s,\"url\":\"/v1/charges\"}"
                .formatted(last < end)
                .getBytes(UTF_8));
        return Reply.json(200, page.toByteArray());
    }

    /** The number of the newest charge that was created before a second. */
    private long firstBelow(long second) {
        if (second > newest) {
            return 0;
        }
        long number = Math.max(0, (newest - second) * count / AGE.toSeconds());
        while (number > 0 && created(number - 1) < second) {
            number--;
        }
        while (number < count && created(number) >= second) {
            number++;
        }
        return number;
    }

    private void write(ByteArrayOutputStream page, long number) {
        byte[][] values = {
            id(number).getBytes(ISO_8859_1),
            Long.toString(amount(number)).getBytes(ISO_8859_1),
            Long.toString(created(number)).getBytes(ISO_8859_1)
        };
        for (int i = 0; i < template.length; i++) {
            page.writeBytes(template[i]);
            if (i < values.length) {
                page.writeBytes(values[i]);
            }
        }
    }

    /** A charge as it really is, without white space, cut where its id, amount and time stand. */
    private static byte[][] template() {
        StripeSimulator account = StripeSimulator.seeded(7);
        account.happen(50);
        StripeObject charge = account.charges().values().stream()
                .filter(one -> one.text("status").equals(Optional.of("succeeded")))
                .findFirst()
                .orElseThrow();
        String json = WHITE_SPACE.matcher(charge.json()).replaceAll("");
        String marked = json.replace(charge.id(), "\n")
                .replaceFirst("(\"amount\": ?)[0-9]+", "$1\n")
                .replaceFirst("(\"created\": ?)[0-9]+", "$1\n");
        return List.of(marked.split("\n", -1)).stream()
                .map(part -> part.getBytes(UTF_8))
                .toArray(byte[][]::new);
    }
}
