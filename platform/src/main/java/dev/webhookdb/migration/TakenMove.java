package dev.webhookdb.migration;

import dev.webhookdb.sql.Row;
import java.util.Optional;
import java.util.UUID;

/**
 * A move as it is taken, with its secrets still sealed.
 *
 * @param made where a database is made for it; then the secrets are the passwords of its roles, and URLs otherwise
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and the bytes never change
record TakenMove(
        long id,
        long organizationId,
        byte[] sealedUrl,
        Optional<byte[]> sealedReaderUrl,
        Optional<Made> made,
        UUID holder) {
    /** A database of a configured server. */
    record Made(String server, String host, int port, String name) {
        private static Optional<Made> read(Row row) {
            return row.optionalText("server")
                    .map(server -> new Made(server, row.text("host"), row.integer("port"), row.text("database_name")));
        }
    }

    static TakenMove read(Row row) {
        return new TakenMove(
                row.number("id"),
                row.number("organization_id"),
                row.bytes("sealed_url"),
                row.optionalBytes("sealed_reader_url"),
                Made.read(row),
                row.uuid("claimed_by"));
    }
}
