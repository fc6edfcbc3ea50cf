package dev.webhookdb.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Identifiers;
import org.junit.jupiter.api.Test;

class DurabilityTest {
    @Test
    void a_commit_is_waited_for_also_where_the_server_would_not() {
        ServerAddress address = TestPostgres.freshAddress();
        try (Database administration = TestPostgres.administration()) {
            administration.run(session -> session.sql("alter database %s set synchronous_commit = off"
                            .formatted(Identifiers.quote(address.database())))
                    .execute());
        }

        try (Database database = TestPostgres.open(address)) {
            String setting = database.transaction(
                    session -> session.sql("select current_setting('synchronous_commit') as setting")
                            .one(row -> row.text("setting")));

            assertThat(setting).isEqualTo("on");
        }
    }
}
