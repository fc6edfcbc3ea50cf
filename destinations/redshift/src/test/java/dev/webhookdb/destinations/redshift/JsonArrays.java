package dev.webhookdb.destinations.redshift;

import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.destination.DestinationTable;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Arrays of JSON in the form of the source. */
final class JsonArrays {
    private JsonArrays() {}

    /** Returns a column's value as the source writes it. */
    static String form(DestinationTable table, String column, String value) {
        int place = table.index(column);
        return value == null || place < 0 || table.columns().get(place).type() != Column.Type.TEXT_ARRAY
                ? value
                : array(value);
    }

    private static String array(String json) {
        List<String> elements = new ArrayList<>();
        try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.VALUE_STRING) {
                    elements.add("\"" + parser.getString().replace("\\", "\\\\").replace("\"", "\\\"") + "\"");
                } else if (token == JsonToken.VALUE_NULL) {
                    elements.add("NULL");
                }
            }
        }
        return "{" + String.join(",", elements) + "}";
    }
}
