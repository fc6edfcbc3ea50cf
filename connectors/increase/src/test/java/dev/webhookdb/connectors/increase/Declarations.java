package dev.webhookdb.connectors.increase;

import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.Resource;
import java.util.List;
import java.util.stream.Stream;

/** A declaration, as the table it becomes. */
final class Declarations {
    private Declarations() {}

    static List<String> columns(Resource resource) {
        return Stream.concat(Stream.of(resource.key()), resource.columns().stream())
                .map(Declarations::column)
                .toList();
    }

    private static String column(Column column) {
        String from = column.fromAsOf() ? "as of" : String.join(".", column.path());
        return "%s %s%s <- %s".formatted(column.name(), column.type(), column.indexed() ? " indexed" : "", from);
    }
}
