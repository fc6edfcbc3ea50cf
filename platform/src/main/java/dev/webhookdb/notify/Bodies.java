package dev.webhookdb.notify;

import dev.webhookdb.json.EcmaScriptJson;
import dev.webhookdb.json.JsonReader;
import dev.webhookdb.notify.Subscription.Payload;
import dev.webhookdb.spi.Json;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** What is sent of an event: all of it, or what identifies it and where the rest is. The same at each attempt. */
final class Bodies {
    /** Larger ones are thin where nobody says otherwise; in bytes. */
    static final int LARGEST_AUTO = 256 << 10;

    private static final Set<String> LEFT_OUT = Set.of("row", "changes", "data");

    private Bodies() {}

    /**
     * Returns what is sent.
     *
     * @param full the event's body as it is kept
     * @param publicUrl the installation's
     */
    static byte[] of(Payload payload, String eventId, String full, URI publicUrl) {
        byte[] bytes = full.getBytes(StandardCharsets.UTF_8);
        return switch (payload) {
            case FULL -> bytes;
            case THIN -> thin(bytes, eventId, publicUrl);
            case AUTO -> bytes.length > LARGEST_AUTO ? thin(bytes, eventId, publicUrl) : bytes;
        };
    }

    private static byte[] thin(byte[] full, String eventId, URI publicUrl) {
        Map<String, Json> fields = new LinkedHashMap<>();
        if (JsonReader.read(full) instanceof Json.Obj(Map<String, Json> all)) {
            all.forEach((name, value) -> {
                if (!LEFT_OUT.contains(name)) {
                    fields.put(name, value);
                }
            });
        }
        String server = publicUrl.toString().replaceFirst("/+$", "");
        fields.put("url", new Json.Str("%s/v1/events/%s".formatted(server, eventId)));
        return EcmaScriptJson.write(new Json.Obj(fields)).getBytes(StandardCharsets.UTF_8);
    }
}
