package dev.webhookdb.api;

import java.util.ArrayList;
import java.util.List;

/** Lines and tables, one below the other, as the command line client prints them; for use by one thread. */
final class Blocks {
    private final List<Fields> blocks = new ArrayList<>();

    Blocks line(String text) {
        blocks.add(new Fields().with("type", "line").with("value", text));
        return this;
    }

    Blocks table(List<String> headers, List<List<String>> rows) {
        blocks.add(new Fields()
                .with("type", "table")
                .with("value", new Fields().withTexts("headers", headers).withTable("rows", rows)));
        return this;
    }

    List<Fields> blocks() {
        return List.copyOf(blocks);
    }

    Fields fields() {
        return new Fields().with("blocks", blocks).with("message", "");
    }

    /** @param result the same for programs */
    Fields fields(Fields result) {
        return fields().with(Steps.RESULT, result);
    }
}
