package dev.webhookdb.database;

import java.util.Locale;

/**
 * What is recorded of an organization's database.
 *
 * @param server the name of the configured server it is on
 * @param host where that server was when it was created
 * @param port likewise
 * @param ready whether its creation came to its end
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and the bytes never change
record OrganizationDatabase(
        long organizationId,
        String server,
        String host,
        int port,
        String name,
        String owner,
        byte[] ownerSecret,
        String reader,
        byte[] readerSecret,
        boolean ready) {

    static OrganizationDatabase invent(long organizationId, String server, String host, int port, Sealer sealer) {
        String name = String.format(Locale.ROOT, "whdb_%d_%s", organizationId, Secrets.hex(3));
        return new OrganizationDatabase(
                organizationId,
                server,
                host,
                port,
                name,
                name + "_owner",
                sealer.seal(Secrets.password()),
                name + "_reader",
                sealer.seal(Secrets.password()),
                false);
    }

    static OrganizationDatabase of(Row row) {
        return new OrganizationDatabase(
                row.number("organization_id"),
                row.text("server"),
                row.text("host"),
                row.integer("port"),
                row.text("database_name"),
                row.text("owner_role"),
                row.bytes("owner_secret"),
                row.text("reader_role"),
                row.bytes("reader_secret"),
                row.flag("ready"));
    }
}
