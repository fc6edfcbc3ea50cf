package dev.webhookdb.connectors.twilio;

import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Response;
import dev.webhookdb.spi.Verifiers;
import dev.webhookdb.spi.Webhook;
import dev.webhookdb.spi.Webhook.Verdict;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Incoming messages and reports on sent ones, should the operator direct them here: what they name is up to date before the next poll.
 *
 * <p>They are forms, or JSON with the body's hash in the address, and carry only a part of a message, in other names than the API's.
 * Thus a message that one names is fetched, whole. The answer is an empty document of TwiML: do not reply.
 *
 * @see <a href="https://www.twilio.com/docs/messaging/guides/track-outbound-message-status">Twilio: status callbacks</a>
 * @see <a href="https://www.twilio.com/docs/messaging/twiml#twilios-request-to-your-application">Twilio: incoming messages</a>
 */
final class TwilioCallbacks {
    private static final Response EMPTY_TWIML =
            Response.of(200, "text/xml; charset=utf-8", "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response/>");
    private static final Webhook.Verifier VERIFIER = Verifiers.urlHmac("X-Twilio-Signature", Twilio.AUTH_TOKEN);
    private static final Pattern SID = Pattern.compile("(SM|MM)[0-9a-f]{32}");
    private static final Pattern SID_IN_JSON = Pattern.compile("\"[mM]essageSid\"\\s*:\\s*\"((?:SM|MM)[0-9a-f]{32})\"");

    private TwilioCallbacks() {}

    static Webhook webhook() {
        return Webhook.of(
                        (request, settings) -> VERIFIER.verify(request, settings) instanceof Verdict.Reject reject
                                ? reject
                                : Verdict.accept(EMPTY_TWIML),
                        TwilioCallbacks::read)
                .format(Webhook.Format.FORM)
                .fetching();
    }

    private static List<Item> read(Request request, Json form) {
        Stream<String> sids = isJson(request)
                ? SID_IN_JSON.matcher(request.text()).results().map(result -> result.group(1))
                : sid(form).stream();
        return sids.distinct()
                .map(sid -> (Item) Item.fetch(context -> TwilioMessages.message(sid, context)))
                .toList();
    }

    private static Optional<String> sid(Json form) {
        return form.text("MessageSid")
                .or(() -> form.text("SmsSid"))
                .filter(sid -> SID.matcher(sid).matches());
    }

    private static boolean isJson(Request request) {
        return request.header("Content-Type")
                .filter(type -> type.startsWith("application/json"))
                .isPresent();
    }
}
