package dev.webhookdb.notify;

import dev.webhookdb.crypto.Sealer;
import dev.webhookdb.notify.Subscription.Endpoint;
import dev.webhookdb.notify.Subscription.Filter;
import dev.webhookdb.notify.Subscription.Manner;
import dev.webhookdb.notify.Subscription.Payload;
import dev.webhookdb.notify.Subscription.Status;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import dev.webhookdb.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Keeps subscriptions in the platform's database. Thread-safe. */
final class SubscriptionRepository {
    private static final String COLUMNS = """
            subscription.id, opaque_id, organization_id, integration_id, sealed_url, sealed_secret, sealed_old_secret, old_secret_until,
            events, columns, condition, origins, payload, ordered, sends_secret, patient, rate, concurrency, status, status_reason, created_by,
            created_at""";

    private final Sealer sealer;

    SubscriptionRepository(Sealer sealer) {
        this.sealer = sealer;
    }

    /** Adds one; its number, and the time of its creation, are made here. */
    Subscription insert(Session session, Subscription one) {
        return bound(session.sql("""
                        with subscription as (
                          insert into subscription (opaque_id, organization_id, integration_id, sealed_url, sealed_secret, sealed_old_secret,
                            old_secret_until, events, columns, condition, origins, payload, ordered, sends_secret, patient, rate, concurrency,
                            status, status_reason, created_by)
                          values (:opaque, :organization, nullif(:integration, 0), :url, :secret, :old_secret, :old_secret_until, :events,
                            :columns, :condition, :origins, :payload, :ordered, :sends_secret, :patient, nullif(:rate, 0), :concurrency,
                            :status, :status_reason, :by)
                          returning *
                        ), health as (
                          insert into subscription_health (subscription_id) select id from subscription
                        )
                        select %s from subscription""".formatted(COLUMNS)), one)
                .bind("opaque", one.opaqueId())
                .bind("organization", one.organizationId())
                .bind("integration", one.integration().orElse(0))
                .bind("by", one.createdBy())
                .one(this::read);
    }

    /** Writes what can be changed of one: where, which, how and whether. */
    void update(Session session, Subscription one) {
        bound(session.sql("""
                        update subscription set sealed_url = :url, sealed_secret = :secret, sealed_old_secret = :old_secret,
                          old_secret_until = :old_secret_until, events = :events, columns = :columns, condition = :condition,
                          origins = :origins, payload = :payload, ordered = :ordered, sends_secret = :sends_secret, patient = :patient,
                          rate = nullif(:rate, 0), concurrency = :concurrency, status = :status, status_reason = :status_reason,
                          updated_at = now()
                        where id = :id"""), one).bind("id", one.id()).execute();
    }

    void delete(Session session, Subscription one) {
        session.sql("delete from subscription where id = :id")
                .bind("id", one.id())
                .execute();
    }

    /** Returns an organization's, oldest first. */
    List<Subscription> of(Session session, long organizationId) {
        return session.sql("select %s from subscription where organization_id = :organization order by id"
                        .formatted(COLUMNS))
                .bind("organization", organizationId)
                .list(this::read);
    }

    Optional<Subscription> find(Session session, long id) {
        return session.sql("select %s from subscription where id = :id".formatted(COLUMNS))
                .bind("id", id)
                .first(this::read);
    }

    /** Returns an organization's subscription with an id, {@code wh_...}. */
    Optional<Subscription> find(Session session, long organizationId, String opaqueId) {
        return session.sql("select %s from subscription where organization_id = :organization and opaque_id = :opaque"
                        .formatted(COLUMNS))
                .bind("organization", organizationId)
                .bind("opaque", opaqueId)
                .first(this::read);
    }

    long count(Session session, long organizationId) {
        return session.sql("select count(*) as number from subscription where organization_id = :organization")
                .bind("organization", organizationId)
                .one(row -> row.number("number"));
    }

    /** Returns one as it is until the transaction ends. */
    Optional<Subscription> locked(Session session, long id) {
        return session.sql("select %s from subscription where id = :id for no key update".formatted(COLUMNS))
                .bind("id", id)
                .first(this::read);
    }

    private Statement bound(Statement statement, Subscription one) {
        Filter filter = one.filter();
        Manner manner = one.manner();
        return statement
                .bind("url", sealer.seal(one.endpoint().url()))
                .bind("secret", sealer.seal(one.endpoint().secret()))
                .bind("old_secret", one.endpoint().oldSecret().map(sealer::seal).orElse(null))
                .bind("old_secret_until", one.endpoint().oldSecretUntil().orElse(null))
                .bind("events", filter.events().toArray(String[]::new))
                .bind("columns", filter.columns().toArray(String[]::new))
                .bind("condition", filter.condition().orElse(null))
                .bind("origins", filter.origins().toArray(String[]::new))
                .bind("payload", text(manner.payload()))
                .bind("ordered", manner.ordered())
                .bind("sends_secret", manner.sendsSecret())
                .bind("patient", manner.patient())
                .bind("rate", manner.rate().orElse(0))
                .bind("concurrency", manner.concurrency())
                .bind("status", text(one.status()))
                .bind("status_reason", one.statusReason().orElse(null));
    }

    private Subscription read(Row row) {
        Optional<Long> integration = row.optionalNumber("integration_id");
        Optional<Integer> rate = row.optionalInteger("rate");
        return new Subscription(
                row.number("id"),
                row.text("opaque_id"),
                row.number("organization_id"),
                integration.map(OptionalLong::of).orElseGet(OptionalLong::empty),
                new Endpoint(
                        sealer.open(row.bytes("sealed_url")),
                        sealer.open(row.bytes("sealed_secret")),
                        row.optionalBytes("sealed_old_secret").map(sealer::open),
                        row.optionalInstant("old_secret_until")),
                new Filter(
                        row.texts("events"), row.texts("columns"), row.optionalText("condition"), row.texts("origins")),
                new Manner(
                        Payload.valueOf(upper(row.text("payload"))),
                        row.flag("ordered"),
                        row.flag("sends_secret"),
                        row.flag("patient"),
                        rate.map(OptionalInt::of).orElseGet(OptionalInt::empty),
                        row.integer("concurrency")),
                Status.valueOf(upper(row.text("status"))),
                row.optionalText("status_reason"),
                row.text("created_by"),
                row.instant("created_at"));
    }

    private static String text(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static String upper(String text) {
        return text.toUpperCase(Locale.ROOT);
    }
}
