package dev.webhookdb.config;

import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Turns the settings into values, and collects what is wrong with them instead of giving up at the first. */
final class ConfigurationReader {
    private static final int DEFAULT_PORT = 18001;
    private static final int DEFAULT_POOL_SIZE = 10;
    private static final int LARGEST_POOL = 500;

    /** Beside a host's own connections, as many as PostgreSQL takes unless somebody tells it otherwise: 100. */
    private static final int ORGANIZATION_CONNECTIONS = 50;

    /** The server's own PostgreSQL takes 400. */
    private static final int ORGANIZATION_CONNECTIONS_EMBEDDED = 300;

    private static final int MOST_ORGANIZATION_CONNECTIONS = 10_000;
    private static final long DEFAULT_BODY = 5L << 20;
    private static final long DEFAULT_REJECTED = 16L << 20;
    private static final long LARGEST_REJECTED = 1L << 40;
    private static final long DEFAULT_JOURNAL = 1L << 30;
    private static final long SMALLEST_JOURNAL = 1L << 20;
    private static final long LARGEST_JOURNAL = 1L << 40;
    private static final long SMALLEST_BODY = 1L << 10;
    private static final long LARGEST_BODY = 1L << 30;
    private static final Duration DEFAULT_RETENTION = Duration.ofDays(90);

    private static final Duration DEFAULT_EVENT_RETENTION = Duration.ofDays(7);
    private static final Duration SHORTEST_EVENT_RETENTION = Duration.ofDays(1);
    private static final Duration LONGEST_EVENT_RETENTION = Duration.ofDays(365);
    private static final Duration DEFAULT_DISABLING = Duration.ofDays(5);
    private static final Duration SHORTEST_DISABLING = Duration.ofHours(1);
    private static final Duration LONGEST_DISABLING = Duration.ofDays(365);
    private static final Duration DEFAULT_RECONCILIATION = Duration.ofDays(1);
    private static final Duration DEFAULT_JOB_RETENTION = Duration.ofDays(30);
    private static final Duration DEFAULT_AUDIT_RETENTION = Duration.ofDays(400);

    private static final Duration DEFAULT_GRACE = Duration.ofDays(7);
    private static final Duration LONGEST_GRACE = Duration.ofDays(365);
    private static final Duration DEFAULT_SHUTDOWN = Duration.ofSeconds(30);
    private static final Duration LONGEST_SHUTDOWN = Duration.ofHours(1);

    private static final String DEFAULT_SERVICE_NAME = "webhookdb";

    private static final String RANGE_EXPECTED = "address ranges such as 10.0.0.0/8 or fd00::/8";

    private final Map<String, Setting> settings;
    private final List<Problem> problems;
    private final Map<String, String> environment;
    private final Path installation;

    ConfigurationReader(
            Map<String, Setting> settings, List<Problem> problems, Map<String, String> environment, Path installation) {
        this.settings = settings;
        this.problems = problems;
        this.environment = environment;
        this.installation = installation;
    }

    /** Complete, but only to be used when no problem was added. */
    Configuration read() {
        int port = value(Key.SERVER_PORT, DEFAULT_PORT, text -> Values.integer(text, 0, 65535));
        return new Configuration(
                new Configuration.Server(
                        value(Key.SERVER_HOST, "0.0.0.0", KeyFormats::host), port, ranges(Key.SERVER_TRUSTED_PROXIES)),
                value(Key.PUBLIC_URL, URI.create("http://localhost:" + port), KeyFormats::publicUrl),
                value(Key.DATA_DIRECTORY, home().resolve(".webhookdb").resolve("data"), this::path),
                setting(Key.ENCRYPTION_KEY.path()).map(found -> new Password(found.value())),
                database(),
                new Configuration.Outbound(
                        ranges(Key.OUTBOUND_ALLOW), value(Key.OUTBOUND_PROXY, Optional.empty(), KeyFormats::proxy)),
                connectors(),
                new Configuration.Destinations(
                        value(Key.DESTINATIONS_DIRECTORY, installation.resolve("destinations"), this::path),
                        value(Key.DESTINATIONS_STRICT, false, Values::flag)),
                ingest(),
                new Configuration.Notifications(
                        value(
                                Key.NOTIFICATIONS_RETENTION,
                                DEFAULT_EVENT_RETENTION,
                                text -> Values.duration(text, SHORTEST_EVENT_RETENTION, LONGEST_EVENT_RETENTION)),
                        value(
                                Key.NOTIFICATIONS_DISABLE_AFTER,
                                DEFAULT_DISABLING,
                                text -> Values.duration(text, SHORTEST_DISABLING, LONGEST_DISABLING))),
                new Configuration.Backfill(
                        value(Key.BACKFILL_RECONCILE_EVERY, DEFAULT_RECONCILIATION, KeyFormats::reconciliation),
                        value(
                                Key.BACKFILL_RETENTION,
                                DEFAULT_JOB_RETENTION,
                                text -> KeyFormats.days(text, DEFAULT_JOB_RETENTION))),
                new Configuration.Audit(value(
                        Key.AUDIT_RETENTION,
                        DEFAULT_AUDIT_RETENTION,
                        text -> KeyFormats.days(text, DEFAULT_AUDIT_RETENTION))),
                accounts(),
                new Configuration.Organizations(
                        value(
                                Key.ORGANIZATIONS_DIRECTORY,
                                installation.resolve("conf").resolve("organizations.d"),
                                this::path),
                        environment,
                        value(Key.ORGANIZATIONS_PRUNE, false, Values::flag),
                        value(
                                Key.ORGANIZATIONS_GRACE,
                                DEFAULT_GRACE,
                                text -> Values.duration(text, Duration.ZERO, LONGEST_GRACE))),
                mail(),
                value(
                        Key.SHUTDOWN_TIMEOUT,
                        DEFAULT_SHUTDOWN,
                        text -> Values.duration(text, Duration.ofMillis(1), LONGEST_SHUTDOWN)),
                new Configuration.Metrics(
                        value(Key.METRICS_ENABLED, true, Values::flag),
                        setting(Key.METRICS_TOKEN.path())
                                .flatMap(found -> convert(found, KeyFormats::token))
                                .map(Password::new)),
                traces(),
                log());
    }

    private Configuration.Connectors connectors() {
        List<Path> directories = new ArrayList<>();
        directories.add(value(Key.CONNECTORS_DIRECTORY, installation.resolve("connectors"), this::path));
        for (Setting more : list(Key.CONNECTORS_MORE_DIRECTORIES.path())) {
            convert(more, this::path).ifPresent(directories::add);
        }
        return new Configuration.Connectors(directories, value(Key.CONNECTORS_STRICT, false, Values::flag));
    }

    private Configuration.Ingest ingest() {
        return new Configuration.Ingest(
                value(Key.INGEST_MAX_BODY, DEFAULT_BODY, text -> Values.size(text, SMALLEST_BODY, LARGEST_BODY)),
                value(Key.INGEST_RETENTION, DEFAULT_RETENTION, KeyFormats::retention),
                value(
                        Key.INGEST_REJECTED_PER_HOUR,
                        DEFAULT_REJECTED,
                        text -> Values.size(text, SMALLEST_BODY, LARGEST_REJECTED)),
                value(Key.INGEST_JOURNAL, false, Values::flag),
                value(
                        Key.INGEST_JOURNAL_MAX,
                        DEFAULT_JOURNAL,
                        text -> Values.size(text, SMALLEST_JOURNAL, LARGEST_JOURNAL)));
    }

    private Configuration.Accounts accounts() {
        Configuration.Accounts.SignUp signUp =
                value(Key.ACCOUNTS_SIGN_UP, Configuration.Accounts.SignUp.OPEN, KeyFormats::signUp);
        List<String> allowed = new ArrayList<>();
        for (Setting entry : list(Key.ACCOUNTS_ALLOWED.path())) {
            convert(entry, KeyFormats::emailOrDomain).ifPresent(allowed::add);
        }
        return new Configuration.Accounts(signUp, allowed);
    }

    private Optional<Configuration.Mail> mail() {
        Configuration.Mail.Security security = value(
                Key.MAIL_SECURITY,
                Configuration.Mail.Security.STARTTLS,
                text -> Values.choice(Configuration.Mail.Security.class, text));
        int port = value(Key.MAIL_PORT, usualPort(security), text -> Values.integer(text, 1, 65535));
        String from = value(Key.MAIL_FROM, "", KeyFormats::sender);
        Optional<String> username = setting(Key.MAIL_USERNAME.path()).map(Setting::value);
        Optional<String> password = setting(Key.MAIL_PASSWORD.path()).map(Setting::value);
        Optional<Setting> host = setting(Key.MAIL_HOST.path());
        host.ifPresent(found -> {
            if (setting(Key.MAIL_FROM.path()).isEmpty()) {
                problems.add(found.problem("the key mail.from as well, an address such as webhookdb@example.com"));
            }
            if (username.isPresent() != password.isPresent()) {
                problems.add(found.problem("mail.username and mail.password, or neither"));
            }
        });
        return host.flatMap(found -> convert(found, KeyFormats::host))
                .map(name -> new Configuration.Mail(
                        name, port, security, username, new Password(password.orElse("")), from));
    }

    /** RFC 8314: submission, and submission over TLS. */
    private static int usualPort(Configuration.Mail.Security security) {
        return switch (security) {
            case STARTTLS -> 587;
            case TLS -> 465;
            case NONE -> 25;
        };
    }

    private Optional<Configuration.Traces> traces() {
        double sample = value(Key.TRACES_SAMPLE, 1.0, KeyFormats::ratio);
        Map<String, Password> headers = value(Key.TRACES_HEADERS, Map.of(), KeyFormats::headers);
        String name = value(Key.TRACES_SERVICE_NAME, DEFAULT_SERVICE_NAME, KeyFormats::serviceName);
        Optional<Setting> endpoint = setting(Key.TRACES_ENDPOINT.path());
        if (endpoint.isEmpty()) {
            for (Key useless : List.of(Key.TRACES_SAMPLE, Key.TRACES_HEADERS, Key.TRACES_SERVICE_NAME)) {
                setting(useless.path())
                        .ifPresent(
                                found -> problems.add(found.problem("traces.endpoint as well, which it belongs to")));
            }
        }
        return endpoint.flatMap(found -> convert(found, KeyFormats::collector))
                .map(address -> new Configuration.Traces(address, sample, headers, name));
    }

    private Configuration.Log log() {
        return new Configuration.Log(
                value(
                        Key.LOG_FORMAT,
                        Configuration.Log.Format.TEXT,
                        text -> Values.choice(Configuration.Log.Format.class, text)),
                value(
                        Key.LOG_LEVEL,
                        Configuration.Log.Level.INFO,
                        text -> Values.choice(Configuration.Log.Level.class, text)));
    }

    private Configuration.Database database() {
        int poolSize = value(Key.DATABASE_POOL_SIZE, DEFAULT_POOL_SIZE, text -> Values.integer(text, 2, LARGEST_POOL));
        Optional<ServerAddress> platform = platform();
        int organizationConnections = value(
                Key.DATABASE_ORGANIZATION_CONNECTIONS,
                platform.isPresent() ? ORGANIZATION_CONNECTIONS : ORGANIZATION_CONNECTIONS_EMBEDDED,
                text -> Values.integer(text, 4, MOST_ORGANIZATION_CONNECTIONS));
        return new Configuration.Database(platform, poolSize, organizationConnections, servers());
    }

    private Optional<ServerAddress> platform() {
        Optional<Setting> url = setting(Key.DATABASE_URL.path());
        if (url.isPresent()) {
            return server(url.get(), Key.DATABASE_USERNAME.path(), Key.DATABASE_PASSWORD.path());
        }
        for (Key useless : List.of(Key.DATABASE_USERNAME, Key.DATABASE_PASSWORD)) {
            setting(useless.path())
                    .ifPresent(found -> problems.add(found.problem("database.url as well, which it belongs to")));
        }
        return Optional.empty();
    }

    private List<DatabaseServer> servers() {
        String path = Key.DATABASE_SERVERS.path();
        List<DatabaseServer> servers = new ArrayList<>();
        for (Setting url : list(path)) {
            server(url, url.path() + ".username", url.path() + ".password")
                    .map(DatabaseServer::of)
                    .ifPresent(servers::add);
        }
        Set<String> names = new HashSet<>();
        for (String index : indices(path)) {
            String server = path + "." + index;
            if (!settings.containsKey(server)) {
                databaseServer(server, names).ifPresent(servers::add);
            }
        }
        return servers;
    }

    private Optional<DatabaseServer> databaseServer(String path, Set<String> names) {
        Setting url = settings.getOrDefault(path + ".url", new Setting(path + ".url", "", "not set"));
        Optional<ServerAddress> address = server(url, path + ".username", path + ".password");
        Optional<Setting> called = setting(path + ".name");
        Optional<String> name = called.flatMap(found -> convert(found, KeyFormats::serverName));
        if (!name.map(names::add).orElse(true)) {
            problems.add(called.orElseThrow().problem("a name that no other of database.servers has"));
        }
        int weight = setting(path + ".weight")
                .flatMap(found -> convert(found, text -> Values.integer(text, 0, DatabaseServer.LARGEST_WEIGHT)))
                .orElse(DatabaseServer.USUAL_WEIGHT);
        Set<String> tags = new HashSet<>();
        for (Setting tag : list(path + ".tags")) {
            convert(tag, KeyFormats::tag).ifPresent(tags::add);
        }
        return address.map(found -> new DatabaseServer(name.map(found::withName).orElse(found), weight, tags));
    }

    private Optional<ServerAddress> server(Setting url, String usernameKey, String passwordKey) {
        ServerAddress address = convert(url, DatabaseUrl::parse).orElse(null);
        if (address == null) {
            return Optional.empty();
        }
        String username = setting(usernameKey).map(Setting::value).orElse(address.username());
        Password password =
                setting(passwordKey).map(found -> new Password(found.value())).orElse(address.password());
        if (username.isEmpty()) {
            problems.add(url.problem("the key %s as well, or a user name in the URL".formatted(usernameKey)));
            return Optional.empty();
        }
        return Optional.of(address.withUser(username, password));
    }

    private List<AddressRange> ranges(Key key) {
        List<AddressRange> ranges = new ArrayList<>();
        for (Setting range : list(key.path())) {
            convert(range, text -> Values.read(text, AddressRange::parse, RANGE_EXPECTED))
                    .ifPresent(ranges::add);
        }
        return ranges;
    }

    /** A list is one text with commas, or a text for each index. */
    private List<Setting> list(String path) {
        List<Setting> elements = new ArrayList<>();
        setting(path).ifPresent(whole -> {
            for (String part : whole.value().split(",", -1)) {
                elements.add(new Setting(path, part.strip(), whole.origin()));
            }
        });
        indices(path).forEach(index -> setting(path + "." + index).ifPresent(elements::add));
        return elements;
    }

    private Set<String> indices(String path) {
        Set<String> indices = new TreeSet<>(Comparator.comparingInt(Integer::parseInt));
        settings.keySet().stream()
                .filter(key -> key.startsWith(path + "."))
                .forEach(key -> indices.add(key.substring(path.length() + 1).split("\\.", 2)[0]));
        return indices;
    }

    private <T> T value(Key key, T otherwise, Function<String, T> conversion) {
        return setting(key.path())
                .flatMap(setting -> convert(setting, conversion))
                .orElse(otherwise);
    }

    private <T> Optional<T> convert(Setting setting, Function<String, T> conversion) {
        try {
            return Optional.of(conversion.apply(setting.value()));
        } catch (IllegalArgumentException failure) {
            problems.add(setting.problem(failure.getMessage()));
            return Optional.empty();
        }
    }

    private Optional<Setting> setting(String path) {
        return Optional.ofNullable(settings.get(path));
    }

    private Path home() {
        String home = environment.getOrDefault("HOME", "");
        return Path.of(home.isBlank() ? System.getProperty("user.home") : home);
    }

    private Path path(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("the path of a directory");
        }
        try {
            Path path = text.startsWith("~/") ? home().resolve(text.substring(2)) : Path.of(text);
            return path.toAbsolutePath().normalize();
        } catch (InvalidPathException failure) {
            throw new IllegalArgumentException("the path of a directory", failure);
        }
    }
}
