package dev.webhookdb.connectors.twilio;

import dev.webhookdb.spi.Backfill.Context;
import dev.webhookdb.spi.Backfill.Page;
import dev.webhookdb.spi.Http;
import dev.webhookdb.spi.Json;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The list of messages, newest first.
 *
 * <p>Twilio knows one filter by time: by when a message was sent. A message has no such time before, and one that is cancelled never gets
 * it; its price comes hours or days after it was sent. A run that asks for changes therefore reads what was sent lately, and besides
 * whatever was created since the run before. Once in a while it is all that was created since the longest time that a message may take. That needs no memory: a run knows when the one before began.
 *
 * <p>Twilio names the next page by a relative address, of which only the query is kept: a cursor cannot send credentials elsewhere.
 *
 * @see <a href="https://www.twilio.com/docs/usage/twilios-response#pagination">Twilio: pagination</a>
 * @see <a href="https://www.twilio.com/docs/messaging/api/message-resource#message-properties">Twilio: when there is a price</a>
 */
final class TwilioMessages {
    /** How far a usual run goes back: a message may wait for ten hours, and be reported as delivered some time later. */
    static final Duration LONGEST_WAY = Duration.ofHours(12);

    /** A message may be scheduled for 35 days ahead, and be cancelled, or sent and priced, after that. */
    static final Duration LONGEST_LIFE = Duration.ofDays(37);

    /** How often all of that is read. */
    static final Duration BETWEEN_LOOKS = Duration.ofHours(6);

    /** A message is listed as soon as it is created; this is for clocks that differ. */
    private static final Duration OVERLAP = Duration.ofMinutes(10);

    private static final String LARGEST_PAGE = "1000";

    /** Of a list that ends at an instant, the cursor has that before the query. */
    private static final Pattern DOWN_TO = Pattern.compile("down to ([0-9]{1,12}):(.*)");

    private final Clock clock;

    TwilioMessages(Clock clock) {
        this.clock = clock;
    }

    Page page(Optional<String> cursor, Context context) throws IOException, InterruptedException {
        Optional<Matcher> created = cursor.map(DOWN_TO::matcher).filter(Matcher::matches);
        if (created.isPresent()) {
            Instant end = Instant.ofEpochSecond(Long.parseLong(created.get().group(1)));
            Optional<String> query = Optional.of(created.get().group(2)).filter(text -> !text.isEmpty());
            return createdSince(end, query, context);
        }
        Json answer = list(cursor, context.since(), context);
        Optional<String> rest = context.since().map(since -> downTo(end(since)));
        return Page.of(answer.requiredItems("messages"), next(answer).or(() -> rest));
    }

    /** Returns down to which creation a run reads besides: far back if it is the first one after every sixth hour. */
    private Instant end(Instant since) {
        Instant before = since.plus(LONGEST_WAY);
        Instant now = clock.instant();
        Instant usual = before.minus(OVERLAP);
        Instant far = now.minus(LONGEST_LIFE);
        return look(now) > look(before) && far.isBefore(usual) ? far : usual;
    }

    private static long look(Instant instant) {
        return instant.getEpochSecond() / BETWEEN_LOOKS.toSeconds();
    }

    private static Page createdSince(Instant end, Optional<String> query, Context context)
            throws IOException, InterruptedException {
        Json answer = list(query, Optional.empty(), context);
        List<Json> messages = answer.requiredItems("messages");
        boolean ended = !messages.isEmpty()
                && latest(messages.getLast()).filter(end::isAfter).isPresent();
        return Page.of(messages, next(answer).filter(more -> !ended).map(more -> downTo(end) + more));
    }

    /** The later of when a message was created and sent: nobody says by which of the two the list is sorted. */
    private static Optional<Instant> latest(Json message) {
        return Stream.of("date_created", "date_sent")
                .flatMap(field -> message.text(field).stream())
                .flatMap(text -> instant(text).stream())
                .max(Comparator.naturalOrder());
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text, Instant::from));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static String downTo(Instant end) {
        return "down to %d:".formatted(Math.max(0, end.getEpochSecond()));
    }

    private static Json list(Optional<String> query, Optional<Instant> sentSince, Context context)
            throws IOException, InterruptedException {
        Http.Call call = Twilio.get(context.http(), context.settings(), "/Messages.json");
        query.ifPresentOrElse(page -> follow(call, page), () -> begin(call, sentSince));
        return call.send().json();
    }

    private static Optional<String> next(Json answer) {
        return answer.text("next_page_uri")
                .filter(address -> address.contains("?"))
                .map(address -> address.substring(address.indexOf('?') + 1));
    }

    /** The state of one message at present. */
    static Json message(String sid, Context context) throws IOException, InterruptedException {
        return Twilio.get(context.http(), context.settings(), "/Messages/" + sid + ".json")
                .send()
                .json();
    }

    private static void begin(Http.Call call, Optional<Instant> sentSince) {
        call.query("PageSize", LARGEST_PAGE);
        sentSince.ifPresent(since ->
                call.query("DateSent>", since.truncatedTo(ChronoUnit.SECONDS).toString()));
    }

    private static void follow(Http.Call call, String query) {
        for (String parameter : List.of(query.split("&", -1))) {
            int equals = parameter.indexOf('=');
            if (equals > 0) {
                call.query(decoded(parameter.substring(0, equals)), decoded(parameter.substring(equals + 1)));
            }
        }
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
