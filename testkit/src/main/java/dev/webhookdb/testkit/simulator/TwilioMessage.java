package dev.webhookdb.testkit.simulator;

import static dev.webhookdb.testkit.simulator.JsonText.object;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The state of one message. Field names: https://www.twilio.com/docs/messaging/api/message-resource.
 *
 * @param status for example {@code delivered}
 * @param errorCode 0 if there was no error
 * @param price as the API writes it; empty as long as Twilio does not know it
 */
public record TwilioMessage(
        String account,
        String sid,
        String direction,
        String from,
        String to,
        String body,
        String status,
        int errorCode,
        Instant created,
        Optional<Instant> sent,
        Optional<String> price,
        Instant updated) {
    private static final DateTimeFormatter RFC_2822 =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss Z", Locale.ENGLISH);

    TwilioMessage at(Instant now, String nextStatus) {
        boolean leaves =
                sent.isEmpty() && !List.of("queued", "scheduled", "canceled").contains(nextStatus);
        int error = nextStatus.equals("undelivered") ? 30003 : nextStatus.equals("failed") ? 30008 : 0;
        return new TwilioMessage(
                account,
                sid,
                direction,
                from,
                to,
                body,
                nextStatus,
                error,
                created,
                leaves ? Optional.of(now) : sent,
                price,
                now);
    }

    /** The same message, priced; {@code date_updated} stays as it is. */
    TwilioMessage priced(String amount) {
        return new TwilioMessage(
                account,
                sid,
                direction,
                from,
                to,
                body,
                status,
                errorCode,
                created,
                sent,
                Optional.of(amount),
                updated);
    }

    /** Whether nothing more will happen to it. */
    boolean settled() {
        return List.of("delivered", "undelivered", "failed", "received", "canceled")
                .contains(status);
    }

    /** The message as the API returns it. */
    public Map<String, Object> members() {
        String uri = "/2010-04-01/Accounts/" + account + "/Messages/" + sid;
        return object(
                "account_sid",
                account,
                "api_version",
                "2010-04-01",
                "body",
                body,
                "date_created",
                written(created),
                "date_sent",
                sent.map(TwilioMessage::written).orElse(null),
                "date_updated",
                written(updated),
                "direction",
                direction,
                "error_code",
                errorCode == 0 ? null : errorCode,
                "error_message",
                null,
                "from",
                from,
                "messaging_service_sid",
                null,
                "num_media",
                "0",
                "num_segments",
                "1",
                "price",
                price.orElse(null),
                "price_unit",
                "USD",
                "sid",
                sid,
                "status",
                status,
                "subresource_uris",
                object("media", uri + "/Media.json"),
                "to",
                to,
                "uri",
                uri + ".json");
    }

    /** The whole message as JSON. */
    public String json() {
        return JsonText.write(members());
    }

    private static String written(Instant instant) {
        return RFC_2822.format(instant.atOffset(ZoneOffset.UTC));
    }
}
