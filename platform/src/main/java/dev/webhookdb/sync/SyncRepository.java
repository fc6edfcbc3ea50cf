package dev.webhookdb.sync;

import dev.webhookdb.crypto.Sealer;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import dev.webhookdb.sql.Statement;
import dev.webhookdb.sync.SyncTarget.Copy;
import dev.webhookdb.sync.SyncTarget.Receiver;
import dev.webhookdb.sync.SyncTarget.Status;
import dev.webhookdb.sync.SyncTarget.Terms;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Keeps sync targets in the platform's database. Thread-safe. */
final class SyncRepository {
    private static final String COLUMNS = """
            id, opaque_id, organization_id, integration_id, sealed_url, sealed_secret, schema_name, table_name, period_seconds, page_size,
            timeout_seconds, status, created_by, created_at""";

    private final Sealer sealer;

    SyncRepository(Sealer sealer) {
        this.sealer = sealer;
    }

    /**
     * Adds one; its number, and the time of its creation, are made here. It is due at once.
     *
     * @param after the number of the change after which changes are sent
     */
    SyncTarget insert(Session session, SyncTarget one, long after) {
        SyncTarget made = bound(session.sql("""
                        with target as (
                          insert into sync_target (opaque_id, organization_id, integration_id, kind, sealed_url, sealed_secret, schema_name,
                            table_name, period_seconds, page_size, timeout_seconds, status, created_by)
                          values (:opaque, :organization, :integration, :kind, :url, :secret, :schema, :table, nullif(:period, 0), :page_size,
                            :timeout, :status, :by)
                          returning *
                        ), progress as (
                          insert into sync_progress (target_id, acknowledged_change) select id, :after from target
                        ), run as (
                          insert into sync_run (id, organization_id, due_at) select id, organization_id, clock_timestamp() from target
                        )
                        select %s from target""".formatted(COLUMNS)), one)
                .bind("opaque", one.opaqueId())
                .bind("organization", one.organizationId())
                .bind("integration", one.integrationId())
                .bind("kind", one.kind().name().toLowerCase(Locale.ROOT))
                .bind("by", one.createdBy())
                .bind("after", after)
                .one(this::read);
        return made;
    }

    /** Writes what can be changed of one. */
    void update(Session session, SyncTarget one) {
        bound(session.sql("""
                        update sync_target set sealed_url = :url, sealed_secret = :secret, schema_name = :schema, table_name = :table,
                          period_seconds = nullif(:period, 0), page_size = :page_size, timeout_seconds = :timeout, status = :status, updated_at = now()
                        where id = :id"""), one).bind("id", one.id()).execute();
    }

    void delete(Session session, SyncTarget one) {
        session.sql("delete from sync_target where id = :id")
                .bind("id", one.id())
                .execute();
    }

    /** Returns an organization's of any kind, oldest first. */
    List<SyncTarget> of(Session session, long organizationId) {
        return session.sql("select %s from sync_target where organization_id = :organization order by id"
                        .formatted(COLUMNS))
                .bind("organization", organizationId)
                .list(this::read);
    }

    Optional<SyncTarget> find(Session session, long id) {
        return session.sql("select %s from sync_target where id = :id".formatted(COLUMNS))
                .bind("id", id)
                .first(this::read);
    }

    /** Returns an organization's target with an id, {@code syt_...}. */
    Optional<SyncTarget> find(Session session, long organizationId, String opaqueId) {
        return session.sql("select %s from sync_target where organization_id = :organization and opaque_id = :opaque"
                        .formatted(COLUMNS))
                .bind("organization", organizationId)
                .bind("opaque", opaqueId)
                .first(this::read);
    }

    long count(Session session, long organizationId) {
        return session.sql("select count(*) as number from sync_target where organization_id = :organization")
                .bind("organization", organizationId)
                .one(row -> row.number("number"));
    }

    /** Returns one as it is until the transaction ends. */
    Optional<SyncTarget> locked(Session session, long id) {
        return session.sql("select %s from sync_target where id = :id for no key update".formatted(COLUMNS))
                .bind("id", id)
                .first(this::read);
    }

    private Statement bound(Statement statement, SyncTarget one) {
        Terms terms = one.terms();
        return statement
                .bind("url", sealer.seal(one.receiver().url()))
                .bind("secret", one.receiver().secret().map(sealer::seal).orElse(null))
                .bind("schema", one.copy().flatMap(Copy::schema).orElse(null))
                .bind("table", one.copy().map(Copy::table).orElse(null))
                .bind(
                        "period",
                        Math.toIntExact(terms.period().map(Duration::toSeconds).orElse(0L)))
                .bind("page_size", terms.pageSize())
                .bind("timeout", Math.toIntExact(terms.timeout().toSeconds()))
                .bind("status", one.status().name().toLowerCase(Locale.ROOT));
    }

    private SyncTarget read(Row row) {
        return new SyncTarget(
                row.number("id"),
                row.text("opaque_id"),
                row.number("organization_id"),
                row.number("integration_id"),
                new Receiver(
                        sealer.open(row.bytes("sealed_url")),
                        row.optionalBytes("sealed_secret").map(sealer::open)),
                row.optionalText("table_name").map(table -> new Copy(row.optionalText("schema_name"), table)),
                new Terms(
                        row.optionalInteger("period_seconds").map(Duration::ofSeconds),
                        row.integer("page_size"),
                        Duration.ofSeconds(row.integer("timeout_seconds"))),
                Status.valueOf(row.text("status").toUpperCase(Locale.ROOT)),
                row.text("created_by"),
                row.instant("created_at"));
    }
}
