package dev.webhookdb.event;

import dev.webhookdb.json.EcmaScriptJson;
import dev.webhookdb.spi.Json;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What is sent of an event: version 1. */
public final class EventBody {
    /** Grows when a receiver could not read the body any more. */
    public static final int VERSION = 1;

    /** The fields that every body has. */
    public static final Set<String> COMMON = Set.of("id", "type", "version", "created_at", "timestamp");

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private EventBody() {}

    /**
     * Returns the text of a body: what every event has, and then the given fields.
     *
     * @param at when it happened
     */
    public static String of(String id, String type, Instant at, Map<String, Json> fields) {
        Json.Str time = new Json.Str(TIME.format(at));
        Map<String, Json> all = new LinkedHashMap<>();
        all.put("id", new Json.Str(id));
        all.put("type", new Json.Str(type));
        all.put("version", new Json.Num(BigDecimal.valueOf(VERSION)));
        all.put("created_at", time);
        all.put("timestamp", time);
        all.putAll(fields);
        return EcmaScriptJson.write(new Json.Obj(all));
    }
}
