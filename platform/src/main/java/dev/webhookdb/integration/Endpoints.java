package dev.webhookdb.integration;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.webhookdb.crypto.Sealer;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.sql.Session;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Finds endpoints, from memory where it can. Thread-safe.
 *
 * <p>What is found, and that nothing is found, is remembered for {@link #REMEMBERED}, unless {@link #invalidate} is called before: a flood
 * of calls to unknown ids costs the database one query per id and that time, and a change whose notice was lost takes that long to be seen.
 */
public final class Endpoints {
    private static final Duration REMEMBERED = Duration.ofSeconds(5);

    /** With a second for a connection, what is left of the two in which a provider is answered. */
    private static final Duration LIMIT = Duration.ofMillis(500);

    private static final int MOST_REMEMBERED = 20_000;

    private final Database platform;
    private final Database ingest;
    private final StoredSettings stored;
    private final Optional<KnownEndpoints> known;
    private final AtomicLong changes = new AtomicLong();
    private final Cache<String, Optional<Endpoint>> byOpaqueId = Caffeine.newBuilder()
            .expireAfterWrite(REMEMBERED)
            .maximumSize(MOST_REMEMBERED)
            .build();
    private final Cache<Long, Optional<Endpoint>> byId = Caffeine.newBuilder()
            .expireAfterWrite(REMEMBERED)
            .maximumSize(MOST_REMEMBERED)
            .build();

    /** Reads endpoints from the platform's database. */
    public Endpoints(Database platform, Sealer sealer) {
        this(platform, platform, sealer);
    }

    /** @param ingest the same database, for those who look an endpoint up for a webhook; nobody else uses its connections */
    public Endpoints(Database platform, Database ingest, Sealer sealer) {
        this(platform, ingest, sealer, Optional.empty());
    }

    /**
     * The same that answers for webhooks while the database is away.
     *
     * @param known as they were before
     */
    public Endpoints(Database platform, Database ingest, Sealer sealer, Optional<KnownEndpoints> known) {
        this.platform = platform;
        this.ingest = ingest;
        this.stored = new StoredSettings(sealer);
        this.known = known;
    }

    /**
     * Finds an endpoint by its own opaque id or by that of an integration it feeds; not that of a closed organization, which gets no
     * webhooks any more. For ingest only, whose connections it uses.
     *
     * @throws dev.webhookdb.sql.DatabaseException if the database has to be asked and cannot be
     */
    public Optional<Endpoint> find(String opaqueId) {
        if (known.isEmpty()) {
            return looked(opaqueId);
        }
        if (known.get().isAway()) {
            return Optional.of(known.get().find(opaqueId));
        }
        try {
            Optional<Endpoint> found = looked(opaqueId);
            found.ifPresent(endpoint -> known.get().found(opaqueId, endpoint));
            return found;
        } catch (DatabaseException e) {
            if (known.get().isAwayAfter(e)) {
                return Optional.of(known.get().find(opaqueId));
            }
            throw e;
        }
    }

    private Optional<Endpoint> looked(String opaqueId) {
        return remembered(byOpaqueId, opaqueId, () -> load("""
                select endpoint.id from endpoint join organization on organization.id = endpoint.organization_id
                where organization.closed_at is null and endpoint.id in (
                  select id from endpoint where opaque_id = :wanted
                  union select endpoint_id from integration where opaque_id = :wanted)""", opaqueId));
    }

    /**
     * Finds an endpoint by its number, also that of a closed organization, whose webhooks are still stored.
     *
     * @throws dev.webhookdb.sql.DatabaseException if the database has to be asked and cannot be
     */
    public Optional<Endpoint> find(long id) {
        return remembered(byId, id, () -> platform.transaction(LIMIT, session -> load(session, id)));
    }

    /** Forgets what is remembered, because somebody changed it. */
    public void invalidate() {
        changes.incrementAndGet();
        byOpaqueId.invalidateAll();
        byId.invalidateAll();
        known.ifPresent(KnownEndpoints::refresh);
    }

    /**
     * Loads outside the cache's own lock: a database that hangs must not hang those who ask for something that is known. What was read
     * before a change, and comes after it, is not remembered.
     */
    private <K> Optional<Endpoint> remembered(
            Cache<K, Optional<Endpoint>> cache, K key, Supplier<Optional<Endpoint>> load) {
        Optional<Endpoint> known = cache.getIfPresent(key);
        if (known == null) {
            long before = changes.get();
            known = load.get();
            cache.put(key, known);
            if (changes.get() != before) {
                cache.invalidate(key);
            }
        }
        return known;
    }

    private Optional<Endpoint> load(String query, String opaqueId) {
        return ingest.transaction(
                LIMIT,
                session -> session.sql(query)
                        .bind("wanted", opaqueId)
                        .first(row -> row.number("id"))
                        .flatMap(id -> load(session, id)));
    }

    private Optional<Endpoint> load(Session session, long id) {
        List<Integration> integrations =
                session.sql("""
                        select %s
                        from integration where endpoint_id = :id order by id""".formatted(Integrations.COLUMNS)).bind("id", id).list(Integrations::read);
        StoredSettings.Opened settings = stored.open(session, id);
        return session.sql("select opaque_id, organization_id, connector_id from endpoint where id = :id")
                .bind("id", id)
                .first(row -> new Endpoint(
                        id,
                        row.text("opaque_id"),
                        row.number("organization_id"),
                        row.text("connector_id"),
                        integrations,
                        new SuppliedSettings(settings.values()),
                        settings.former()));
    }
}
