package dev.webhookdb.integration;

import dev.webhookdb.crypto.OpaqueId;
import dev.webhookdb.crypto.Sealer;
import dev.webhookdb.sql.Database;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;

/** Keys with which programs push the resources of one integration, and may do nothing else. Thread-safe. */
public final class ApiKeys {
    private static final String PREFIX = "whdb_k_";

    private final Database platform;
    private final Sealer sealer;

    /** Keeps keys in the platform's database, sealed by the sealer. */
    public ApiKeys(Database platform, Sealer sealer) {
        this.platform = platform;
        this.sealer = sealer;
    }

    /** Gives an integration a new key; the old one does not work any more. */
    public String roll(Integration integration) {
        String key = OpaqueId.withPrefix(PREFIX);
        platform.run(session -> session.sql("update integration set sealed_api_key = :key where id = :id")
                .bind("key", sealer.seal(key))
                .bind("id", integration.id())
                .execute());
        return key;
    }

    /** Returns an integration's key, if it has one. */
    public Optional<String> of(Integration integration) {
        return platform.transaction(session ->
                session.sql("""
                        select sealed_api_key from integration where id = :id and sealed_api_key is not null""").bind("id", integration.id()).first(row -> sealer.open(row.bytes("sealed_api_key"))));
    }

    /** Returns the integration with an opaque id, if the key is its; nobody gets into a closed organization. */
    public Optional<Integration> unlock(String opaqueId, String key) {
        return platform.transaction(session -> session.sql("""
                        select %s, sealed_api_key from integration
                        where opaque_id = :opaque and sealed_api_key is not null
                          and organization_id in (select id from organization where closed_at is null)""".formatted(Integrations.COLUMNS))
                .bind("opaque", opaqueId)
                .first(row -> matches(sealer.open(row.bytes("sealed_api_key")), key)
                        ? Optional.of(Integrations.read(row))
                        : Optional.<Integration>empty())
                .flatMap(found -> found));
    }

    private static boolean matches(String known, String given) {
        return MessageDigest.isEqual(known.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }
}
