package dev.webhookdb;

import dev.webhookdb.config.Configuration;
import dev.webhookdb.platform.PlatformInspection;
import dev.webhookdb.tenancy.OrganizationSchema;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;

/** Says what a start of this version would change in databases that an older one left. Changes nothing. */
final class UpgradeCheck {
    static final int NOTHING_TO_DO = 0;
    static final int NEWER = 1;
    static final int SOMETHING_TO_DO = 2;

    private UpgradeCheck() {}

    /**
     * Returns the exit status.
     *
     * @throws RuntimeException with a sentence if the database cannot be reached, or is a newer version's
     */
    static int run(Configuration configuration, PrintStream out) {
        Optional<PlatformInspection> opened = PlatformInspection.open(configuration);
        if (opened.isEmpty()) {
            out.println("There is no database below %s yet: the first start makes it."
                    .formatted(configuration.dataDirectory()));
            return SOMETHING_TO_DO;
        }
        try (PlatformInspection inspection = opened.get()) {
            List<PlatformInspection.Migration> pending = inspection.pending();
            OrganizationSchema.Others organizations =
                    inspection.database().transaction(OrganizationSchema.standard()::others);
            return told(inspection.name(), pending, organizations, out);
        }
    }

    private static int told(
            String database,
            List<PlatformInspection.Migration> pending,
            OrganizationSchema.Others organizations,
            PrintStream out) {
        if (organizations.newer() > 0) {
            out.println("""
                    Databases of organizations that a newer webhookdb upgraded: %d. Start that version, or restore backups from before the \
                    upgrade.""".formatted(organizations.newer()));
            return NEWER;
        }
        if (pending.isEmpty() && organizations.older() == 0) {
            out.println(
                    "Nothing is to be upgraded: the database \"%s\" and those of the organizations are this version's."
                            .formatted(database));
            return NOTHING_TO_DO;
        }
        out.println("Migrations of the database \"%s\" that a start would run: %d".formatted(database, pending.size()));
        pending.forEach(migration -> out.println("  %4s  %s".formatted(migration.version(), migration.description())));
        out.println("Databases of organizations that it would upgrade: %d".formatted(organizations.older()));
        out.println("Back all of them up first: only a backup leads back to the older version.");
        return SOMETHING_TO_DO;
    }
}
