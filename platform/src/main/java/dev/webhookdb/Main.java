package dev.webhookdb;

import dev.webhookdb.account.AccountException;
import dev.webhookdb.account.Accounts;
import dev.webhookdb.config.Configuration;
import dev.webhookdb.config.ConfigurationException;
import dev.webhookdb.config.ConfigurationLoader;
import dev.webhookdb.connector.ConnectorCheck;
import dev.webhookdb.connector.ConnectorReport;
import dev.webhookdb.connector.DestinationCheck;
import dev.webhookdb.connector.DestinationReport;
import dev.webhookdb.connector.Installed;
import dev.webhookdb.connector.InstalledDestination;
import dev.webhookdb.crypto.KeyRotation;
import dev.webhookdb.doctor.Diagnosis;
import dev.webhookdb.doctor.Doctor;
import dev.webhookdb.ingest.Receiver;
import dev.webhookdb.platform.PlatformDatabase;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** The commands that run in the host's own process: {@code server}, {@code doctor}, {@code connectors check} and {@code destinations check}. */
public final class Main {
    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;
    private static final String CONFIG = "--config=";
    private static final String FORMAT = "--format=";
    private static final String ROTATE = "--rotate-encryption-key";
    private static final String RESEAL = "--reseal-secrets";
    private static final String CHECK_UPGRADE = "--check-upgrade";
    private static final String BOOTSTRAP_ADMIN = "--bootstrap-admin=";

    private static final String USAGE = """
            Usage: webhookdb server [--config FILE] [--strict-connectors] [--strict-destinations] [--bootstrap-admin EMAIL]
                   webhookdb server [--config FILE] --rotate-encryption-key | --reseal-secrets | --check-upgrade
                   webhookdb doctor [--config FILE] [--format text|json]
                   webhookdb connectors check FILE...
                   webhookdb destinations check FILE...

            server            Runs the host until it is stopped (Ctrl-C or SIGTERM).
              --config FILE         YAML; default is conf/webhookdb.yaml of the installation, if it is there.
                                    Every key can be given in the environment as well: server.port as WEBHOOKDB_SERVER_PORT.
              --strict-connectors   Refuses to start while a connector is refused.
              --strict-destinations Refuses to start while a destination is refused.
              --bootstrap-admin EMAIL
                                    Prints a one-time password for this address once the server runs, and how to log in with it:
                                    for the first log-in where no mail is sent. Makes an account if there is none.
              --rotate-encryption-key
                                    Makes a new encryption key, seals every stored secret with it, and ends. Servers may run
                                    meanwhile, unless the database is the embedded one.
              --reseal-secrets      Seals with the newest key whatever older ones sealed, and ends.
              --check-upgrade       Says what a start of this version would change in the databases that an older one left, and
                                    ends. Changes nothing; the older one may run meanwhile. Exit status: 0 nothing, 2 something,
                                    1 a database is a newer version's, or cannot be reached.
            doctor            Says what is wrong with this installation and what to do: its configuration, databases, key, disks, clock,
                              connectors, public URL and so on. Run it as the server's user, beside a server or without one. Changes
                              nothing. Exit status: 0 all fine, 2 only warnings, 1 a problem.
            connectors check  Loads connector JARs, or folders of JARs, as the host would, and says what is wrong with them.
            destinations check
                              The same for JARs of destinations.

            Exit status: 0 all JARs are good; 1 cannot start, or a JAR is refused; 2 wrong usage or configuration;
            130 or 143 stopped by Ctrl-C or SIGTERM, in order.
            """;

    private final Map<String, String> environment;
    private final PrintStream out;
    private final PrintStream err;

    private Main(Map<String, String> environment, PrintStream out, PrintStream err) {
        this.environment = environment;
        this.out = out;
        this.err = err;
    }

    /** Runs a command and exits with its status. */
    public static void main(String[] args) {
        Locale.setDefault(Locale.ROOT);
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        var err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        System.exit(new Main(System.getenv(), out, err).run(List.of(args)));
    }

    private int run(List<String> arguments) {
        if (arguments.contains("--help") || arguments.contains("-h")) {
            out.print(USAGE);
            return OK;
        }
        return switch (arguments.isEmpty() ? "" : arguments.getFirst()) {
            case "server" -> server(arguments.subList(1, arguments.size()));
            case "doctor" -> doctor(arguments.subList(1, arguments.size()));
            case "connectors" -> check("connector", arguments.subList(1, arguments.size()), this::checkConnector);
            case "destinations" -> check("destination", arguments.subList(1, arguments.size()), this::checkDestination);
            default -> misused("There is no command '%s' here.".formatted(String.join(" ", arguments)));
        };
    }

    private int server(List<String> options) {
        Optional<Path> file = Optional.empty();
        Optional<String> admin = Optional.empty();
        Optional<String> keys = Optional.empty();
        boolean checkUpgrade = false;
        Map<String, String> values = new HashMap<>(environment);
        for (String option : withValues(options)) {
            if (option.startsWith(CONFIG)) {
                file = Optional.of(Path.of(option.substring(CONFIG.length())));
            } else if (option.startsWith(BOOTSTRAP_ADMIN)) {
                admin = Optional.of(option.substring(BOOTSTRAP_ADMIN.length()));
            } else if (option.equals(ROTATE) || option.equals(RESEAL)) {
                keys = Optional.of(option);
            } else if (option.equals(CHECK_UPGRADE)) {
                checkUpgrade = true;
            } else if (option.equals("--strict-connectors")) {
                values.put("WEBHOOKDB_CONNECTORS_STRICT", "true");
            } else if (option.equals("--strict-destinations")) {
                values.put("WEBHOOKDB_DESTINATIONS_STRICT", "true");
            } else {
                return misused("'%s' is not an option of 'webhookdb server', or lacks its value.".formatted(option));
            }
        }
        Path installation = installation();
        try {
            Optional<Path> chosen = file.or(() -> standardFile(installation));
            Optional<String> email = admin.map(Accounts::email);
            Configuration configuration = ConfigurationLoader.load(chosen, values, installation);
            if (checkUpgrade) {
                return upgrade(configuration);
            }
            return keys.isPresent() ? secrets(configuration, keys.get().equals(ROTATE)) : serve(configuration, email);
        } catch (AccountException e) {
            return misused(
                    "'%s' cannot be used with --bootstrap-admin: %s".formatted(admin.orElse(""), e.getMessage()));
        } catch (ConfigurationException e) {
            err.println(e.getMessage());
            return WRONG_USAGE;
        }
    }

    private int doctor(List<String> options) {
        Optional<Path> file = Optional.empty();
        boolean json = false;
        for (String option : withValues(options)) {
            if (option.startsWith(CONFIG)) {
                file = Optional.of(Path.of(option.substring(CONFIG.length())));
            } else if (option.equals(FORMAT + "json") || option.equals(FORMAT + "text")) {
                json = option.equals(FORMAT + "json");
            } else {
                return misused("'%s' is not an option of 'webhookdb doctor', or lacks its value.".formatted(option));
            }
        }
        // what it finds is all that it says
        System.setProperty("webhookdb.log.level", "OFF");
        Path installation = installation();
        try {
            Diagnosis diagnosis = Doctor.examine(file.or(() -> standardFile(installation)), environment, installation);
            out.print(json ? diagnosis.json() + "\n" : diagnosis.text());
            return diagnosis.exitStatus();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return FAILED;
        }
    }

    private Path installation() {
        return Path.of(environment.getOrDefault("WEBHOOKDB_HOME", "")).toAbsolutePath();
    }

    private static Optional<Path> standardFile(Path installation) {
        return Optional.of(installation.resolve("conf/webhookdb.yaml")).filter(Files::exists);
    }

    private int serve(Configuration configuration, Optional<String> admin) {
        prepareLog(configuration);
        Logger log = LoggerFactory.getLogger(Main.class);
        try {
            Host host = Host.start(configuration);
            StartCache cache = StartCache.makeIfMissing();
            var stopped = new CountDownLatch(1);
            Runtime.getRuntime()
                    .addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> {
                        log.info("Stopping");
                        cache.close();
                        host.close();
                        log.info("Stopped");
                        stopped.countDown();
                    }));
            log.info("Ready on port {}; providers call {}{}/...", host.port(), host.publicUrl(), Receiver.PATH);
            admin.ifPresent(email -> letIn(host, email));
            HangUp.runs(() -> {
                log.info("Reading the files of organizations again");
                host.reload();
            });
            stopped.await();
            return OK;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return FAILED;
        } catch (RuntimeException e) {
            log.debug("The host did not start", e);
            err.println("WebhookDB cannot start. " + (e.getMessage() == null ? e.toString() : e.getMessage()));
            return FAILED;
        }
    }

    private int secrets(Configuration configuration, boolean rotate) {
        prepareLog(configuration);
        try (PlatformDatabase platform = PlatformDatabase.open(configuration)) {
            KeyRotation rotation = new KeyRotation(platform.database(), Ground.vault(configuration));
            Optional<String> wanted = rotate ? rotation.rotate() : Optional.empty();
            if (wanted.isPresent()) {
                out.println("""
                        Configure this key set, which can still open what the present one sealed, on every host, as encryption.key,
                        as WEBHOOKDB_ENCRYPTION_KEY or in the file that WEBHOOKDB_ENCRYPTION_KEY_FILE names; start them anew; then
                        run 'webhookdb server --reseal-secrets'.
                        %s""".formatted(wanted.get()));
                return OK;
            }
            out.println("%d secrets were sealed with the newest key. Back the key up.".formatted(rotation.reseal()));
            return OK;
        } catch (RuntimeException e) {
            err.println("The secrets could not be sealed anew. "
                    + (e.getMessage() == null ? e.toString() : e.getMessage()));
            return FAILED;
        }
    }

    private int upgrade(Configuration configuration) {
        prepareLog(configuration);
        try {
            return UpgradeCheck.run(configuration, out);
        } catch (RuntimeException e) {
            err.println(
                    "The upgrade could not be checked. " + (e.getMessage() == null ? e.toString() : e.getMessage()));
            return FAILED;
        }
    }

    /** Writes an option and its value as one word. */
    private static List<String> withValues(List<String> options) {
        List<String> joined = new ArrayList<>();
        for (Iterator<String> rest = options.iterator(); rest.hasNext(); ) {
            String option = rest.next();
            boolean takesValue = List.of(CONFIG, BOOTSTRAP_ADMIN, FORMAT).contains(option + "=");
            joined.add(takesValue && rest.hasNext() ? option + "=" + rest.next() : option);
        }
        return joined;
    }

    private void letIn(Host host, String email) {
        out.println("""
                one-time password for %1$s: %2$s
                It works once, within 15 minutes:
                  export WEBHOOKDB_API_HOST=http://localhost:%3$d
                  webhookdb auth login --username=%1$s --token=%2$s""".formatted(email, host.oneTimePassword(email), host.port()));
    }

    private int check(String noun, List<String> arguments, Predicate<Path> isGood) {
        if (arguments.size() < 2 || !arguments.getFirst().equals("check")) {
            return misused("Name the %1$s's JAR: webhookdb %1$ss check FILE.".formatted(noun));
        }
        boolean good = true;
        for (String file : arguments.subList(1, arguments.size())) {
            good &= isGood.test(Path.of(file));
        }
        return good ? OK : FAILED;
    }

    private boolean checkConnector(Path file) {
        Installed checked = ConnectorCheck.check(file);
        out.println(ConnectorReport.render(checked));
        return checked instanceof Installed.Ready;
    }

    private boolean checkDestination(Path file) {
        InstalledDestination checked = DestinationCheck.check(file);
        out.println(DestinationReport.render(checked));
        return checked instanceof InstalledDestination.Ready;
    }

    /** The log's own configuration reads these properties when the first logger is asked for. */
    private static void prepareLog(Configuration configuration) {
        System.setProperty("webhookdb.log.format", configuration.log().format().name());
        System.setProperty("webhookdb.log.level", configuration.log().level().name());
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
    }

    private int misused(String sentence) {
        err.println(sentence);
        err.println("See 'webhookdb server --help'.");
        return WRONG_USAGE;
    }
}
