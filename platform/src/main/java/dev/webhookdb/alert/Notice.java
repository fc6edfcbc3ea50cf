package dev.webhookdb.alert;

import dev.webhookdb.json.JsonWriter;
import dev.webhookdb.mail.Letter;
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
    static String json(String eventId, Instant at, Trouble trouble) {
        Map<String, Json> fields = new LinkedHashMap<>();
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("id", eventId);
        texts.put("created_at", at.truncatedTo(ChronoUnit.SECONDS).toString());
        texts.put("error_type", trouble.cause().text());
        texts.put("message", trouble.sentence());
        texts.put("details", trouble.reason());
        texts.put("remedy", trouble.remedy());
        texts.put("since", trouble.since().toString());
        texts.put("latest", trouble.latest().toString());
        texts.put("signature", trouble.signature());
        texts.put("organization_key", trouble.organizationKey());
        texts.put("service_integration_id", trouble.subject());
        texts.put("service_integration_name", trouble.services());
        texts.put("service_integration_table", trouble.tables());
        texts.forEach((name, text) -> fields.put(name, new Json.Str(text)));
        fields.put("number", new Json.Num(BigDecimal.valueOf(trouble.number())));
        return JsonWriter.write(new Json.Obj(fields));
    }

    /** Writes the message to an admin. */
    static Letter letter(String email, URI server, Trouble trouble) {
        return Letter.of(email, "%s (%s)".formatted(trouble.sentence(), trouble.organizationKey()), """
                %s

                    how often   %d
                    first       %s
                    last        %s
                    reason      %s

                What to do: %s

                You are told because you are an admin of %s on %s;
                at most once a day, as long as it goes on.
                """.formatted(
                        trouble.sentence(),
                        trouble.number(),
                        trouble.since().truncatedTo(ChronoUnit.SECONDS),
                        trouble.latest().truncatedTo(ChronoUnit.SECONDS),
                        trouble.reason(),
                        trouble.remedy(),
                        trouble.organizationName(),
                        server));
    }
}
