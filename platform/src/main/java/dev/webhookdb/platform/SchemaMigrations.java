package dev.webhookdb.platform;

import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.sql.DataSources;
import dev.webhookdb.sql.DatabaseException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;

/** Brings the platform's database to this version's tables. Several hosts may start at once: they wait for each other. */
final class SchemaMigrations {
    private static final String LOCATION = "classpath:db/migration";

    private SchemaMigrations() {}

    /** A migration may take long, so that silence does not count. */
    static void apply(ServerAddress address) {
        try {
            Flyway flyway = flyway(address);
            refuseNewer(flyway, address);
            flyway.migrate();
        } catch (FlywayException failure) {
            throw failed(address, "could not be brought to this version", failure);
        }
    }

    /**
     * What {@link #apply} would do, in this order. Changes nothing.
     *
     * @throws DatabaseException with a sentence if the tables are a newer version's
     */
    static List<PlatformInspection.Migration> pending(ServerAddress address) {
        try {
            Flyway flyway = flyway(address);
            refuseNewer(flyway, address);
            return Arrays.stream(flyway.info().pending())
                    .map(migration -> new PlatformInspection.Migration(
                            migration.getVersion().getVersion(), migration.getDescription()))
                    .toList();
        } catch (FlywayException failure) {
            throw failed(address, "could not be looked at", failure);
        }
    }

    private static Flyway flyway(ServerAddress address) {
        return Flyway.configure(SchemaMigrations.class.getClassLoader())
                .dataSource(DataSources.of(address, Duration.ZERO))
                .locations(LOCATION)
                .javaMigrations(new ScheduleTables())
                .loggers("slf4j")
                .table("schema_history")
                .load();
    }

    private static DatabaseException failed(ServerAddress address, String what, FlywayException failure) {
        return new DatabaseException(
                DatabaseException.Kind.OTHER,
                "The tables of the database \"%s\" %s: %s".formatted(address.database(), what, firstLine(failure)),
                failure);
    }

    private static void refuseNewer(Flyway flyway, ServerAddress address) {
        Arrays.stream(flyway.info().applied())
                .filter(migration -> isNewer(migration.getState()))
                .map(MigrationInfo::getVersion)
                .max((one, other) -> one.compareTo(other))
                .ifPresent(version -> {
                    throw new DatabaseException(
                            DatabaseException.Kind.OTHER, """
                            The database "%s" was migrated by a newer webhookdb (its tables are at version %s): start \
                            that version, or restore a backup from before the upgrade.""".formatted(address.database(), version));
                });
    }

    private static boolean isNewer(MigrationState state) {
        return state == MigrationState.FUTURE_SUCCESS || state == MigrationState.FUTURE_FAILED;
    }

    private static String firstLine(FlywayException failure) {
        return String.valueOf(failure.getMessage()).strip().lines().findFirst().orElse("no reason was given");
    }
}
