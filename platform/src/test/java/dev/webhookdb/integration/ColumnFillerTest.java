package dev.webhookdb.integration;

import static dev.webhookdb.spi.Column.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.schema.Table;
import dev.webhookdb.spi.Backfill;
import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.sql.Database;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A connector may be replaced while columns are being filled. */
class ColumnFillerTest {
    private static final Column STATUS = text("status");
    private static final Column NEWER = text("newer").at("status");

    @TempDir
    private Path directory;

    private Things things;
    private Database organization;
    private Integration integration;

    @BeforeEach
    void begin() {
        things = new Things(directory);
        long id = things.organizations.create("filled").id();
        organization = things.databases.open(id);
        integration = things.integration(id);
        things.store(integration, "a", 1, "open");
    }

    @AfterEach
    void end() {
        things.close();
    }

    @Test
    void a_note_about_a_column_that_is_not_declared_yet_is_left_to_the_release_that_declares_it() {
        Table older = table(STATUS);
        Table newer = table(STATUS, NEWER);
        organization.run(session -> {
            session.sql(newer.add(List.of(NEWER))).execute();
            ColumnFiller.note(session, newer, NEWER);
            ColumnFiller.note(session, newer, STATUS);
        });
        try (var filler = new ColumnFiller(new BackgroundTasks())) {
            filler.start(organization, older);
            await().until(() -> !isFilling(older));
            assertThat(isFilling(newer)).isTrue();

            filler.start(organization, newer);

            await().until(() -> !isFilling(newer));
            assertThat(organization.<String>transaction(
                            session -> session.sql("select newer from public." + integration.table())
                                    .one(row -> row.text("newer"))))
                    .isEqualTo("open");
        }
    }

    private boolean isFilling(Table table) {
        return organization.transaction(session -> ColumnFiller.isFilling(session, table));
    }

    private Table table(Column... columns) {
        return new Table(
                integration.table(),
                Resource.named("one_thing_v1", "Thing")
                        .key(text("thing_id").at("id"))
                        .columns(columns)
                        .columns(Column.timestamp("updated").asOf())
                        .orderedBy("updated")
                        .backfill((cursor, context) -> Backfill.Page.of(List.of(), Optional.empty()))
                        .build());
    }
}
