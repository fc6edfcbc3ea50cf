package dev.webhookdb.testkit.destination;

import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.destination.DestinationTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Reads back what {@link dev.webhookdb.spi.destination.RowJson} wrote, for destinations that keep messages. */
public final class JsonRow {
    private JsonRow() {}

    /** Returns the values of a row by column, in the forms of {@link dev.webhookdb.spi.destination.Row}; {@code null} for NULL. */
    public static Map<String, String> read(DestinationTable table, String json) {
        Map<String, String> row = new HashMap<>();
        try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), json)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                row.put(name, value(table.columns().get(table.index(name)).type(), parser, json));
            }
        }
        return row;
    }

    /** Returns a value in the form of the source. */
    private static String value(Column.Type type, JsonParser parser, String json) {
        JsonToken token = parser.nextToken();
        if (type == Column.Type.JSON) {
            return raw(parser, json, token);
        }
        if (token == JsonToken.VALUE_NULL) {
            return null;
        }
        return switch (type) {
            case TEXT, INTEGER, BIGINT, NUMERIC, BOOLEAN, DATE, JSON -> parser.getString();
            case TIMESTAMP -> parser.getString().replace('T', ' ').replaceAll("Z$", "+00");
            case TEXT_ARRAY -> array(parser);
        };
    }

    private static String raw(JsonParser parser, String json, JsonToken token) {
        int begin = (int) parser.currentTokenLocation().getCharOffset();
        parser.skipChildren();
        parser.finishToken();
        int end = (int) parser.currentLocation().getCharOffset();
        String raw = json.substring(begin, end);
        return token == JsonToken.VALUE_NULL ? null : raw;
    }

    private static String array(JsonParser parser) {
        List<String> elements = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            elements.add(
                    token == JsonToken.VALUE_NULL
                            ? "NULL"
                            : "\"" + parser.getString().replace("\\", "\\\\").replace("\"", "\\\"") + "\"");
        }
        return "{" + String.join(",", elements) + "}";
    }
}
