package dev.webhookdb.doctor;

import dev.webhookdb.config.Configuration;
import dev.webhookdb.config.DatabaseServer;
import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.platform.PlatformInspection;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Pool;
import dev.webhookdb.tenancy.OrganizationSchema;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The platform's database as far as the other checks can use it. */
sealed interface Platform extends AutoCloseable {
    String NAME = "database";

    /** The checks run at the same time, and the server may need every other connection. */
    int CONNECTIONS = 3;

    Duration PATIENCE = Duration.ofSeconds(10);

    @Override
    default void close() {}

    /** Returns it if its tables are this version's. */
    default Optional<Open> current() {
        return this instanceof Open open && open.isCurrent() ? Optional.of(open) : Optional.empty();
    }

    /** One that cannot be used, with the reason and the remedy. */
    static Platform unusable(String why) {
        return new Absent(new Finding(NAME, Status.PROBLEM, "The server's own database cannot be used.", why));
    }

    /** It cannot be used, or is not there yet. */
    record Absent(Finding why) implements Platform {}

    /**
     * It answers.
     *
     * @param database the same, with connections of the checks' own
     * @param servers where organizations' databases are created
     * @param upgrade what there is to say of its version
     * @param isCurrent whether its tables are this version's, so that they can be read
     * @param identity this installation's, if it was started before
     */
    record Open(
            PlatformInspection inspection,
            Database database,
            List<DatabaseServer> servers,
            List<Finding> upgrade,
            boolean isCurrent,
            Optional<Identity> identity)
            implements Platform {
        @Override
        public void close() {
            database.close();
            inspection.close();
        }
    }

    /** Connects; an embedded server that does not run is started until this is closed. */
    static Platform open(Configuration configuration) {
        try {
            return PlatformInspection.open(configuration)
                    .map(inspection -> of(inspection, configuration))
                    .orElseGet(() -> new Absent(new Finding(
                            NAME,
                            Status.SKIPPED,
                            "There is no database below %s yet: the first start makes it."
                                    .formatted(configuration.dataDirectory()),
                            "")));
        } catch (RuntimeException e) {
            return unusable(Findings.reason(e));
        }
    }

    private static Platform of(PlatformInspection inspection, Configuration configuration) {
        ServerAddress address = inspection.database().address();
        Database database = new Database(new Pool(address, CONNECTIONS, 0, PATIENCE));
        try {
            List<Finding> upgrade = upgrade(inspection);
            boolean isCurrent = upgrade.stream().allMatch(one -> one.status() == Status.OK);
            List<DatabaseServer> configured = configuration.database().servers();
            return new Open(
                    inspection,
                    database,
                    configured.isEmpty() ? List.of(DatabaseServer.of(address)) : configured,
                    upgrade,
                    isCurrent,
                    isCurrent ? database.transaction(Identity::of) : Optional.empty());
        } catch (RuntimeException e) {
            database.close();
            inspection.close();
            throw e;
        }
    }

    private static List<Finding> upgrade(PlatformInspection inspection) {
        Findings findings = new Findings("schema");
        int pending = inspection.pending().size();
        OrganizationSchema.Others others = inspection.database().transaction(OrganizationSchema.standard()::others);
        if (others.newer() > 0) {
            findings.problem(
                    "A newer webhookdb upgraded %s."
                            .formatted(Findings.count(
                                    others.newer(), "organization's database", "organizations' databases")),
                    "Start that version, or restore backups from before the upgrade.");
        }
        if (pending > 0 || others.older() > 0) {
            findings.warning(
                    "A start of this version would run %s, and upgrade %s."
                            .formatted(
                                    Findings.count(pending, "migration", "migrations"),
                                    Findings.count(
                                            others.older(), "organization's database", "organizations' databases")),
                    "Back all of them up, then start it; 'webhookdb server --check-upgrade' names the migrations.");
        }
        return findings.orOk("The tables are this version's, and so are those of the organizations.");
    }
}
