package dev.webhookdb.declare;

import static dev.webhookdb.declare.Attribute.optional;
import static dev.webhookdb.declare.Attribute.required;
import static dev.webhookdb.declare.Attribute.usually;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Kinds of things that files declare, in the order in which they are created; they are deleted in the reverse one. */
public enum Kind {
    /** A tenant. The document's name for it is its key. */
    ORGANIZATION(
            "organization",
            "organization",
            Optional.of("name"),
            optional("name", Attribute.Type.TEXT, "What people read; its key in words, where nothing is said."),
            optional("billing-email", Attribute.Type.TEXT, "Whom to write about money.")
                    .like(Form.EMAIL),
            optional(
                    "server",
                    Attribute.Type.TEXT,
                    "The name of the server on which its database is created; only when it is created."),
            optional(
                    "tags",
                    Attribute.Type.TEXTS,
                    "Its database is created on a server that has all of them; only when it is created."),
            optional(
                    "seed",
                    Attribute.Type.SECRET,
                    "Makes the ids, and so the URLs, of everything below the same on each installation that has these files.")),

    /** Somebody who belongs to it, by address. */
    MEMBER(
            "member",
            "members",
            Optional.of("role"),
            required("role", Attribute.Type.CHOICE, "What they may do.").of("admin", "member", "viewer")),

    /** An endpoint that providers send webhooks to, and the tables that it feeds. */
    INTEGRATION(
            "integration",
            "integrations",
            Optional.of("service"),
            optional(
                    "connector",
                    Attribute.Type.TEXT,
                    "Replicate every service of this connector, with one URL and one secret."),
            optional("services", Attribute.Type.TEXTS, "Services of one connector, with one URL and one secret."),
            optional("service", Attribute.Type.TEXT, "The one service to replicate."),
            optional(
                            "id",
                            Attribute.Type.TEXT,
                            "The last part of the URL, svi_..., so that it is the same on each installation.")
                    .like(Form.INTEGRATION_ID),
            optional("table", Attribute.Type.TEXT, "The table's name, where there is one service.")
                    .like(Form.TABLE),
            optional("tables", Attribute.Type.NAMED_TEXTS, "The tables' names, by service.")
                    .like(Form.TABLE),
            optional("settings", Attribute.Type.NAMED_SECRETS, "What the connector asks for, by name."),
            usually("usual", "schedule", Attribute.Type.DURATION, "How often it is read again, at least 1m.")
                    .within("1m", "")
                    .of("usual", "never")),

    /** A view in the organization's database. */
    VIEW(
            "view",
            "views",
            Optional.of("sql"),
            required("sql", Attribute.Type.TEXT, "The statement. Views can read views that are declared as well.")
                    .like(Form.STATEMENT)),

    /** A statement that is kept, to be run by its id. */
    QUERY(
            "query",
            "queries",
            Optional.of("sql"),
            required("sql", Attribute.Type.TEXT, "The statement.").like(Form.STATEMENT),
            optional("description", Attribute.Type.TEXT, "What it is about; the name, where nothing is said."),
            usually("false", "public", Attribute.Type.FLAG, "Whether anybody who has its URL may run it."),
            optional("id", Attribute.Type.TEXT, "svq_..., so that its URL is the same on each installation.")
                    .like(Form.QUERY_ID)),

    /** Somebody who is told of events. */
    NOTIFICATION(
            "notification",
            "notifications",
            Optional.of("url"),
            required("url", Attribute.Type.URL, "Where events are sent."),
            optional(
                    "integration",
                    Attribute.Type.TEXT,
                    "Whose rows it is about; everything of the organization, where nothing is said."),
            usually("*", "events", Attribute.Type.TEXTS, "Such as created, updated, stripe_charge_v1.*, team.* or *."),
            usually("", "columns", Attribute.Type.TEXTS, "Updates are told only if one of these columns changed."),
            usually("", "where", Attribute.Type.TEXT, "An SQL condition over the row."),
            usually(
                    "",
                    "origins",
                    Attribute.Type.TEXTS,
                    "Changes are told only if they came from there: webhook, poll, backfill ..."),
            usually("auto", "payload", Attribute.Type.CHOICE, "What is sent.").of("auto", "full", "thin"),
            usually("false", "ordered", Attribute.Type.FLAG, "Whether the events of a row go one after the other."),
            usually(
                    "false",
                    "patient",
                    Attribute.Type.FLAG,
                    "Whether deliveries are tried for 75 hours, and not for 8."),
            usually("", "rate", Attribute.Type.NUMBER, "Requests per second, at most.")
                    .within("1", "10000"),
            usually("50", "concurrency", Attribute.Type.NUMBER, "Requests at a time, at most.")
                    .within("1", "100"),
            optional("secret", Attribute.Type.SECRET, "Signs deliveries; made by the server, where nothing is said."),
            usually("false", "send-secret", Attribute.Type.FLAG, "Whether the secret itself goes with each delivery."),
            usually("false", "paused", Attribute.Type.FLAG, "Whether deliveries wait."),
            optional("id", Attribute.Type.TEXT, "wh_..., so that it is the same on each installation.")
                    .like(Form.NOTIFICATION_ID)),

    /** An endpoint that is sent a table's changed rows. */
    HTTP_SYNC(
            "HTTP sync",
            "http-syncs",
            Optional.empty(),
            required("integration", Attribute.Type.TEXT, "Whose table it is."),
            required("url", Attribute.Type.URL, "Where pages are sent, with a user and a password."),
            optional("secret", Attribute.Type.SECRET, "Signs pages; made by the server, where nothing is said."),
            usually("PT1M", "every", Attribute.Type.DURATION, "How often, from 1s to 1d.")
                    .within("1s", "1d")
                    .of("change"),
            usually("1000", "page-size", Attribute.Type.NUMBER, "Rows in a page, 1 to 10000.")
                    .within("1", "10000"),
            usually(
                            "PT1M",
                            "timeout",
                            Attribute.Type.DURATION,
                            "For how long the receiver may take for a page, 1s to 10m.")
                    .within("1s", "10m"),
            usually("false", "paused", Attribute.Type.FLAG, "Whether pages wait."),
            optional(
                    "initial",
                    Attribute.Type.FLAG,
                    "Whether the rows that are there already are sent first; only when it is created."),
            optional("id", Attribute.Type.TEXT, "syt_..., so that it is the same on each installation.")
                    .like(Form.SYNC_ID)),

    /** A table of another database that is kept in step. */
    DB_SYNC(
            "DB sync",
            "db-syncs",
            Optional.empty(),
            required("integration", Attribute.Type.TEXT, "Whose table it is."),
            required("url", Attribute.Type.URL, "The database, with a user and a password."),
            optional("schema", Attribute.Type.TEXT, "The table's schema there; the usual one, where nothing is said.")
                    .like(Form.TABLE),
            optional("table", Attribute.Type.TEXT, "The table's name there; the same as here, where nothing is said.")
                    .like(Form.TABLE),
            usually("PT1M", "every", Attribute.Type.DURATION, "How often, from 1s to 1d.")
                    .within("1s", "1d")
                    .of("change"),
            usually("5000", "page-size", Attribute.Type.NUMBER, "Rows in a transaction, 1 to 10000.")
                    .within("1", "10000"),
            usually(
                            "PT1M",
                            "timeout",
                            Attribute.Type.DURATION,
                            "For how long the database may take for a page, 1s to 10m.")
                    .within("1s", "10m"),
            usually("false", "paused", Attribute.Type.FLAG, "Whether rows wait."),
            optional(
                    "initial",
                    Attribute.Type.FLAG,
                    "Whether the rows that are there already are copied; only when it is created."),
            optional("id", Attribute.Type.TEXT, "syt_..., so that it is the same on each installation.")
                    .like(Form.SYNC_ID)),

    /** Who gets alerts. */
    ERROR_HANDLER(
            "error handler",
            "error-handlers",
            Optional.of("url"),
            required("url", Attribute.Type.URL, "Where alerts are sent, or a Sentry project's DSN."),
            optional("id", Attribute.Type.TEXT, "oeh_..., of one that is there already.")
                    .like(Form.ERROR_HANDLER_ID)),

    /** What lets a program in. */
    TOKEN(
            "token",
            "tokens",
            Optional.empty(),
            required("sha256", Attribute.Type.TEXT, "The SHA-256 of the token, whdb_t_..., in 64 hexadecimal digits.")
                    .like(Form.SHA256),
            required("role", Attribute.Type.CHOICE, "What it may do.").of("admin", "member", "viewer"));

    private final String noun;
    private final String section;
    private final Optional<String> shorthand;
    /** Never changes; nothing but Guava says so to the compiler. */
    @SuppressWarnings("ImmutableEnumChecker")
    private final List<Attribute> attributes;

    Kind(String noun, String section, Optional<String> shorthand, Attribute... attributes) {
        this.noun = noun;
        this.section = section;
        this.shorthand = shorthand;
        this.attributes = List.of(attributes);
    }

    /** Returns what a thing of this kind is called in sentences. */
    public String noun() {
        return noun;
    }

    /** Returns the key below which things of this kind are written. */
    String section() {
        return section;
    }

    /** Returns the attribute that is meant where there is one text in the place of attributes. */
    Optional<String> shorthand() {
        return shorthand;
    }

    List<Attribute> attributes() {
        return attributes;
    }

    /** Returns what names of things of this kind look like. */
    Form naming() {
        return switch (this) {
            case ORGANIZATION -> Form.KEY;
            case MEMBER -> Form.EMAIL;
            case VIEW -> Form.TABLE;
            case TOKEN -> Form.LABEL;
            case INTEGRATION, QUERY, NOTIFICATION, HTTP_SYNC, DB_SYNC, ERROR_HANDLER -> Form.NAME;
        };
    }

    /** Returns what ids of things of this kind begin with; empty if they are known by their names. */
    Optional<String> idPrefix() {
        return switch (this) {
            case INTEGRATION -> Optional.of("svi_");
            case QUERY -> Optional.of("svq_");
            case NOTIFICATION -> Optional.of("wh_");
            case HTTP_SYNC, DB_SYNC -> Optional.of("syt_");
            case ERROR_HANDLER -> Optional.of("oeh_");
            case ORGANIZATION, MEMBER, VIEW, TOKEN -> Optional.empty();
        };
    }

    /** Returns the attribute that a path belongs to. */
    Optional<Attribute> attribute(String path) {
        String name = path.contains(".") ? path.substring(0, path.indexOf('.')) : path;
        return attributes.stream().filter(one -> one.name().equals(name)).findFirst();
    }

    static Optional<Kind> ofSection(String section) {
        return Arrays.stream(values())
                .filter(kind -> kind.section.equals(section))
                .findFirst();
    }
}
