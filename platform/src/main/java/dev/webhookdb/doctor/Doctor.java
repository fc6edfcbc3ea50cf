package dev.webhookdb.doctor;

import dev.webhookdb.config.Configuration;
import dev.webhookdb.config.ConfigurationException;
import dev.webhookdb.config.ConfigurationLoader;
import dev.webhookdb.config.Problem;
import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.connector.DestinationRegistry;
import dev.webhookdb.connector.Promises;
import dev.webhookdb.crypto.Sealer;
import dev.webhookdb.crypto.VaultException;
import dev.webhookdb.integration.ServiceShapes;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.tenancy.DatabaseInspection;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Does all checks of an installation. Changes nothing, but for an embedded PostgreSQL that does not run, which is started for it and stopped.
 *
 * <p>Only the configuration and the database are looked at before the others, which need them: without the one there is nothing to check,
 * without the other some checks are skipped.
 */
public final class Doctor {
    private static final String CONFIGURATION = "configuration";

    /** Longer than every wait within a check. */
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static final Duration FOR_ORGANIZATIONS = Duration.ofSeconds(20);

    private static final String UNREAD = "The server's own database could not be read.";
    private static final String NO_KEY = "The encryption key could not be used.";

    /** As {@code PlatformDatabase} and {@code WakeUps} hold them: for receiving webhooks, the timetable, and hearing of work. */
    private static final int KEPT = 8;

    /** As docs/operating.md counts them: organizations' readers, and the database of one organization. */
    private static final int MORE = 16 + 4;

    private final Configuration configuration;
    private final List<Path> secretFiles;
    private final Clock clock = Clock.systemUTC();
    private final Web web = new Web();

    private Doctor(Configuration configuration, List<Path> secretFiles) {
        this.configuration = configuration;
        this.secretFiles = secretFiles;
    }

    /**
     * Checks an installation.
     *
     * @param file the configuration file, if there is one
     * @param environment the process's variables
     * @param installation where the distribution is
     * @throws InterruptedException if the caller is interrupted
     */
    public static Diagnosis examine(Optional<Path> file, Map<String, String> environment, Path installation)
            throws InterruptedException {
        Configuration configuration;
        List<Path> secretFiles;
        try {
            configuration = ConfigurationLoader.load(file, environment, installation);
            secretFiles = ConfigurationLoader.secretFiles(file, environment);
        } catch (ConfigurationException e) {
            return new Diagnosis(e.problems().stream().map(Doctor::problem).toList());
        }
        Finding read = new Finding(
                CONFIGURATION,
                Status.OK,
                "%s can be read."
                        .formatted(
                                file.map(path -> path + " and the environment").orElse("The environment")),
                "");
        return new Diagnosis(Stream.concat(Stream.of(read), new Doctor(configuration, secretFiles).examine().stream())
                .toList());
    }

    private static Finding problem(Problem problem) {
        return new Finding(
                CONFIGURATION,
                Status.PROBLEM,
                problem + ".",
                "Correct it: the server does not start before. The other checks come after that.");
    }

    private List<Finding> examine() throws InterruptedException {
        try (Platform platform = Platform.open(configuration);
                ConnectorRegistry connectors =
                        ConnectorRegistry.inspect(configuration.connectors().directory(), promises(platform));
                DestinationRegistry destinations =
                        DestinationRegistry.open(configuration.destinations().directory(), new BackgroundTasks())) {
            return new Examination(LIMIT).of(checks(platform, connectors, destinations));
        }
    }

    private List<Check> checks(Platform platform, ConnectorRegistry connectors, DestinationRegistry destinations) {
        Optional<Identity> identity =
                current(platform).flatMap(open -> open.database().transaction(Identity::of));
        LocalServer server = LocalServer.of(configuration, web, identity);
        List<Check> checks = new ArrayList<>();
        checks.add(new Check(SecretFilesCheck.NAME, new SecretFilesCheck(filesWithSecrets())::examine));
        checks.add(
                new Check("data_directory", new DiskCheck("data_directory", configuration.dataDirectory())::examine));
        if (configuration.database().platform().isEmpty()) {
            Path embedded = configuration.dataDirectory().resolve("postgres");
            checks.add(new Check("database_directory", new DiskCheck("database_directory", embedded)::examine));
        }
        checks.addAll(databases(platform));
        checks.add(new Check(KeyCheck.NAME, new KeyCheck(configuration, platform)::examine));
        checks.add(new Check(OrganizationsCheck.NAME, () -> organizations(platform)));
        checks.add(new Check(
                ClockCheck.NAME,
                new ClockCheck(clock, web, everyServer(platform), configuration.publicUrl())::examine));
        checks.add(new Check(PluginsCheck.CONNECTORS, () -> PluginsCheck.connectors(connectors.all())));
        checks.add(new Check(PluginsCheck.DESTINATIONS, () -> PluginsCheck.destinations(destinations.all())));
        checks.add(new Check(
                IntegrationsCheck.NAME,
                () -> needing(
                        platform,
                        IntegrationsCheck.NAME,
                        open -> new IntegrationsCheck(open.database(), connectors).missing())));
        checks.add(new Check(
                IntegrationsCheck.VERSIONS,
                () -> needing(
                        platform,
                        IntegrationsCheck.VERSIONS,
                        open -> keyed(
                                IntegrationsCheck.VERSIONS,
                                key -> new IntegrationsCheck(open.database(), connectors).versions(key)))));
        checks.add(new Check(
                OrganizationFilesCheck.NAME,
                new OrganizationFilesCheck(
                        configuration.organizations().directory(),
                        configuration.organizations().environment(),
                        server)::examine));
        checks.add(new Check(
                PublicUrlCheck.NAME,
                new PublicUrlCheck(configuration.publicUrl(), web, server, identity, clock)::examine));
        checks.add(new Check(MailCheck.NAME, new MailCheck(configuration.mail())::examine));
        checks.add(new Check(
                ProxyCheck.NAME, new ProxyCheck(configuration.outbound().proxy())::examine));
        checks.add(new Check(RunningServerCheck.NAME, new RunningServerCheck(server)::examine));
        checks.add(new Check(
                BacklogCheck.NAME,
                () -> needing(platform, BacklogCheck.NAME, open -> new BacklogCheck(open.database()).examine())));
        return checks;
    }

    private List<Path> filesWithSecrets() {
        Path data = configuration.dataDirectory();
        return Stream.concat(
                        secretFiles.stream(),
                        Stream.of(
                                KeyCheck.file(configuration),
                                data.resolve("operator-token"),
                                data.resolve("postgres").resolve("password")))
                .toList();
    }

    private List<Check> databases(Platform platform) {
        List<Check> checks = new ArrayList<>();
        List<ServerAddress> servers = configuration.database().servers();
        switch (platform) {
            case Platform.Absent absent -> checks.add(new Check(Platform.NAME, () -> List.of(absent.why())));
            case Platform.Open open -> {
                checks.add(new Check(
                        Platform.NAME,
                        new ServerCheckup(
                                Platform.NAME,
                                open.database().address(),
                                "database.url",
                                new ServerCheckup.Need(
                                        configuration.database().poolSize() + KEPT,
                                        servers.isEmpty() ? MORE : 0,
                                        servers.isEmpty()),
                                ServerCheckup.HOURS)::examine));
                checks.add(new Check("schema", open::upgrade));
            }
        }
        for (ServerAddress server : servers) {
            checks.add(new Check(
                    "database_server",
                    new ServerCheckup(
                            "database_server",
                            server,
                            "database.servers",
                            new ServerCheckup.Need(1, MORE, true),
                            ServerCheckup.HOURS)::examine));
        }
        return checks;
    }

    private List<ServerAddress> everyServer(Platform platform) {
        return platform instanceof Platform.Open open
                ? Stream.concat(Stream.of(open.database().address()), open.servers().stream())
                        .distinct()
                        .toList()
                : configuration.database().servers();
    }

    private List<Finding> organizations(Platform platform) throws InterruptedException {
        if (current(platform).isEmpty()) {
            return Findings.skipped(OrganizationsCheck.NAME, UNREAD);
        }
        Platform.Open open = current(platform).get();
        Optional<Sealer> key = key();
        if (key.isEmpty()) {
            return Findings.skipped(OrganizationsCheck.NAME, NO_KEY);
        }
        return new OrganizationsCheck(
                        new DatabaseInspection(
                                open.servers(),
                                key.get(),
                                configuration.outbound().allow()),
                        open.database().transaction(DatabaseInspection::recorded),
                        FOR_ORGANIZATIONS)
                .examine();
    }

    /** The database, if its tables are this version's. */
    private static Optional<Platform.Open> current(Platform platform) {
        return platform instanceof Platform.Open open && open.isCurrent() ? Optional.of(open) : Optional.empty();
    }

    private static List<Finding> needing(Platform platform, String check, Function<Platform.Open, List<Finding>> work) {
        return current(platform).map(work).orElseGet(() -> Findings.skipped(check, UNREAD));
    }

    private List<Finding> keyed(String check, Function<Sealer, List<Finding>> work) {
        return key().map(work).orElseGet(() -> Findings.skipped(check, NO_KEY));
    }

    /** A key that cannot be used is another check's to say. */
    private Optional<Sealer> key() {
        try {
            return KeyCheck.key(configuration);
        } catch (VaultException e) {
            return Optional.empty();
        }
    }

    /** What was promised of the tables that there are, as a host sees it; nothing is promised here. */
    private static Promises promises(Platform platform) {
        Promises asked = current(platform)
                .<Promises>map(open -> new ServiceShapes(open.database()))
                .orElse(Promises.NONE);
        return new Promises() {
            @Override
            public Optional<String> broken(Resource resource) {
                return asked.broken(resource);
            }

            @Override
            public void keep(Collection<Resource> resources) {
                // beside a host that may have another release
            }
        };
    }
}
