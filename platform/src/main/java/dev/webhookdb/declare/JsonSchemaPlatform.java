package dev.webhookdb.declare;

import static dev.webhookdb.declare.JsonSchema.anyOf;
import static dev.webhookdb.declare.JsonSchema.array;
import static dev.webhookdb.declare.JsonSchema.object;
import static dev.webhookdb.declare.JsonSchema.pattern;
import static dev.webhookdb.declare.JsonSchema.with;

import dev.webhookdb.config.DatabaseServer;
import dev.webhookdb.spi.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The schema of {@code webhookdb.yaml}. A key that has a dot can be written with it, or as a level below the part before it. Nothing in a
 * key's place is its default. What a value has to be is said here once more, because {@code config} has it as code; a test compares the keys.
 */
final class JsonSchemaPlatform {
    private static final List<Key> KEYS = List.of(
            new Key("server.host", text(), "The address to listen on, 0.0.0.0 if nothing is said."),
            new Key("server.port", integer(0, 65535), "The port to listen on, 18001 if nothing is said."),
            new Key("server.trusted-proxies", texts(), "Address ranges whose X-Forwarded-For is believed."),
            new Key("public-url", matching("[Hh][Tt][Tt][Pp][Ss]?://\\S+"), "Where providers reach this server."),
            new Key("data-dir", text(), "What the server keeps; ~/.webhookdb/data if nothing is said."),
            new Key(
                    "encryption.key",
                    text(),
                    "Better in a file that WEBHOOKDB_ENCRYPTION_KEY_FILE names. One is made if nothing is said."),
            new Key("database.url", text(), "A PostgreSQL. The server runs one of its own if nothing is said."),
            new Key("database.username", text(), "Where database.url has none."),
            new Key("database.password", text(), "Better in WEBHOOKDB_DATABASE_PASSWORD."),
            new Key("database.pool-size", integer(2, 500), "Connections, 10 if nothing is said."),
            new Key(
                    "database.organization-connections",
                    integer(4, 10_000),
                    "Connections of this server to each PostgreSQL that organizations' databases are on; 50 if nothing is said, 300 without a database.url."),
            new Key("database.servers", servers(), "Where organizations' databases are created."),
            new Key("outbound.allow", texts(), "Private address ranges that requests may go to."),
            new Key("outbound.proxy", matching("http://\\S+"), "http://[user:password@]host:port."),
            new Key("connectors-dir", text(), "Every JAR file in it is a connector."),
            new Key("connectors.more-directories", texts(), "Further directories with connectors."),
            new Key("connectors.strict", flag(), "Whether a connector that is refused ends the start."),
            new Key("destinations-dir", text(), "Every JAR file in it is a destination."),
            new Key("destinations.strict", flag(), "Whether a destination that is refused ends the start."),
            new Key("ingest.max-body", size(), "The largest webhook, 5 MiB if nothing is said."),
            new Key("ingest.retention", duration(), "How long webhooks are kept, from 7d; 90d if nothing is said."),
            new Key("ingest.rejected-per-hour", size(), "Of each endpoint, 16 MiB if nothing is said."),
            new Key(
                    "ingest.journal",
                    flag(),
                    "Whether webhooks are kept on this host's disk while PostgreSQL is away; they are refused otherwise."),
            new Key("ingest.journal-max", size(), "What they may take there, 1 GiB if nothing is said."),
            new Key(
                    "notifications.retention",
                    duration(),
                    "How long events are kept, 1d to 365d; 7d if nothing is said."),
            new Key(
                    "notifications.disable-after",
                    duration(),
                    "How long deliveries fail until there are no more, 1h to 365d; 5d if nothing is said."),
            new Key(
                    "backfill.reconcile-every",
                    duration(),
                    "How often tables are compared with the provider's API, 24h if nothing is said; 0s for never."),
            new Key(
                    "backfill.retention",
                    duration(),
                    "How long backfills are kept after their end, 1d to 3650d; 30d if nothing is said."),
            new Key(
                    "audit.retention",
                    duration(),
                    "How long the audit log is kept, 1d to 3650d; 400d if nothing is said."),
            new Key("accounts.sign-up", choice("open", "allow-list", "invite-only"), "Who may make an account."),
            new Key("accounts.allowed", texts(), "Addresses and domains, with allow-list."),
            new Key("mail.host", text(), "Without one, one-time passwords are written to the server's log."),
            new Key("mail.port", integer(1, 65535), "587 if nothing is said, 465 with tls, 25 with none."),
            new Key("mail.security", choice("starttls", "tls", "none"), "starttls if nothing is said."),
            new Key("mail.username", text(), "Together with mail.password."),
            new Key("mail.password", text(), "Better in WEBHOOKDB_MAIL_PASSWORD."),
            new Key("mail.from", matching("[^@]+@[^@]+"), "Such as WebhookDB <webhookdb@example.com>."),
            new Key(
                    "organizations-dir",
                    text(),
                    "Files that declare what exists; conf/organizations.d if nothing is said."),
            new Key("organizations.prune", flag(), "Whether what a file made, and none has any more, is deleted."),
            new Key(
                    "organizations.grace",
                    duration(),
                    "How long a closed organization can be opened again, up to 365d; 7d if nothing is said."),
            new Key(
                    "shutdown-timeout",
                    duration(),
                    "How long requests under way are finished, up to 1h; 30s if nothing is said."),
            new Key("metrics.enabled", flag(), "Whether there is /metrics, true if nothing is said."),
            new Key("metrics.token", text(), "16 to 256 signs, better in WEBHOOKDB_METRICS_TOKEN."),
            new Key(
                    "traces.endpoint",
                    matching("[Hh][Tt][Tt][Pp][Ss]?://[^\\s?#]+"),
                    "A collector that takes OTLP over HTTP. Without one, there are no traces."),
            new Key("traces.sample", ratio(), "Which part of all traces is kept, 0.0 to 1.0; 1.0 if nothing is said."),
            new Key(
                    "traces.headers",
                    matching("[^\\s=,]+=.+"),
                    "Better in WEBHOOKDB_TRACES_HEADERS: name=value, name=value."),
            new Key("traces.service-name", text(), "What the server is called there, webhookdb if nothing is said."),
            new Key("log.format", choice("text", "json"), "json is one object for each line."),
            new Key("log.level", choice("error", "warn", "info", "debug", "trace"), "info if nothing is said."));

    private static final String SERVER_NAME = "(?!(?:own|embedded)\\s*$)[A-Za-z0-9][A-Za-z0-9._-]{0,62}";
    private static final Json.Obj NOTHING = object("type", "null");

    /** @param path as {@code config} has it */
    private record Key(String path, Json.Obj schema, String description) {
        Json.Obj described() {
            return with(anyOf(List.of(schema, NOTHING, pattern("^\\s*$"))), "description", description);
        }
    }

    private JsonSchemaPlatform() {}

    /** Returns the paths of the keys that the schema knows. */
    static List<String> paths() {
        return KEYS.stream().map(Key::path).toList();
    }

    static Json.Obj document() {
        Map<String, Json> properties = new LinkedHashMap<>();
        Map<String, Map<String, Json>> groups = new LinkedHashMap<>();
        for (Key key : KEYS) {
            int dot = key.path().indexOf('.');
            properties.put(key.path(), key.described());
            if (dot >= 0) {
                groups.computeIfAbsent(key.path().substring(0, dot), group -> new LinkedHashMap<>())
                        .put(key.path().substring(dot + 1), key.described());
            }
        }
        groups.forEach((group, below) -> properties.put(group, mapping(below)));
        return mapping(properties);
    }

    private static Json.Obj mapping(Map<String, Json> properties) {
        return object(
                "type",
                List.of("object", "null"),
                "additionalProperties",
                false,
                "properties",
                new Json.Obj(properties));
    }

    private static Json.Obj text() {
        return object("type", List.of("string", "number", "boolean"));
    }

    private static Json.Obj matching(String expression) {
        return pattern("^\\s*(?:%s)\\s*$".formatted(expression));
    }

    private static Json.Obj flag() {
        return JsonSchemaValues.flag(JsonSchemaValues.flagInWords());
    }

    private static Json.Obj integer(int least, int most) {
        return anyOf(List.of(object("type", "integer", "minimum", least, "maximum", most), matching("\\d{1,9}")));
    }

    private static Json.Obj ratio() {
        return anyOf(
                List.of(object("type", "number", "minimum", 0, "maximum", 1), matching("0|1|0\\.\\d{1,9}|1\\.0{1,9}")));
    }

    private static Json.Obj duration() {
        return matching(JsonSchemaValues.DURATION);
    }

    private static Json.Obj size() {
        return anyOf(
                List.of(object("type", "integer", "minimum", 1024), matching("\\d{1,12}\\s*(?:[KkMmGg][Ii]?)?[Bb]?")));
    }

    private static Json.Obj choice(String... choices) {
        List<String> words = List.of(choices);
        return anyOf(List.of(object("enum", words), matching(JsonSchemaValues.inAnyCase(words))));
    }

    /** A list, or one text with commas. */
    private static Json.Obj texts() {
        Json.Obj one = object("type", "string");
        return anyOf(List.of(object("type", "array", "items", one), one));
    }

    private static Json.Obj servers() {
        Json.Obj text = object("type", List.of("string", "number", "null"));
        Json.Obj server = object(
                "type",
                "object",
                "additionalProperties",
                false,
                "required",
                array(List.of("url")),
                "properties",
                object(
                        "url",
                        object("type", "string"),
                        "username",
                        text,
                        "password",
                        text,
                        "name",
                        matching(SERVER_NAME),
                        "weight",
                        integer(0, DatabaseServer.LARGEST_WEIGHT),
                        "tags",
                        texts()));
        Json.Obj one = object("type", "string");
        return anyOf(List.of(object("type", "array", "items", anyOf(List.of(one, server))), one));
    }
}
