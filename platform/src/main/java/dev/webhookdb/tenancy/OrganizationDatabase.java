package dev.webhookdb.tenancy;

import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.crypto.Sealer;
import dev.webhookdb.crypto.Secrets;
import dev.webhookdb.sql.Row;
import java.util.Locale;
import java.util.Optional;

/**
 * What is recorded of an organization's database.
 *
 * @param server the name of the configured server it is on, {@value #OWN} where it is the organization's own
 * @param host where that server was when it was created
 * @param port likewise
 * @param sslMode how connections to the organization's own are encrypted
 * @param reader the role that may only read; an organization need not bring one
 * @param revision grows when any of this changes
 * @param schemaVersion of its schema {@code webhookdb}, as far as anybody looked
 * @param ready whether its creation came to its end
 */
record OrganizationDatabase(
        long organizationId,
        String server,
        String host,
        int port,
        String name,
        Optional<String> sslMode,
        Login owner,
        Optional<Login> reader,
        int revision,
        int schemaVersion,
        boolean ready) {
    /** No configured server may be called so. */
    static final String OWN = "own";

    static final String COLUMNS = """
            organization_id, server, host, port, database_name, ssl_mode, owner_role, owner_secret, reader_role, reader_secret,
            revision, schema_version, ready_at is not null as ready""";

    /** @param secret the password, sealed */
    @SuppressWarnings("ArrayRecordComponent") // never compared, and the bytes never change
    record Login(String role, byte[] secret) {}

    /** One that is not there yet, with a name and passwords that nothing else has. */
    static OrganizationDatabase invent(long organizationId, ServerAddress server, Sealer sealer) {
        return named(
                organizationId,
                server.name(),
                server.host(),
                server.port(),
                String.format(Locale.ROOT, "whdb_%d_%s", organizationId, Secrets.hex(3)),
                sealer.seal(Secrets.password()),
                sealer.seal(Secrets.password()));
    }

    /** One of ours that is not there yet, whose roles are named after it. */
    static OrganizationDatabase named(
            long organizationId,
            String server,
            String host,
            int port,
            String name,
            byte[] ownerPassword,
            byte[] readerPassword) {
        return new OrganizationDatabase(
                organizationId,
                server,
                host,
                port,
                name,
                Optional.empty(),
                new Login(name + "_owner", ownerPassword),
                Optional.of(new Login(name + "_reader", readerPassword)),
                0,
                0,
                false);
    }

    static OrganizationDatabase of(Row row) {
        return new OrganizationDatabase(
                row.number("organization_id"),
                row.text("server"),
                row.text("host"),
                row.integer("port"),
                row.text("database_name"),
                row.optionalText("ssl_mode"),
                new Login(row.text("owner_role"), row.bytes("owner_secret")),
                row.optionalText("reader_role").map(role -> new Login(role, row.bytes("reader_secret"))),
                row.integer("revision"),
                row.integer("schema_version"),
                row.flag("ready"));
    }

    boolean isOwn() {
        return server.equals(OWN);
    }
}
