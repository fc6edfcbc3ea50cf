package dev.webhookdb.notify;

import dev.webhookdb.integration.Integration;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import java.util.List;
import java.util.Optional;

/**
 * Up to which change of an integration's table events were made, in the platform's database. A position only grows, but for two values
 * that are none: {@link #BEGINNING} and {@link #LEAVING}.
 */
final class Positions {
    /** Events are made of all changes that are kept. */
    static final long BEGINNING = 0;

    /** The table is followed no more, and what is kept of its changes is dropped. */
    static final long LEAVING = -1;

    private static final String FOLLOWED = """
            select integration.id, opaque_id, endpoint_id, integration.organization_id, service_name, table_name, position
            from change_position join integration on integration.id = integration_id
            """;

    /** A table that is followed. */
    record Followed(Integration integration, long position) {
        private static Followed read(Row row) {
            return new Followed(
                    new Integration(
                            row.number("id"),
                            row.text("opaque_id"),
                            row.number("endpoint_id"),
                            row.number("organization_id"),
                            row.text("service_name"),
                            row.text("table_name")),
                    row.number("position"));
        }
    }

    private Positions() {}

    /** Returns an organization's. */
    static List<Followed> of(Session session, long organizationId) {
        return session.sql(FOLLOWED + "where change_position.organization_id = :organization order by integration.id")
                .bind("organization", organizationId)
                .list(Followed::read);
    }

    static Optional<Followed> find(Session session, long integrationId) {
        return session.sql(FOLLOWED + "where integration_id = :integration")
                .bind("integration", integrationId)
                .first(Followed::read);
    }

    /** Returns the organizations that have any. */
    static List<Long> organizations(Session session) {
        return session.sql("select distinct organization_id from change_position order by organization_id")
                .list(row -> row.number("organization_id"));
    }

    /** Moves on, unless somebody else did; then this returns false. */
    static boolean move(Session session, long integrationId, long from, long to) {
        return session.sql("""
                                update change_position set position = :to
                                where integration_id = :integration and position = :from""")
                        .bind("integration", integrationId)
                        .bind("from", from)
                        .bind("to", to)
                        .execute()
                > 0;
    }

    /** Begins with integrations that have no position, and with those that are being left. Returns which those were. */
    static List<Long> begin(Session session, long organizationId, List<Integration> integrations) {
        return session.sql("""
                        insert into change_position (integration_id, organization_id, position)
                        select id, organization_id, :beginning from integration
                        where id = any (:integrations) and organization_id = :organization
                        on conflict (integration_id) do update set position = excluded.position
                        where change_position.position = :leaving
                        returning integration_id""")
                .bind("organization", organizationId)
                .bind("integrations", ids(integrations))
                .bind("beginning", BEGINNING)
                .bind("leaving", LEAVING)
                .list(row -> row.number("integration_id"));
    }

    /** Notes that integrations are followed no more. */
    static void leave(Session session, List<Integration> integrations) {
        session.sql("update change_position set position = :leaving where integration_id = any (:integrations)")
                .bind("integrations", ids(integrations))
                .bind("leaving", LEAVING)
                .execute();
    }

    /** Forgets an integration that was left. */
    static void forget(Session session, long integrationId) {
        session.sql("delete from change_position where integration_id = :integration and position = :leaving")
                .bind("integration", integrationId)
                .bind("leaving", LEAVING)
                .execute();
    }

    private static long[] ids(List<Integration> integrations) {
        return integrations.stream().mapToLong(Integration::id).toArray();
    }
}
