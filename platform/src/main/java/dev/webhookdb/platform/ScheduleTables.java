package dev.webhookdb.platform;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.migration.Context;
import org.flywaydb.core.api.migration.JavaMigration;

/** Creates Quartz's tables, as the release that is on the class path defines them. */
final class ScheduleTables implements JavaMigration {
    private static final String DEFINITION = "org/quartz/impl/jdbcjobstore/tables_postgres.sql";

    @Override
    public MigrationVersion getVersion() {
        return MigrationVersion.fromVersion("5");
    }

    @Override
    public String getDescription() {
        return "schedule";
    }

    @Override
    public Integer getChecksum() {
        return null;
    }

    @Override
    public boolean canExecuteInTransaction() {
        return true;
    }

    /** The definition ends with a COMMIT, which is the migration's business. */
    @Override
    public void migrate(Context context) throws IOException, SQLException {
        try (InputStream stream = ScheduleTables.class.getClassLoader().getResourceAsStream(DEFINITION)) {
            if (stream == null) {
                throw new IOException("Quartz has no " + DEFINITION);
            }
            String definition = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            try (var statement = context.getConnection().createStatement()) {
                statement.execute(definition.replaceAll("(?mi)^\\s*COMMIT\\s*;\\s*$", ""));
            }
        }
    }
}
