package dev.webhookdb.crypto;

import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Session;
import java.util.List;
import java.util.Optional;

/**
 * Puts a new encryption key in use, and seals with it whatever older ones sealed. Hosts may run meanwhile. Everything may be repeated.
 */
public final class KeyRotation {
    private static final int BATCH = 200;

    /** Every column of the platform's database that is sealed, and what tells the rows of its table apart. */
    static final List<Sealed> SEALED = List.of(
            new Sealed("setting", "sealed_value", "endpoint_id || '/' || name"),
            new Sealed("setting", "sealed_old_value", "endpoint_id || '/' || name"),
            new Sealed("integration", "sealed_api_key", "id::text"),
            new Sealed("organization_database", "owner_secret", "organization_id::text"),
            new Sealed("organization_database", "reader_secret", "organization_id::text"),
            new Sealed("database_migration", "sealed_url", "id::text"),
            new Sealed("database_migration", "sealed_reader_url", "id::text"),
            new Sealed("error_handler", "sealed_url", "id::text"),
            new Sealed("subscription", "sealed_url", "id::text"),
            new Sealed("subscription", "sealed_secret", "id::text"),
            new Sealed("subscription", "sealed_old_secret", "id::text"),
            new Sealed("sync_target", "sealed_url", "id::text"),
            new Sealed("sync_target", "sealed_secret", "id::text"),
            new Sealed("signing_key", "sealed_private_key", "only_one::text"),
            new Sealed("mail", "sealed_body", "id::text"));

    private final Database platform;
    private final Vault vault;

    /** A column of a table, and what tells its rows apart. */
    record Sealed(String table, String column, String key) {}

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Found(String key, String place, byte[] value) {}

    public KeyRotation(Database platform, Vault vault) {
        this.platform = platform;
        this.vault = vault;
    }

    /**
     * Makes a new key.
     *
     * @return nothing if it is in use, and what the configuration is to hold otherwise
     */
    public Optional<String> rotate() {
        return platform.transaction(session -> {
            session.sql("select pg_advisory_xact_lock(hashtextextended('webhookdb.encryption_key', 0))")
                    .list(row -> "");
            return vault.rotate();
        });
    }

    /**
     * Seals with the newest key whatever is sealed with another.
     *
     * @return how many secrets that were
     */
    public int reseal() {
        return SEALED.stream().mapToInt(this::reseal).sum();
    }

    private int reseal(Sealed sealed) {
        int count = 0;
        Optional<String> after = Optional.of("");
        while (after.isPresent()) {
            String last = after.get();
            Batch batch = platform.transaction(session -> reseal(session, sealed, last));
            count += batch.sealed();
            after = batch.last();
        }
        return count;
    }

    private record Batch(int sealed, Optional<String> last) {}

    /** The rows are locked: what somebody supplies meanwhile waits, and is sealed with the newest key by itself. */
    private Batch reseal(Session session, Sealed sealed, String after) {
        List<Found> found = session.sql("""
                        select %1$s as key, ctid::text as place, %2$s as value from %3$s
                         where %2$s is not null and %1$s > :after collate "C"
                         order by %1$s collate "C" limit :most for update""".formatted(sealed.key(), sealed.column(), sealed.table()))
                .bind("after", after)
                .bind("most", BATCH)
                .list(row -> new Found(row.text("key"), row.text("place"), row.bytes("value")));
        int count = 0;
        for (Found one : found) {
            if (!vault.isNewest(one.value())) {
                session.sql("update %s set %s = :value where ctid = (:place)::tid"
                                .formatted(sealed.table(), sealed.column()))
                        .bind("value", vault.seal(vault.open(one.value())))
                        .bind("place", one.place())
                        .execute();
                count++;
            }
        }
        return new Batch(
                count,
                found.isEmpty() ? Optional.empty() : Optional.of(found.getLast().key()));
    }
}
