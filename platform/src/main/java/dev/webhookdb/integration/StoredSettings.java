package dev.webhookdb.integration;

import dev.webhookdb.crypto.Sealer;
import dev.webhookdb.crypto.VaultException;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The settings of endpoints as they are kept: sealed. Thread-safe. */
final class StoredSettings {
    private static final Logger LOG = LoggerFactory.getLogger(StoredSettings.class);
    private static final String SETTINGS =
            "select endpoint_id, name, sealed_value, sealed_old_value, old_until from setting";

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

    /**
     * What was supplied for an endpoint, as far as there is a key for it.
     *
     * @param values by name of setting
     * @param unreadable names of settings that were sealed by a key that was lost
     */
    record Supplied(Map<String, String> values, Set<String> unreadable) {
        static final Supplied NOTHING = new Supplied(Map.of(), Set.of());

        private static Supplied of(String name, Optional<String> value) {
            return value.map(readable -> new Supplied(Map.of(name, readable), Set.of()))
                    .orElseGet(() -> new Supplied(Map.of(), Set.of(name)));
        }

        private Supplied plus(Supplied other) {
            Map<String, String> both = new HashMap<>(values);
            both.putAll(other.values);
            Set<String> lost = new HashSet<>(unreadable);
            lost.addAll(other.unreadable);
            return new Supplied(both, lost);
        }

        @Override
        public String toString() {
            return "Supplied[secret]";
        }
    }

    /** Opens what was supplied for an organization's endpoints, by the endpoint's number. */
    Map<Long, Supplied> ofOrganization(Session session, long organization) {
        Map<Long, Supplied> all = new HashMap<>();
        session.sql("""
                        select endpoint_id, name, sealed_value from setting join endpoint on endpoint.id = endpoint_id
                        where organization_id = :organization""")
                .bind("organization", organization)
                .list(row -> all.merge(
                        row.number("endpoint_id"),
                        Supplied.of(row.text("name"), opened(row.bytes("sealed_value"))),
                        Supplied::plus));
        return all;
    }

    /**
     * What was supplied.
     *
     * @param values by name of setting
     * @param former the same as they were before, of each secret that is being rotated
     */
    record Opened(Map<String, String> values, List<Endpoint.Former> former) {}

    /** Opens what was supplied. */
    Opened open(Session session, long endpoint) {
        return open(session.sql(SETTINGS + " where endpoint_id = :endpoint order by name")
                .bind("endpoint", endpoint)
                .list(Sealed::read));
    }

    /** Opens what was supplied for every endpoint, by its number; an endpoint with something that cannot be read is left out. */
    Map<Long, Opened> openAll(Session session) {
        Map<Long, List<Sealed>> sealed = new HashMap<>();
        session.sql(SETTINGS + " order by endpoint_id, name")
                .list(row -> sealed.computeIfAbsent(row.number("endpoint_id"), endpoint -> new ArrayList<>())
                        .add(Sealed.read(row)));
        Map<Long, Opened> all = new HashMap<>();
        sealed.forEach((endpoint, settings) -> {
            try {
                all.put(endpoint, open(settings));
            } catch (VaultException e) {
                LOG.debug("The settings of endpoint {} cannot be read", endpoint, e);
            }
        });
        return all;
    }

    private Opened open(List<Sealed> settings) {
        Map<String, String> values = new HashMap<>();
        settings.forEach(one -> values.put(one.name(), sealer.open(one.value())));
        return new Opened(
                values,
                settings.stream()
                        .filter(one -> one.old().isPresent() && one.oldUntil().isPresent())
                        .map(one -> former(
                                values,
                                one.name(),
                                sealer.open(one.old().get()),
                                one.oldUntil().get()))
                        .toList());
    }

    /** A setting as it is stored. */
    @SuppressWarnings("ArrayRecordComponent") // opened, and never compared
    private record Sealed(String name, byte[] value, Optional<byte[]> old, Optional<Instant> oldUntil) {
        static Sealed read(Row row) {
            return new Sealed(
                    row.text("name"),
                    row.bytes("sealed_value"),
                    row.optionalBytes("sealed_old_value"),
                    row.optionalInstant("old_until"));
        }
    }

    private static Endpoint.Former former(Map<String, String> values, String name, String old, Instant until) {
        Map<String, String> before = new HashMap<>(values);
        before.put(name, old);
        return new Endpoint.Former(name, new SuppliedSettings(before), until);
    }

    /** Returns whether something is a value, sealed; what is sealed by a key that was lost is not. */
    boolean is(byte[] sealed, String value) {
        return opened(sealed).filter(value::equals).isPresent();
    }

    private Optional<String> opened(byte[] sealed) {
        try {
            return Optional.of(sealer.open(sealed));
        } catch (VaultException e) {
            return Optional.empty();
        }
    }

    /** Puts values in the place of others; none of before verifies any more. */
    void put(Session session, long endpoint, Map<String, String> values) {
        values.forEach((name, value) -> session.sql("""
                        insert into setting (endpoint_id, name, sealed_value) values (:endpoint, :name, :value)
                        on conflict (endpoint_id, name) do update
                        set sealed_value = excluded.sealed_value, sealed_old_value = null, old_until = null""")
                .bind("endpoint", endpoint)
                .bind("name", name)
                .bind("value", sealer.seal(value))
                .execute());
    }

    /**
     * Puts a secret in the place of another, which is kept until its end if it can be read.
     *
     * @return whether it is kept
     */
    boolean replace(Session session, long endpoint, String name, String value, Optional<Instant> until) {
        byte[] before = sealed(session, endpoint).get(name);
        put(session, endpoint, Map.of(name, value));
        if (until.isEmpty() || opened(before).isEmpty()) {
            return false;
        }
        session.sql("""
                        update setting set sealed_old_value = :before, old_until = :until
                        where endpoint_id = :endpoint and name = :name""")
                .bind("endpoint", endpoint)
                .bind("name", name)
                .bind("before", before)
                .bind("until", until.get())
                .execute();
        return true;
    }

    /** Returns whether a secret of before still verifies. */
    static boolean isRotating(Session session, long endpoint, String name) {
        return session.sql("""
                        select from setting where endpoint_id = :endpoint and name = :name and old_until > clock_timestamp()""")
                .bind("endpoint", endpoint)
                .bind("name", name)
                .first(row -> true)
                .isPresent();
    }

    /** Forgets secrets whose end is over. */
    static void forgetEnded(Session session) {
        session.sql("update setting set sealed_old_value = null, old_until = null where old_until <= now()")
                .execute();
    }

    static void remove(Session session, long endpoint, Collection<String> names) {
        names.forEach(name -> session.sql("delete from setting where endpoint_id = :endpoint and name = :name")
                .bind("endpoint", endpoint)
                .bind("name", name)
                .execute());
    }
}
