package dev.webhookdb.platform;

import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.sql.DataSources;
import java.time.Duration;
import org.flywaydb.core.Flyway;

/** The schema of an older version, for tests of what becomes of what it left. */
final class OldSchema {
    private OldSchema() {}

    /** Makes it in an empty database, up to a migration, as the version did that had no later one. */
    static void make(ServerAddress address, String last) {
        Flyway.configure(OldSchema.class.getClassLoader())
                .dataSource(DataSources.of(address, Duration.ZERO))
                .locations("classpath:db/migration")
                .javaMigrations(new ScheduleTables())
                .loggers("slf4j")
                .table("schema_history")
                .target(last)
                .load()
                .migrate();
    }
}
