package dev.webhookdb.schema;

import dev.webhookdb.spi.Backfill;
import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.Resource;
import java.util.List;
import java.util.Optional;

/** A resource to test with: ordered by events, deletable, with one declared column besides. */
final class Things {
    private Things() {}

    static Resource.Builder declared() {
        return Resource.named("thing_v1", "Thing")
                .key(Column.text("thing_id").at("id"))
                .orderedBy("updated")
                .backfill((cursor, context) -> Backfill.Page.of(List.of(), Optional.empty()));
    }

    static Resource ordinary() {
        return declared()
                .columns(
                        Column.text("status").index(),
                        Column.integer("updated").asOf().index())
                .deletable()
                .build();
    }
}
