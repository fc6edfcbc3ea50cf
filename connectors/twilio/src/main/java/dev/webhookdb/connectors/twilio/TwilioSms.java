package dev.webhookdb.connectors.twilio;

import static dev.webhookdb.spi.Column.integer;
import static dev.webhookdb.spi.Column.numeric;
import static dev.webhookdb.spi.Column.text;
import static dev.webhookdb.spi.Column.timestamp;

import dev.webhookdb.spi.Backfill;
import dev.webhookdb.spi.Conversion.Rfc2822;
import dev.webhookdb.spi.Reach;
import dev.webhookdb.spi.Resource;
import java.time.Clock;
import java.time.Duration;

/**
 * A message that was sent or received.
 *
 * <p>A number has one address for its webhooks, which is usually taken: messages are polled every minute. How far a poll looks back,
 * says {@link TwilioMessages}.
 *
 * @see <a href="https://www.twilio.com/docs/api/errors/90007">Twilio: the longest validity period</a>
 */
final class TwilioSms {
    static final Resource RESOURCE = declared(Clock.systemUTC());

    private TwilioSms() {}

    static Resource declared(Clock clock) {
        return Resource.named("twilio_sms_v1", "Twilio SMS Message")
                .docs("https://www.twilio.com/docs/messaging/api/message-resource")
                .settings(Twilio.ACCOUNT_SID, Twilio.AUTH_TOKEN, Twilio.API_URL)
                .key(text("twilio_id").at("sid"))
                .columns(
                        timestamp("date_created").via(new Rfc2822()).index(),
                        timestamp("date_sent").via(new Rfc2822()).index(),
                        timestamp("date_updated").via(new Rfc2822()).index(),
                        text("direction"),
                        text("from").index(),
                        text("status"),
                        text("to").index(),
                        integer("error_code").index(),
                        text("messaging_service_sid").index(),
                        numeric("num_segments"),
                        numeric("price"),
                        text("price_unit"))
                .orderedBy("date_updated")
                .webhook(TwilioCallbacks.webhook())
                .backfill(Backfill.of(new TwilioMessages(clock)::page)
                        .reaching(Reach.lastDays(
                                        400,
                                        "Twilio's list has no older messages, and fewer where the account keeps them for a shorter time; Twilio's bulk export has them.")
                                .countedFrom("date_created"))
                        .incremental(TwilioMessages.LONGEST_WAY)
                        .every(Duration.ofMinutes(1)))
                .build();
    }
}
