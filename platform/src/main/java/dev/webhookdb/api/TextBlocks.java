package dev.webhookdb.api;

import java.util.ArrayList;
import java.util.List;

/** Lines and tables, one below the other, as the command line client prints them; for use by one thread. */
final class TextBlocks {
    private final List<JsonObjectBuilder> blocks = new ArrayList<>();

    TextBlocks line(String text) {
        blocks.add(new JsonObjectBuilder().with("type", "line").with("value", text));
        return this;
    }

    TextBlocks table(List<String> headers, List<List<String>> rows) {
        blocks.add(new JsonObjectBuilder()
                .with("type", "table")
                .with(
                        "value",
                        new JsonObjectBuilder().withTexts("headers", headers).withTable("rows", rows)));
        return this;
    }

    List<JsonObjectBuilder> blocks() {
        return List.copyOf(blocks);
    }

    JsonObjectBuilder fields() {
        return new JsonObjectBuilder().with("blocks", blocks).with("message", "");
    }

    /** @param result the same for programs */
    JsonObjectBuilder fields(JsonObjectBuilder result) {
        return fields().with(Prompts.RESULT, result);
    }
}
