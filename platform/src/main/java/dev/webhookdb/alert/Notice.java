package dev.webhookdb.alert;

import dev.webhookdb.json.JsonWriter;
import dev.webhookdb.mail.EmailMessage;
import dev.webhookdb.spi.Json;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes what is said about trouble. */
final class Notice {
    private Notice() {}

    /** Returns what an error handler is sent, as JSON. */
    static String json(String eventId, Instant at, Incident incident) {
        Map<String, Json> fields = new LinkedHashMap<>();
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("id", eventId);
        texts.put("created_at", at.truncatedTo(ChronoUnit.SECONDS).toString());
        texts.put("error_type", incident.cause().text());
        texts.put("message", incident.sentence());
        texts.put("details", incident.reason());
        texts.put("remedy", incident.remedy());
        texts.put("since", incident.since().toString());
        texts.put("latest", incident.latest().toString());
        texts.put("signature", incident.signature());
        texts.put("organization_key", incident.organizationKey());
        texts.put("service_integration_id", incident.subject());
        texts.put("service_integration_name", incident.services());
        texts.put("service_integration_table", incident.tables());
        texts.forEach((name, text) -> fields.put(name, new Json.Str(text)));
        fields.put("number", new Json.Num(BigDecimal.valueOf(incident.number())));
        return JsonWriter.write(new Json.Obj(fields));
    }

    /** Writes the message to an admin. */
    static EmailMessage email(String to, URI server, Incident incident) {
        return EmailMessage.of(to, "%s (%s)".formatted(incident.sentence(), incident.organizationKey()), """
                %s

                    how often   %d
                    first       %s
                    last        %s
                    reason      %s

                What to do: %s

                You are told because you are an admin of %s on %s;
                at most once a day, as long as it goes on.
                """.formatted(
                        incident.sentence(),
                        incident.number(),
                        incident.since().truncatedTo(ChronoUnit.SECONDS),
                        incident.latest().truncatedTo(ChronoUnit.SECONDS),
                        incident.reason(),
                        incident.remedy(),
                        incident.organizationName(),
                        server));
    }
}
