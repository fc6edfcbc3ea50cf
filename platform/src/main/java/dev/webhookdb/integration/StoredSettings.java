package dev.webhookdb.integration;

import dev.webhookdb.crypto.Sealer;
import dev.webhookdb.crypto.VaultException;
import dev.webhookdb.sql.Session;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** The settings of endpoints as they are kept: sealed. Thread-safe. */
final class StoredSettings {
    private final Sealer sealer;

    StoredSettings(Sealer sealer) {
        this.sealer = sealer;
    }

    /** What was supplied, by name of setting, sealed. */
    static Map<String, byte[]> sealed(Session session, long endpoint) {
        Map<String, byte[]> sealed = new HashMap<>();
        session.sql("select name, sealed_value from setting where endpoint_id = :endpoint")
                .bind("endpoint", endpoint)
                .list(row -> sealed.put(row.text("name"), row.bytes("sealed_value")));
        return sealed;
    }

    /** What was supplied, by name of setting. */
    Map<String, String> open(Session session, long endpoint) {
        Map<String, String> values = new HashMap<>();
        sealed(session, endpoint).forEach((name, value) -> values.put(name, sealer.open(value)));
        return values;
    }

    /** Returns whether something is a value, sealed; what is sealed by a key that was lost is not. */
    boolean is(byte[] sealed, String value) {
        try {
            return sealer.open(sealed).equals(value);
        } catch (VaultException e) {
            return false;
        }
    }

    void put(Session session, long endpoint, Map<String, String> values) {
        values.forEach((name, value) -> session.sql("""
                        insert into setting (endpoint_id, name, sealed_value) values (:endpoint, :name, :value)
                        on conflict (endpoint_id, name) do update set sealed_value = excluded.sealed_value""")
                .bind("endpoint", endpoint)
                .bind("name", name)
                .bind("value", sealer.seal(value))
                .execute());
    }

    static void remove(Session session, long endpoint, Collection<String> names) {
        names.forEach(name -> session.sql("delete from setting where endpoint_id = :endpoint and name = :name")
                .bind("endpoint", endpoint)
                .bind("name", name)
                .execute());
    }
}
