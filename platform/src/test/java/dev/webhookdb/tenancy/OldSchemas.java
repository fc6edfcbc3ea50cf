package dev.webhookdb.tenancy;

import dev.webhookdb.platform.PlatformDatabase;
import dev.webhookdb.sql.Database;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Organizations' databases as builds made them that knew no versions. */
public final class OldSchemas {
    private OldSchemas() {}

    /**
     * Makes of a database with the newest schema one of before.
     *
     * @param names files of {@code organization-schemas}, without their ending
     */
    public static void replace(Database database, String... names) {
        database.run(session -> {
            session.sql("drop schema if exists webhookdb cascade").execute();
            session.sql("drop table if exists things, \"Other Things\"").execute();
            for (String name : names) {
                session.sql(text(name)).execute();
            }
        });
    }

    /** Does the same to the database of an organization, and lets the platform know nothing of it. */
    public static void replace(
            PlatformDatabase platform, OrganizationDatabases databases, long organization, String... names) {
        try (Database database = databases.openApart(organization)) {
            replace(database, names);
        }
        platform.database()
                .run(session -> session.sql(
                                "update organization_database set schema_version = 0 where organization_id = :id")
                        .bind("id", organization)
                        .execute());
    }

    private static String text(String name) {
        try (InputStream content = OldSchemas.class.getResourceAsStream("/organization-schemas/" + name + ".sql")) {
            return new String(content.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
