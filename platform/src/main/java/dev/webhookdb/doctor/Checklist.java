package dev.webhookdb.doctor;

import dev.webhookdb.config.Configuration;
import dev.webhookdb.config.DatabaseServer;
import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.connector.DestinationRegistry;
import dev.webhookdb.crypto.Sealer;
import dev.webhookdb.crypto.VaultException;
import dev.webhookdb.tenancy.DatabaseInspection;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All checks of an installation, in the order in which they are told.
 *
 * @param secretFiles what the configuration reads secrets from
 * @param clock this machine's
 */
record Checklist(
        Configuration configuration,
        List<Path> secretFiles,
        Platform platform,
        Shared<ConnectorRegistry> connectors,
        Shared<DestinationRegistry> destinations,
        Web web,
        Clock clock) {
    private static final Duration FOR_ORGANIZATIONS = Duration.ofSeconds(20);
    private static final String UNREAD = "The server's own database could not be read.";
    private static final String NO_KEY = "The encryption key could not be used.";

    /** Those that docs/operating.md counts besides the pool: for receiving webhooks, the timetable, and hearing of work. */
    private static final int KEPT = 4 + 3 + 1;

    /** Likewise: organizations' readers, and six that make or drop something. */
    private static final int MORE = 16 + 6;

    List<Check> checks() {
        Optional<Identity> identity = platform.current().flatMap(Platform.Open::identity);
        LocalServer server = LocalServer.of(configuration, web, identity);
        List<Check> checks = new ArrayList<>(files());
        checks.addAll(databases());
        checks.add(new Check(KeyCheck.NAME, new KeyCheck(configuration, platform)::examine));
        checks.add(new Check(OrganizationsCheck.NAME, this::organizations));
        checks.add(new Check(
                ClockCheck.NAME, new ClockCheck(clock, web, everyServer(), configuration.publicUrl())::examine));
        checks.add(new Check(
                PluginsCheck.CONNECTORS,
                () -> PluginsCheck.connectors(connectors.get().all())));
        checks.add(new Check(
                PluginsCheck.DESTINATIONS,
                () -> PluginsCheck.destinations(destinations.get().all())));
        checks.add(new Check(IntegrationsCheck.NAME, this::integrations));
        checks.add(new Check(IntegrationsCheck.VERSIONS, this::versions));
        checks.add(new Check(
                OrganizationFilesCheck.NAME,
                new OrganizationFilesCheck(
                        configuration.organizations().directory(),
                        configuration.organizations().environment(),
                        server)::examine));
        checks.add(new Check(
                PublicUrlCheck.NAME,
                new PublicUrlCheck(
                        configuration.publicUrl(),
                        web,
                        server,
                        identity,
                        configuration.outbound().proxy().isPresent(),
                        clock)::examine));
        checks.add(new Check(MailCheck.NAME, new MailCheck(configuration.mail())::examine));
        checks.add(new Check(
                ProxyCheck.NAME, new ProxyCheck(configuration.outbound().proxy())::examine));
        checks.add(new Check(RunningServerCheck.NAME, new RunningServerCheck(server)::examine));
        checks.add(new Check(BacklogCheck.NAME, this::backlog));
        checks.add(new Check(LossesCheck.NAME, this::losses));
        return checks;
    }

    private List<Check> files() {
        Path data = configuration.dataDirectory();
        Path embedded = data.resolve("postgres");
        List<Path> secrets = Stream.concat(
                        secretFiles.stream(),
                        Stream.of(
                                configuration.encryptionKeyFile(),
                                configuration.operatorTokenFile(),
                                embedded.resolve("password")))
                .toList();
        List<Check> checks = new ArrayList<>();
        checks.add(new Check(SecretFilesCheck.NAME, new SecretFilesCheck(secrets)::examine));
        checks.add(new Check("data_directory", new DiskCheck("data_directory", data)::examine));
        checks.add(new Check(
                JournalCheck.NAME,
                new JournalCheck(
                        configuration.journalDirectory(),
                        configuration.ingest().journal(),
                        configuration.ingest().journalMax())::examine));
        if (configuration.database().platform().isEmpty()) {
            checks.add(new Check("database_directory", new DiskCheck("database_directory", embedded)::examine));
        }
        return checks;
    }

    private List<Check> databases() {
        List<Check> checks = new ArrayList<>();
        List<DatabaseServer> servers = configuration.database().servers();
        int more = configuration.database().organizationConnections() + MORE;
        switch (platform) {
            case Platform.Absent absent -> checks.add(new Check(Platform.NAME, () -> List.of(absent.why())));
            case Platform.Open open -> {
                boolean creating = servers.isEmpty();
                var need = new ServerCheckup.Need(
                        configuration.database().poolSize() + KEPT, creating ? more : 0, creating);
                checks.add(checkup(Platform.NAME, open.database().address(), "database.url", need));
                checks.add(new Check("schema", open::upgrade));
            }
        }
        servers.forEach(server -> checks.add(
                checkup("database_server", server.address(), keys(server), new ServerCheckup.Need(1, more, true))));
        return checks;
    }

    /** Where the operator gave the server no name, what is said of it has its address anyway. */
    private static String keys(DatabaseServer server) {
        return server.address()
                .givenName()
                .map("database.servers (%s)"::formatted)
                .orElse("database.servers");
    }

    private static Check checkup(String name, ServerAddress address, String keys, ServerCheckup.Need need) {
        return new Check(name, new ServerCheckup(name, address, keys, need, ServerCheckup.HOURS)::examine);
    }

    private List<ServerAddress> everyServer() {
        return switch (platform) {
            case Platform.Absent absent ->
                DatabaseServer.addresses(configuration.database().servers());
            case Platform.Open open ->
                Stream.concat(
                                Stream.of(open.database().address()),
                                open.servers().stream().map(DatabaseServer::address))
                        .distinct()
                        .toList();
        };
    }

    private List<Finding> organizations() throws InterruptedException {
        Optional<Platform.Open> open = platform.current();
        Optional<Sealer> key = key();
        if (open.isEmpty() || key.isEmpty()) {
            return Findings.skipped(OrganizationsCheck.NAME, open.isEmpty() ? UNREAD : NO_KEY);
        }
        return new OrganizationsCheck(
                        new DatabaseInspection(
                                open.get().servers(),
                                key.get(),
                                configuration.outbound().allow()),
                        open.get().database().transaction(DatabaseInspection::recorded),
                        FOR_ORGANIZATIONS)
                .examine();
    }

    private List<Finding> integrations() throws Exception {
        Optional<Platform.Open> open = platform.current();
        return open.isEmpty()
                ? Findings.skipped(IntegrationsCheck.NAME, UNREAD)
                : new IntegrationsCheck(open.get().database(), connectors.get()).missing();
    }

    private List<Finding> versions() throws Exception {
        Optional<Platform.Open> open = platform.current();
        Optional<Sealer> key = key();
        if (open.isEmpty() || key.isEmpty()) {
            return Findings.skipped(IntegrationsCheck.VERSIONS, open.isEmpty() ? UNREAD : NO_KEY);
        }
        return new IntegrationsCheck(open.get().database(), connectors.get()).versions(key.get());
    }

    private List<Finding> backlog() {
        Optional<Platform.Open> open = platform.current();
        return open.isEmpty()
                ? Findings.skipped(BacklogCheck.NAME, UNREAD)
                : new BacklogCheck(open.get().database()).examine();
    }

    private List<Finding> losses() {
        Optional<Platform.Open> open = platform.current();
        return open.isEmpty()
                ? Findings.skipped(LossesCheck.NAME, UNREAD)
                : new LossesCheck(open.get().database()).examine();
    }

    /** A key that cannot be used is another check's to say. */
    private Optional<Sealer> key() {
        try {
            return KeyCheck.key(configuration);
        } catch (VaultException e) {
            return Optional.empty();
        }
    }
}
