package dev.webhookdb.integration;

import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.sql.Session;

/**
 * Which names integrations' tables had, noted in the organization's database in the transaction that renames. Who knows an integration
 * by its old name still, and finds no table, must not make another one.
 */
final class Renamed {
    private Renamed() {}

    static void note(Session session, Integration integration, String name) {
        session.sql("delete from webhookdb.renamed where integration_id = :id and table_name = :name")
                .bind("id", integration.id())
                .bind("name", name)
                .execute();
        session.sql("insert into webhookdb.renamed values (:id, :name) on conflict do nothing")
                .bind("id", integration.id())
                .bind("name", integration.table())
                .execute();
    }

    static boolean has(Session session, Integration integration) {
        return session.sql("""
                        select exists (select from webhookdb.renamed
                          where integration_id = :id and table_name = :name) as renamed""")
                .bind("id", integration.id())
                .bind("name", integration.table())
                .one(row -> row.flag("renamed"));
    }

    static void requireNot(Session session, Integration integration) {
        if (has(session, integration)) {
            throw new DatabaseException(
                    DatabaseException.Kind.OTHER,
                    "The table '%s' was renamed a moment ago. The next attempt finds it under its new name."
                            .formatted(integration.table()));
        }
    }
}
