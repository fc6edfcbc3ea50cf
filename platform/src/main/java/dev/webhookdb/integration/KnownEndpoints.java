package dev.webhookdb.integration;

import dev.webhookdb.crypto.Sealer;
import dev.webhookdb.observe.BackgroundTask;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All endpoints as they were a moment ago, with their settings, so that webhooks are verified while the database is away. Kept in memory,
 * and sealed on the disk for a start without the database. Thread-safe.
 */
public final class KnownEndpoints implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KnownEndpoints.class);
    private static final Duration PAUSE = Duration.ofSeconds(10);

    /** However many there are, reading them takes no more than this part of the time. */
    private static final int SHARE = 20;

    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** About 200 MB. */
    private static final int MOST = 100_000;

    private final Database platform;
    private final StoredSettings stored;
    private final DatabaseAbsence absence;
    private final SealedEndpoints sealed;
    private final BackgroundTask reading;
    private volatile Map<String, Endpoint> known;

    /**
     * Begins to read them, at once and again and again.
     *
     * @param sealed told what was read
     * @param before what is known until then
     */
    public KnownEndpoints(
            Database platform,
            Sealer sealer,
            DatabaseAbsence absence,
            BackgroundTasks tasks,
            SealedEndpoints sealed,
            List<Endpoint> before) {
        this.platform = platform;
        this.stored = new StoredSettings(sealer);
        this.absence = absence;
        this.sealed = sealed;
        this.known = byOpaqueId(before);
        this.reading = tasks.startPaced("known-endpoints", this::read);
    }

    /** Finds endpoints among some, as {@link #find} does among those that were read. */
    public static Function<String, Optional<Endpoint>> among(List<Endpoint> endpoints) {
        Map<String, Endpoint> known = byOpaqueId(endpoints);
        return opaqueId -> Optional.of(find(known, opaqueId));
    }

    /** Returns whether the database is known to be away. */
    boolean isAway() {
        return absence.isAway();
    }

    /** Says that an endpoint could not be looked up, and returns whether that is because the database is away. */
    boolean isAwayAfter(DatabaseException failure) {
        boolean away = failure.kind() == DatabaseException.Kind.UNAVAILABLE;
        if (away) {
            absence.begin(failure.getMessage());
        }
        return away;
    }

    /**
     * Returns an endpoint as it was when the database was there.
     *
     * @throws DatabaseException if it was not known then: it may have been made since, so nobody can say that there is none
     */
    Endpoint find(String opaqueId) {
        return find(known, opaqueId);
    }

    private static Endpoint find(Map<String, Endpoint> known, String opaqueId) {
        Endpoint endpoint = known.get(opaqueId);
        if (endpoint == null) {
            throw new DatabaseException(
                    DatabaseException.Kind.UNAVAILABLE,
                    "The database is away, and the endpoint %s was not known before.".formatted(opaqueId));
        }
        return endpoint;
    }

    /** Takes note of an endpoint that was looked up, because it may have been made since all of them were read. */
    void found(String opaqueId, Endpoint endpoint) {
        Map<String, Endpoint> all = known;
        if (all.size() < 2 * MOST) {
            all.putIfAbsent(opaqueId, endpoint);
        }
    }

    /** Has them read again soon, because something changed. */
    void refresh() {
        reading.wake();
    }

    private Duration read() {
        if (absence.isAway()) {
            return PAUSE;
        }
        long begun = System.nanoTime();
        Read all = platform.transaction(LIMIT, this::all);
        known = byOpaqueId(all.endpoints());
        sealed.keep(all.installation(), all.endpoints());
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        Duration pause = took.multipliedBy(SHARE);
        return pause.compareTo(PAUSE) > 0 ? pause : PAUSE;
    }

    private record Read(UUID installation, List<Endpoint> endpoints) {}

    private Read all(Session session) {
        Map<Long, List<Integration>> integrations = new HashMap<>();
        session.sql("select %s from integration order by id".formatted(Integrations.COLUMNS))
                .list(Integrations::read)
                .forEach(one -> integrations
                        .computeIfAbsent(one.endpointId(), endpoint -> new ArrayList<>())
                        .add(one));
        Map<Long, StoredSettings.Opened> settings = stored.openAll(session);
        List<Endpoint> endpoints =
                session.sql("""
                        select endpoint.id, opaque_id, organization_id, connector_id,
                          exists (select from setting where endpoint_id = endpoint.id) as has_settings
                        from endpoint join organization on organization.id = organization_id
                        where closed_at is null order by endpoint.id limit :most""").bind("most", MOST + 1).list(row -> endpoint(row, integrations, settings)).stream()
                        .flatMap(Optional::stream)
                        .toList();
        if (endpoints.size() > MOST) {
            LOG.warn(
                    "There are more than {} endpoints: those made last get no webhooks while the database is away",
                    MOST);
        }
        return new Read(
                session.sql("select id from installation").one(row -> row.uuid("id")),
                endpoints.stream()
                        .limit(MOST)
                        .filter(one -> !one.integrations().isEmpty())
                        .toList());
    }

    /** Of an endpoint whose settings cannot be read nobody can say what is genuine. */
    private static Optional<Endpoint> endpoint(
            Row row, Map<Long, List<Integration>> integrations, Map<Long, StoredSettings.Opened> settings) {
        long id = row.number("id");
        StoredSettings.Opened nothing = new StoredSettings.Opened(Map.of(), List.of());
        return Optional.ofNullable(row.flag("has_settings") ? settings.get(id) : nothing)
                .map(opened -> new Endpoint(
                        id,
                        row.text("opaque_id"),
                        row.number("organization_id"),
                        row.text("connector_id"),
                        integrations.getOrDefault(id, List.of()),
                        new SuppliedSettings(opened.values()),
                        opened.former()));
    }

    private static Map<String, Endpoint> byOpaqueId(List<Endpoint> endpoints) {
        Map<String, Endpoint> all = new ConcurrentHashMap<>();
        endpoints.forEach(endpoint -> {
            all.put(endpoint.opaqueId(), endpoint);
            endpoint.integrations().forEach(integration -> all.put(integration.opaqueId(), endpoint));
        });
        return all;
    }

    @Override
    public void close() {
        reading.close();
    }
}
