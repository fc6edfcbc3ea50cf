package dev.webhookdb.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Everything the operator can set, validated. Made by {@link ConfigurationLoader}.
 *
 * @param server where requests are answered
 * @param publicUrl how the world reaches this host, without a slash at its end
 * @param dataDirectory an absolute path; what is kept on this machine is below it
 * @param encryptionKey the key set; without one, it is a file in the data directory
 * @param database where the platform's and the organizations' data are
 * @param outbound what outgoing requests may reach
 * @param connectors where connectors come from
 * @param destinations where destinations come from
 * @param ingest limits for incoming webhooks
 * @param notifications what is told
 * @param backfill how providers are read
 * @param audit how long it is known who changed what
 * @param accounts who may sign up
 * @param organizations which there are, and what becomes of closed ones
 * @param mail how messages are sent; empty if they are not
 * @param shutdownTimeout how long the work under way is waited for at the end
 * @param metrics whether the host is measured, and who may see it
 * @param traces where it is told what was done with each webhook; empty if it is not
 * @param log how much is logged, and in which form
 */
public record Configuration(
        Server server,
        URI publicUrl,
        Path dataDirectory,
        Optional<Password> encryptionKey,
        Database database,
        Outbound outbound,
        Connectors connectors,
        Destinations destinations,
        Ingest ingest,
        Notifications notifications,
        Backfill backfill,
        Audit audit,
        Accounts accounts,
        Organizations organizations,
        Optional<Mail> mail,
        Duration shutdownTimeout,
        Metrics metrics,
        Optional<Traces> traces,
        Log log) {

    public Configuration {
        Objects.requireNonNull(server, "server");
        Objects.requireNonNull(publicUrl, "publicUrl");
        Objects.requireNonNull(dataDirectory, "dataDirectory");
        Objects.requireNonNull(encryptionKey, "encryptionKey");
        Objects.requireNonNull(database, "database");
        Objects.requireNonNull(outbound, "outbound");
        Objects.requireNonNull(connectors, "connectors");
        Objects.requireNonNull(destinations, "destinations");
        Objects.requireNonNull(ingest, "ingest");
        Objects.requireNonNull(notifications, "notifications");
        Objects.requireNonNull(backfill, "backfill");
        Objects.requireNonNull(audit, "audit");
        Objects.requireNonNull(accounts, "accounts");
        Objects.requireNonNull(organizations, "organizations");
        Objects.requireNonNull(mail, "mail");
        Objects.requireNonNull(shutdownTimeout, "shutdownTimeout");
        Objects.requireNonNull(metrics, "metrics");
        Objects.requireNonNull(traces, "traces");
        Objects.requireNonNull(log, "log");
    }

    /** Returns where the encryption key is when none is configured. */
    public Path encryptionKeyFile() {
        return dataDirectory.resolve("encryption-key.json");
    }

    /** Returns where requests are kept while the database is away. */
    public Path journalDirectory() {
        return dataDirectory.resolve("journal");
    }

    /** Returns where the operator's token is. */
    public Path operatorTokenFile() {
        return dataDirectory.resolve("operator-token");
    }

    /**
     * Where it listens.
     *
     * @param port 0 lets the system choose one
     * @param trustedProxies whose word is taken for whom a request comes from
     */
    public record Server(String host, int port, List<AddressRange> trustedProxies) {
        /** Copies the ranges. */
        public Server {
            trustedProxies = List.copyOf(trustedProxies);
        }
    }

    /**
     * The databases.
     *
     * @param platform the platform's own database; without one, a server is embedded below the data directory
     * @param poolSize connections to the platform's database, at least 2
     * @param organizationConnections connections to each server that organizations' databases are on, at least 4
     * @param servers where organizations' databases are created; without any, next to the platform's
     */
    public record Database(
            Optional<ServerAddress> platform, int poolSize, int organizationConnections, List<DatabaseServer> servers) {
        public Database {
            servers = List.copyOf(servers);
        }
    }

    /**
     * How requests reach others. Does not print the proxy, which may hold a password.
     *
     * @param allow ranges of internal addresses that requests may reach all the same
     * @param proxy {@code http://[user:password@]host:port}, through which they go; empty for none
     */
    public record Outbound(List<AddressRange> allow, Optional<URI> proxy) {
        public Outbound {
            allow = List.copyOf(allow);
        }

        @Override
        public String toString() {
            return "Outbound[allow=%s]".formatted(allow);
        }
    }

    /**
     * Where connectors come from.
     *
     * @param directories the first is the installation's own, unless another one is configured
     * @param strict whether one refused connector keeps the host from starting
     */
    public record Connectors(List<Path> directories, boolean strict) {
        public Connectors {
            directories = List.copyOf(directories);
        }
    }

    /**
     * Where the JARs lie that know other databases.
     *
     * @param strict whether one refused destination keeps the host from starting
     */
    public record Destinations(Path directory, boolean strict) {}

    /**
     * Incoming webhooks.
     *
     * @param maxBody the largest request body, in bytes
     * @param retention how long requests are kept; at least as long as they can be listed and replayed
     * @param rejectedPerHour bytes of rejected requests that are kept whole, of each endpoint and on each host
     * @param journal whether requests are kept on this host's disk while the database is away
     * @param journalMax how many bytes they may take there
     */
    public record Ingest(long maxBody, Duration retention, long rejectedPerHour, boolean journal, long journalMax) {}

    /**
     * What is told.
     *
     * @param retention how long events are kept, and what became of their deliveries
     * @param disableAfter how long deliveries to an endpoint have to fail until it gets no more
     */
    public record Notifications(Duration retention, Duration disableAfter) {}

    /**
     * How providers are read.
     *
     * @param reconcileEvery how often tables that webhooks keep fresh are reconciled; zero for never
     * @param retention how long jobs are kept after their end, at least a day; each integration's latest stays
     */
    public record Backfill(Duration reconcileEvery, Duration retention) {}

    /**
     * Who changed what.
     *
     * @param retention how long entries are kept, at least a day
     */
    public record Audit(Duration retention) {}

    /**
     * Who may make an account without having been invited.
     *
     * @param allowed with {@link SignUp#ALLOW_LIST}: e-mail addresses, and domains
     */
    public record Accounts(SignUp signUp, List<String> allowed) {
        public Accounts {
            allowed = List.copyOf(allowed);
        }

        /** Who may make an account: everybody, whom the operator lists, or nobody without an invitation. */
        public enum SignUp {
            OPEN,
            ALLOW_LIST,
            INVITE_ONLY
        }
    }

    /**
     * What organizations there are, and what becomes of closed ones.
     *
     * @param directory where the files are that say what exists
     * @param environment the process's variables, which the files can refer to; not printed
     * @param prune whether what a file made, and none has any more, is deleted without anybody's asking for it
     * @param grace for how long the data of a closed one is kept; may be zero
     */
    public record Organizations(Path directory, Map<String, String> environment, boolean prune, Duration grace) {
        public Organizations {
            environment = Map.copyOf(environment);
        }

        @Override
        public String toString() {
            return "Organizations[directory=%s, prune=%s, grace=%s]".formatted(directory, prune, grace);
        }
    }

    /**
     * A mail server.
     *
     * @param username without one, there is no login
     * @param password empty without a user
     * @param from an address, or a name and an address in angle brackets
     */
    public record Mail(
            String host, int port, Security security, Optional<String> username, Password password, String from) {
        /** Whether others on the way can read along. */
        public enum Security {
            /** Encrypted after a command, or not sent. */
            STARTTLS,
            /** Encrypted from the start. */
            TLS,
            /** In clear. */
            NONE
        }
    }

    /**
     * What the host measures of itself.
     *
     * @param enabled whether it does
     * @param token lets others than this machine's programs see it; without one, nobody else may
     */
    public record Metrics(boolean enabled, Optional<Password> token) {}

    /**
     * Where traces go.
     *
     * @param endpoint a collector's address for traces, which takes OTLP over HTTP
     * @param sample which part of all traces is kept, from 0 to 1
     * @param headers what is sent along, by name, such as a vendor's key
     * @param serviceName what the server is called there
     */
    public record Traces(URI endpoint, double sample, Map<String, Password> headers, String serviceName) {
        /** Copies the headers. */
        public Traces {
            headers = Map.copyOf(headers);
        }
    }

    /** What the server writes to its output. */
    public record Log(Format format, Level level) {
        /** For people, or an object in each line for machines. */
        public enum Format {
            TEXT,
            JSON
        }

        /** What is left out: everything that matters less. */
        public enum Level {
            TRACE,
            DEBUG,
            INFO,
            WARN,
            ERROR
        }
    }
}
