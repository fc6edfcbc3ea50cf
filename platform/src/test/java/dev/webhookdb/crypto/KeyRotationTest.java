package dev.webhookdb.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.platform.PlatformDatabase;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.sql.Database;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyRotationTest {
    private static final int SETTINGS = 450;

    @TempDir
    private Path directory;

    private PlatformDatabase platform;
    private Vault vault;

    @BeforeEach
    void open() {
        platform = TestPostgres.platform();
        vault = Vault.open(directory.resolve("key.json"));
    }

    @AfterEach
    void close() {
        platform.close();
    }

    @Test
    void every_secret_is_sealed_with_the_new_key_and_reads_as_before_also_on_a_host_with_the_old_file() {
        fill();
        Vault elsewhere = Vault.open(directory.resolve("key.json"));
        var rotation = new KeyRotation(platform.database(), vault);

        assertThat(rotation.rotate()).isEmpty();
        int sealed = rotation.reseal();

        assertThat(sealed).isEqualTo(SETTINGS + 14);
        assertThat(values("select sealed_value as value from setting order by name"))
                .allMatch(vault::isNewest)
                .extracting(elsewhere::open)
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, SETTINGS)
                        .mapToObj(i -> "secret " + i)
                        .toList());
        assertThat(values("select owner_secret as value from organization_database"))
                .extracting(elsewhere::open)
                .containsExactly("owner");
        assertThat(rotation.reseal()).isZero();
    }

    /** A column that is forgotten would keep an old key in use for ever. */
    @Test
    void every_sealed_column_of_the_platforms_database_is_known() {
        fill();
        new KeyRotation(platform.database(), vault).rotate();
        new KeyRotation(platform.database(), vault).reseal();

        List<String> columns =
                database().transaction(session -> session.sql("""
                        select format('select %I as value from %I where %I is not null', column_name, table_name, column_name) as query
                          from information_schema.columns
                         where table_schema = 'public' and data_type = 'bytea'
                           and (column_name like '%seal%' or column_name like '%secret%')""").list(row -> row.text("query")));

        assertThat(columns).hasSizeGreaterThanOrEqualTo(8);
        assertThat(columns)
                .allSatisfy(query -> assertThat(values(query))
                        .as("a sealed value for this test, sealed anew: " + query)
                        .isNotEmpty()
                        .allMatch(vault::isNewest));
    }

    private Database database() {
        return platform.database();
    }

    private List<byte[]> values(String query) {
        return database().transaction(session -> session.sql(query).list(row -> row.bytes("value")));
    }

    private void fill() {
        database().run(session -> {
            session.sql("insert into organization (key, name) values ('one', 'One')")
                    .execute();
            session.sql("""
                            insert into organization_database (organization_id, server, host, port, database_name, owner_role,
                              owner_secret, reader_role, reader_secret)
                            select id, 's', 'h', 1, 'd', 'o', :owner, 'r', :reader from organization""")
                    .bind("owner", vault.seal("owner"))
                    .bind("reader", vault.seal("reader"))
                    .execute();
            session.sql(
                            "insert into endpoint (opaque_id, organization_id, connector_id) select 'svi_1', id, 'c' from organization")
                    .execute();
            session.sql("""
                            insert into integration (opaque_id, endpoint_id, organization_id, service_name, table_name, sealed_api_key)
                            select 'svi_1', id, organization_id, 's', 't', :key from endpoint""").bind("key", vault.seal("key")).execute();
            session.sql("""
                            insert into database_migration (organization_id, source, destination, sealed_url, sealed_reader_url, author)
                            select id, 's', 'd', :url, :reader, 'a' from organization""")
                    .bind("url", vault.seal("url"))
                    .bind("reader", vault.seal("reader url"))
                    .execute();
            session.sql(
                            "insert into mail (message_id, recipient, subject, sealed_body, due_at, expires_at) values ('m', 'r', 's', :body, now(), now())")
                    .bind("body", vault.seal("body"))
                    .execute();
            session.sql(
                            "insert into error_handler (opaque_id, organization_id, sealed_url, created_by) select 'oeh_1', id, :url, 'a' from organization")
                    .bind("url", vault.seal("https://handler.example.com"))
                    .execute();
            session.sql("insert into signing_key (public_key, sealed_private_key) values ('', :key)")
                    .bind("key", vault.seal("private key"))
                    .execute();
            session.sql("""
                            insert into subscription (opaque_id, organization_id, sealed_url, sealed_secret, sealed_old_secret, events, created_by)
                            select 'wh_1', id, :url, :secret, :old, '{*}', 'a' from organization""")
                    .bind("url", vault.seal("https://receiver.example.com"))
                    .bind("secret", vault.seal("secret"))
                    .bind("old", vault.seal("old secret"))
                    .execute();
            session.sql("""
                            insert into sync_target (opaque_id, organization_id, integration_id, kind, sealed_url, sealed_secret, page_size,
                              timeout_seconds, status, created_by)
                            select 'syt_1', organization_id, id, 'http', :url, :secret, 1, 1, 'active', 'a' from integration""")
                    .bind("url", vault.seal("https://user:password@receiver.example.com"))
                    .bind("secret", vault.seal("secret"))
                    .execute();
            for (int i = 0; i < SETTINGS; i++) {
                session.sql("insert into setting select id, :name, :value from endpoint")
                        .bind("name", "setting " + i)
                        .bind("value", vault.seal("secret " + i))
                        .execute();
            }
            session.sql("update setting set sealed_old_value = :old, old_until = now() where name = 'setting 0'")
                    .bind("old", vault.seal("old secret"))
                    .execute();
        });
    }
}
