package dev.webhookdb.backfill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.schema.Table;
import dev.webhookdb.spi.Backfill;
import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.sql.Database;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is listed for each row of another table, of which nothing is known yet. */
class ChildrenTest {
    private static final Table PARENTS = new Table(
            "things",
            Resource.named("acme_thing_v1", "Thing")
                    .key(Column.text("thing_id").at("id"))
                    .columns(Column.timestamp("updated_at"))
                    .orderedBy("updated_at")
                    .backfill(Backfill.of((cursor, context) -> Backfill.Page.of(List.of(), Optional.empty())))
                    .build());

    /** Without rows, nobody asks a provider. */
    private static final Listing UNASKED = new Listing(
            null,
            () -> fail("no settings are needed"),
            () -> fail("no connector is needed"),
            Optional.of(Instant.EPOCH));

    private Database organization;

    @BeforeEach
    void open() {
        organization = TestPostgres.freshDatabase();
    }

    @AfterEach
    void close() {
        organization.close();
    }

    @Test
    void a_table_that_nobody_has_used_yet_may_be_brought_into_shape_first() {
        var children = new Children(UNASKED, organization, this::shaped);

        assertThat(children.splits())
                .isNotEmpty()
                .allSatisfy(
                        split -> assertThat(children.next(split).split().done()).isTrue());
    }

    private Table shaped() {
        organization.run(session -> {
            session.sql("drop table if exists things").execute();
            PARENTS.create().forEach(statement -> session.sql(statement).execute());
        });
        return PARENTS;
    }
}
