package dev.webhookdb.apply;

import dev.webhookdb.json.JsonReader;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Request;
import dev.webhookdb.sql.Row;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Requests as the webhook log keeps them. */
final class Requests {
    /** What {@link #read} reads. */
    static final String COLUMNS = "received_at, method, url, headers, body";

    private Requests() {}

    /** @param publicUrl what providers call, without a path */
    static Request read(Row row, String publicUrl) {
        return Request.of(
                row.instant("received_at"),
                row.text("method"),
                publicUrl + row.text("url"),
                headers(row.text("headers")),
                row.bytes("body"));
    }

    private static Map<String, List<String>> headers(String json) {
        Map<String, List<String>> headers = new HashMap<>();
        if (JsonReader.read(json.getBytes(StandardCharsets.UTF_8)) instanceof Json.Obj(Map<String, Json> fields)) {
            fields.forEach((name, values) -> headers.put(
                    name,
                    values.items().stream()
                            .flatMap(value -> value.text().stream())
                            .toList()));
        }
        return headers;
    }
}
