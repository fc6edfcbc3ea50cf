package dev.webhookdb.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.config.DatabaseServer;
import dev.webhookdb.config.Password;
import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.crypto.ReversingSealer;
import dev.webhookdb.crypto.Sealer;
import dev.webhookdb.crypto.Secrets;
import dev.webhookdb.platform.PlatformDatabase;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.sql.Identifiers;
import dev.webhookdb.sql.Pool;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class OrganizationDatabasesTest {
    private static PlatformDatabase platform;
    private static OrganizationDatabases databases;

    @BeforeAll
    static void open() {
        platform = TestPostgres.platform();
        databases = new OrganizationDatabases(platform.database(), platform.servers(), new ReversingSealer());
    }

    @AfterAll
    static void close() {
        platform.database()
                .transaction(session -> session.sql("select organization_id from organization_database")
                        .list(row -> row.number("organization_id")))
                .forEach(databases::drop);
        databases.close();
        platform.close();
    }

    @Test
    void the_owner_writes_and_the_reader_reads_what_it_wrote() {
        long organization = organization("writes");
        databases.create(organization, "writes");

        databases.open(organization).run(session -> {
            session.sql("create table charge (id bigint)").execute();
            session.sql("insert into charge values (1)").execute();
        });

        try (Database reader = reader(organization)) {
            long rows = reader.transaction(
                    session -> session.sql("select count(*) as n from charge").one(row -> row.number("n")));
            assertThat(rows).isEqualTo(1);
        }
    }

    @Test
    void it_holds_any_text_whatever_the_encoding_of_the_server() {
        long organization = organization("any_text");
        databases.create(organization, "any_text");

        try (Database reader = reader(organization)) {
            String encoding = reader.transaction(
                    session -> session.sql("show server_encoding").one(row -> row.text("server_encoding")));
            assertThat(encoding).isEqualTo("UTF8");
        }
    }

    @Test
    void the_reader_cannot_write_even_when_it_asks_for_a_transaction_that_writes() {
        long organization = organization("cannot_write");
        databases.create(organization, "cannot_write");
        databases
                .open(organization)
                .run(session -> session.sql("create table charge (id bigint)").execute());

        try (Database reader = reader(organization)) {
            for (String attempt : List.of(
                    "insert into charge values (1)",
                    "create table mine (id bigint)",
                    "create temporary table mine (id bigint)",
                    "create schema mine")) {
                assertThatThrownBy(() -> reader.run(session -> {
                            session.sql("set transaction read write").execute();
                            session.sql(attempt).execute();
                        }))
                        .as(attempt)
                        .isInstanceOf(DatabaseException.class)
                        .hasMessageContaining("ermission denied");
            }
        }
    }

    @Test
    void no_role_gets_into_another_organizations_database_or_the_platforms() {
        long mine = organization("mine");
        long theirs = organization("theirs");
        databases.create(mine, "mine");
        databases.create(theirs, "theirs");

        ServerAddress own = databases.open(mine).address();
        for (String other :
                List.of(databases.open(theirs).name(), platform.database().name())) {
            try (Database intruder = new Database(new Pool(own.withDatabase(other), 1, 0))) {
                assertThatThrownBy(() ->
                                intruder.run(session -> session.sql("select 1").execute()))
                        .isInstanceOf(DatabaseException.class)
                        .hasMessageContaining("ermission denied for database");
            }
        }
    }

    @Test
    void creating_twice_is_creating_once() {
        long organization = organization("twice");
        databases.create(organization, "twice");
        String url = databases.readerConnectionUrl(organization);

        databases.create(organization, "twice");

        assertThat(databases.readerConnectionUrl(organization)).isEqualTo(url).startsWith("postgresql://whdb_");
    }

    @Test
    void a_creation_that_was_cut_short_is_repeated() {
        long organization = organization("cut_short");
        databases.create(organization, "cut_short");
        String left = databases.open(organization).name();
        platform.database()
                .run(session -> session.sql(
                                "update organization_database set ready_at = null where organization_id = :id")
                        .bind("id", organization)
                        .execute());
        assertThatThrownBy(() -> databases.readerConnectionUrl(organization)).hasMessageContaining("no database yet");

        databases.create(organization, "cut_short");

        assertThat(databases.open(organization).name()).isNotEqualTo(left);
        assertThat(databases.open(organization).available()).isTrue();
        assertThat(existing("select datname as name from pg_database")).doesNotContain(left);
    }

    @Test
    void a_creation_that_fails_leaves_nothing() {
        long organization = organization("fails");
        Sealer forgetful = new Sealer() {
            private int opened;

            @Override
            public byte[] seal(String plain) {
                return new ReversingSealer().seal(plain);
            }

            @Override
            public String open(byte[] sealed) {
                if (++opened > 1) {
                    throw new IllegalStateException("no key");
                }
                return new ReversingSealer().open(sealed);
            }
        };
        try (OrganizationDatabases failing =
                new OrganizationDatabases(platform.database(), platform.servers(), forgetful)) {
            assertThatThrownBy(() -> failing.create(organization, "fails")).hasMessage("no key");
        }

        assertThat(existing("select rolname as name from pg_roles"))
                .noneMatch(name -> name.startsWith("whdb_" + organization + "_"));
        databases.create(organization, "fails");
        assertThat(databases.open(organization).available()).isTrue();
    }

    @Test
    void dropping_removes_database_and_roles_even_while_they_are_used() {
        long organization = organization("dropped");
        databases.create(organization, "dropped");
        String name = databases.open(organization).name();
        databases
                .open(organization)
                .run(session -> session.sql("create table charge (id bigint)").execute());

        databases.drop(organization);

        assertThat(existing("select datname as name from pg_database")).doesNotContain(name);
        assertThat(existing("select rolname as name from pg_roles")).noneMatch(role -> role.startsWith(name));
        assertThatThrownBy(() -> databases.open(organization)).hasMessageContaining("no database yet");
    }

    @Test
    void an_administrator_needs_no_more_than_to_create_databases_and_roles() {
        long organization = organization("modest");
        String name = "admin_" + Secrets.hex(4);
        try (Database administration = TestPostgres.administration()) {
            administration.run(session -> session.sql("create role %s login createdb createrole password 'modest'"
                            .formatted(Identifiers.quote(name)))
                    .execute());
            ServerAddress server = TestPostgres.server().withUser(name, new Password("modest"));
            administration.run(
                    session -> session.sql("grant connect on database %s to %s".formatted(server.database(), name))
                            .execute());

            try (OrganizationDatabases modest = new OrganizationDatabases(
                    platform.database(), DatabaseServer.all(List.of(server)), new ReversingSealer())) {
                modest.create(organization, "modest");
                modest.open(organization)
                        .run(session ->
                                session.sql("create table charge (id bigint)").execute());
                try (Database reader = reader(organization)) {
                    reader.run(session -> session.sql("select id from charge").list(row -> row));
                    modest.lock(organization);
                    assertThatThrownBy(() -> reader.run(session ->
                                    session.sql("select id from charge").list(row -> row)))
                            .isInstanceOf(DatabaseException.class);
                }
                modest.unlock(organization);
                try (Database reader = reader(organization)) {
                    reader.run(session -> session.sql("select id from charge").list(row -> row));
                }
                modest.rollReader(organization, "modest");
                modest.drop(organization);
            } finally {
                administration.run(session -> {
                    session.sql("drop owned by " + Identifiers.quote(name)).execute();
                    session.sql("drop role " + Identifiers.quote(name)).execute();
                });
            }
        }
    }

    private static List<String> existing(String query) {
        return platform.database().transaction(session -> session.sql(query).list(row -> row.text("name")));
    }

    private static Database reader(long organization) {
        ServerAddress address = ServerAddress.parse(databases.readerConnectionUrl(organization));
        return new Database(new Pool(address, 1, 0));
    }

    private static long organization(String key) {
        return TestPostgres.organization(platform, key);
    }
}
