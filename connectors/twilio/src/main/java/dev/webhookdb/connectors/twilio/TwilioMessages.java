package dev.webhookdb.connectors.twilio;

import dev.webhookdb.spi.Backfill.Context;
import dev.webhookdb.spi.Backfill.Page;
import dev.webhookdb.spi.Http;
import dev.webhookdb.spi.Json;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * The list of messages, newest first.
 *
 * <p>Twilio names the next page by a relative address, of which only the query is kept: a cursor cannot send credentials elsewhere.
 *
 * @see <a href="https://www.twilio.com/docs/usage/twilios-response#pagination">Twilio: pagination</a>
 */
final class TwilioMessages {
    private static final String LARGEST_PAGE = "1000";

    private TwilioMessages() {}

    static Page page(Optional<String> cursor, Context context) throws IOException, InterruptedException {
        Http.Call call = Twilio.get(context.http(), context.settings(), "/Messages.json");
        cursor.ifPresentOrElse(query -> follow(call, query), () -> begin(call, context));
        Json answer = call.send().json();
        Optional<String> next = answer.text("next_page_uri")
                .filter(address -> address.contains("?"))
                .map(address -> address.substring(address.indexOf('?') + 1));
        return Page.of(answer.requiredItems("messages"), next);
    }

    /** The state of one message at present. */
    static Json message(String sid, Context context) throws IOException, InterruptedException {
        return Twilio.get(context.http(), context.settings(), "/Messages/" + sid + ".json")
                .send()
                .json();
    }

    private static void begin(Http.Call call, Context context) {
        call.query("PageSize", LARGEST_PAGE);
        context.since()
                .ifPresent(since -> call.query(
                        "DateSent>", since.truncatedTo(ChronoUnit.SECONDS).toString()));
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
