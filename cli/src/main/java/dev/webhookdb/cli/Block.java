package dev.webhookdb.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A part of an answer that is meant for people. */
sealed interface Block {
    /** A line. */
    record Line(String text) implements Block {}

    /** A table. */
    record Table(List<String> headers, List<List<String>> rows) implements Block {
        private List<Map<String, Object>> objects() {
            return rows.stream().map(this::object).toList();
        }

        private Map<String, Object> object(List<String> row) {
            Map<String, Object> members = new LinkedHashMap<>();
            for (int column = 0; column < Math.min(headers.size(), row.size()); column++) {
                members.put(headers.get(column), row.get(column));
            }
            return members;
        }
    }

    static Block of(Json json) {
        if (!json.text("type").equals("table")) {
            return new Line(json.text("value"));
        }
        Json table = json.at("value");
        List<List<String>> rows = table.items("rows").stream()
                .map(row -> row.elements().stream().map(Json::toText).toList())
                .toList();
        return new Table(table.strings("headers"), rows);
    }

    /** The rows of the tables as objects, or else the lines. */
    static List<Object> data(List<Block> blocks) {
        List<Object> objects = new ArrayList<>();
        List<Object> lines = new ArrayList<>();
        blocks.forEach(block -> {
            switch (block) {
                case Line(String text) -> lines.add(text);
                case Table table -> objects.addAll(table.objects());
            }
        });
        boolean tables = blocks.stream().anyMatch(Table.class::isInstance);
        return tables ? objects : lines;
    }
}
