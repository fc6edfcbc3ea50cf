package dev.webhookdb.json;

import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Reads one field of an object without reading what comes behind it. */
public final class OutermostField {
    private static final JsonFactory FACTORY = JsonFactory.builder().build();

    private OutermostField() {}

    /**
     * Returns the string that a field of the outermost object has; empty if it has none, or if what is before it is no JSON.
     *
     * @param json UTF-8
     * @param within how many bytes are read at most
     */
    public static Optional<String> text(byte[] json, String name, int within) {
        try (JsonParser parser =
                FACTORY.createParser(ObjectReadContext.empty(), json, 0, Math.min(json.length, within))) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean wanted = parser.currentName().equals(name);
                JsonToken value = parser.nextToken();
                if (wanted) {
                    return value == JsonToken.VALUE_STRING ? Optional.of(parser.getString()) : Optional.empty();
                }
                parser.skipChildren();
            }
            return Optional.empty();
        } catch (JacksonException e) {
            // what is no JSON, or ends before the field, does not say it
            return Optional.empty();
        }
    }
}
