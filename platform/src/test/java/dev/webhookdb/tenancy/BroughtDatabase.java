package dev.webhookdb.tenancy;

import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.crypto.Secrets;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Identifiers;
import java.net.InetAddress;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;

/** A database that is an organization's own, with a role that owns it and a role that may only connect; dropped when closed. */
public final class BroughtDatabase implements AutoCloseable {
    private static final String PASSWORD = "p:/@%' geheim";

    private final String name = "brought_" + Secrets.hex(6);
    private final ServerAddress server;
    private final String sslMode;

    /** Creates it on the server of the tests. */
    public BroughtDatabase() {
        this(TestPostgres.server(), "prefer");
    }

    /**
     * Creates it.
     *
     * @param server where, as its administrator
     * @param sslMode of the URLs
     */
    public BroughtDatabase(ServerAddress server, String sslMode) {
        this.server = server;
        this.sslMode = sslMode;
        administer(
                server,
                "create role \"%s\" login password 'p:/@%%'' geheim'".formatted(owner()),
                "create role \"%s\" login password 'p:/@%%'' geheim'".formatted(reader()),
                "create database \"%s\" owner \"%s\" encoding 'UTF8' template template0".formatted(name, owner()));
    }

    /** The address of this test's server, as the operator allows it. */
    public static String allowed() {
        try {
            return InetAddress.getByName(TestPostgres.server().host()).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private String owner() {
        return name + "_owner";
    }

    /** The name of the role that may only connect. */
    public String reader() {
        return name + "_reader";
    }

    /** The name of the database. */
    public String name() {
        return name;
    }

    /** How its owner connects. */
    public String ownerUrl() {
        return url(owner());
    }

    /** How the other role connects. */
    public String readerUrl() {
        return url(reader());
    }

    private String url(String role) {
        return "postgresql://%s:%s@%s:%d/%s?sslmode=%s"
                .formatted(
                        role,
                        URLEncoder.encode(PASSWORD, StandardCharsets.UTF_8).replace("+", "%20"),
                        server.host(),
                        server.port(),
                        name,
                        sslMode);
    }

    /** Opens it as the server's administrator; to be closed. */
    public Database open() {
        return TestPostgres.open(here());
    }

    private ServerAddress here() {
        return server.withDatabase(name);
    }

    private static void administer(ServerAddress where, String... statements) {
        try (Database database = TestPostgres.open(where)) {
            for (String statement : statements) {
                database.autocommit(session -> session.sql(statement).execute());
            }
        }
    }

    @Override
    public void close() {
        administer(
                server,
                "drop database if exists %s with (force)".formatted(Identifiers.quote(name)),
                "drop role if exists %s".formatted(Identifiers.quote(owner())),
                "drop role if exists %s".formatted(Identifiers.quote(reader())));
    }
}
