package dev.webhookdb.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The keys that there are. */
enum Key {
    SERVER_HOST("server.host"),
    SERVER_PORT("server.port"),
    SERVER_TRUSTED_PROXIES("server.trusted-proxies"),
    PUBLIC_URL("public-url"),
    DATA_DIRECTORY("data-dir"),
    ENCRYPTION_KEY("encryption.key"),
    DATABASE_URL("database.url"),
    DATABASE_USERNAME("database.username"),
    DATABASE_PASSWORD("database.password"),
    DATABASE_POOL_SIZE("database.pool-size"),
    DATABASE_ORGANIZATION_CONNECTIONS("database.organization-connections"),
    DATABASE_SERVERS("database.servers"),
    OUTBOUND_ALLOW("outbound.allow"),
    OUTBOUND_PROXY("outbound.proxy"),
    CONNECTORS_DIRECTORY("connectors-dir"),
    CONNECTORS_MORE_DIRECTORIES("connectors.more-directories"),
    CONNECTORS_STRICT("connectors.strict"),
    DESTINATIONS_DIRECTORY("destinations-dir"),
    DESTINATIONS_STRICT("destinations.strict"),
    INGEST_MAX_BODY("ingest.max-body"),
    INGEST_RETENTION("ingest.retention"),
    INGEST_REJECTED_PER_HOUR("ingest.rejected-per-hour"),
    INGEST_JOURNAL("ingest.journal"),
    INGEST_JOURNAL_MAX("ingest.journal-max"),
    NOTIFICATIONS_RETENTION("notifications.retention"),
    NOTIFICATIONS_DISABLE_AFTER("notifications.disable-after"),
    BACKFILL_RECONCILE_EVERY("backfill.reconcile-every"),
    BACKFILL_RETENTION("backfill.retention"),
    AUDIT_RETENTION("audit.retention"),
    ACCOUNTS_SIGN_UP("accounts.sign-up"),
    ACCOUNTS_ALLOWED("accounts.allowed"),
    MAIL_HOST("mail.host"),
    MAIL_PORT("mail.port"),
    MAIL_SECURITY("mail.security"),
    MAIL_USERNAME("mail.username"),
    MAIL_PASSWORD("mail.password"),
    MAIL_FROM("mail.from"),
    ORGANIZATIONS_DIRECTORY("organizations-dir"),
    ORGANIZATIONS_PRUNE("organizations.prune"),
    ORGANIZATIONS_GRACE("organizations.grace"),
    SHUTDOWN_TIMEOUT("shutdown-timeout"),
    METRICS_ENABLED("metrics.enabled"),
    METRICS_TOKEN("metrics.token"),
    TRACES_ENDPOINT("traces.endpoint"),
    TRACES_SAMPLE("traces.sample"),
    TRACES_HEADERS("traces.headers"),
    TRACES_SERVICE_NAME("traces.service-name"),
    LOG_FORMAT("log.format"),
    LOG_LEVEL("log.level");

    static final String ENVIRONMENT_PREFIX = "WEBHOOKDB_";
    private static final Set<Key> LISTS =
            Set.of(SERVER_TRUSTED_PROXIES, OUTBOUND_ALLOW, CONNECTORS_MORE_DIRECTORIES, ACCOUNTS_ALLOWED);

    /** Passwords, keys, and the URLs that may have a password in them. */
    private static final Set<Key> SECRETS = Set.of(
            ENCRYPTION_KEY,
            DATABASE_URL,
            DATABASE_PASSWORD,
            DATABASE_SERVERS,
            OUTBOUND_PROXY,
            MAIL_PASSWORD,
            METRICS_TOKEN,
            TRACES_HEADERS);

    /** What the command line client, the launcher and the tests read: none of the host's business. */
    static final List<String> OTHER_PROGRAMS = List.of(
            "WEBHOOKDB_API_HOST",
            "WEBHOOKDB_CONFIG",
            "WEBHOOKDB_DEBUG",
            "WEBHOOKDB_HOME",
            "WEBHOOKDB_JAVA_OPTS",
            "WEBHOOKDB_LOG_FILE",
            "WEBHOOKDB_OPERATOR_TOKEN",
            "WEBHOOKDB_PREFS_NAMESPACE",
            "WEBHOOKDB_PRIVACY",
            "WEBHOOKDB_START_CACHE",
            "WEBHOOKDB_TEST_JDBC_URL");

    private static final int NEAR = 3;

    private final String path;

    Key(String path) {
        this.path = path;
    }

    String path() {
        return path;
    }

    String environmentName() {
        return ENVIRONMENT_PREFIX + path.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    }

    static Optional<Key> ofEnvironment(String name) {
        return Arrays.stream(values())
                .filter(key -> key.environmentName().equals(name))
                .findFirst();
    }

    /** The secret that a variable names a file of, as container platforms hand secrets over: {@code WEBHOOKDB_MAIL_PASSWORD_FILE}. */
    static Optional<Key> ofSecretFile(String name) {
        return SECRETS.stream()
                .filter(key -> (key.environmentName() + "_FILE").equals(name))
                .findFirst();
    }

    /** The key that a path of the file is, or is a part of when the key takes a list. */
    static Optional<Key> ofPath(String path) {
        return Arrays.stream(values())
                .filter(
                        key -> path.equals(key.path)
                                || (LISTS.contains(key) && path.matches(Pattern.quote(key.path) + "\\.\\d+"))
                                || (key == DATABASE_SERVERS
                                        && path.matches(
                                                "database\\.servers\\.\\d+(\\.(url|username|password|name|weight|tags(\\.\\d+)?))?")))
                .findFirst();
    }

    /** The key that was probably meant. */
    static Optional<Key> near(String path) {
        String plain = path.toLowerCase(Locale.ROOT).replace('_', '.').replace('-', '.');
        return Arrays.stream(values())
                .min((one, other) -> Integer.compare(one.distance(plain), other.distance(plain)))
                .filter(key -> key.distance(plain) <= NEAR);
    }

    private int distance(String other) {
        return Nearest.distance(path.replace('-', '.'), other);
    }
}
