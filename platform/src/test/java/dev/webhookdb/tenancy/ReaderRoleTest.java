package dev.webhookdb.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.crypto.ReversingSealer;
import dev.webhookdb.platform.PlatformDatabase;
import dev.webhookdb.platform.TestPostgres;
import dev.webhookdb.reader.QueryException;
import dev.webhookdb.reader.QueryResult;
import dev.webhookdb.sql.DataSources;
import dev.webhookdb.sql.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the role that may only read can do: through us, and by itself with psql, where it is not kept in a read-only transaction. */
class ReaderRoleTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static PlatformDatabase platform;
    private static OrganizationDatabases databases;
    private static long organization;

    /** Whether PostgreSQL does it. */
    enum Verdict {
        REFUSED,
        DONE
    }

    @BeforeAll
    static void open() {
        platform = TestPostgres.platform();
        databases = new OrganizationDatabases(platform.database(), platform.servers(), new ReversingSealer());
        organization = TestPostgres.organization(platform, "reads");
        databases.create(organization, "reads");
        databases.open(organization).run(session -> {
            session.sql("create table charge (id bigint)").execute();
            session.sql("insert into charge values (1)").execute();
        });
    }

    @AfterAll
    static void close() {
        databases.drop(organization);
        databases.close();
        platform.close();
    }

    @AfterEach
    void nothing_is_left_of_it() {
        long left = databases
                .open(organization)
                .transaction(session -> session.sql(
                                "select (select count(*) from pg_largeobject_metadata) + (select count(*) from pg_class where relname = 'mine') as n")
                        .one(row -> row.number("n")));
        assertThat(left).isZero();
        databases.rollReader(organization, "reads");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "select id from charge | DONE | DONE",
                "select pg_sleep(0) | DONE | DONE",
                "table charge | DONE | DONE",
                "show server_version | DONE | DONE",
                "explain select * from charge | DONE | DONE",
                "insert into charge values (2) | REFUSED | REFUSED",
                "update charge set id = 2 | REFUSED | REFUSED",
                "delete from charge | REFUSED | REFUSED",
                "truncate charge | REFUSED | REFUSED",
                "drop table charge | REFUSED | REFUSED",
                "with gone as (delete from charge returning id) select * from gone | REFUSED | REFUSED",
                "create table mine (id int) | REFUSED | REFUSED",
                "create temporary table mine (id int) | REFUSED | REFUSED",
                "create table webhookdb.mine (id int) | REFUSED | REFUSED",
                "create schema mine | REFUSED | REFUSED",
                "create view mine as select 1 | REFUSED | REFUSED",
                "create function mine() returns int language sql as 'select 1' | REFUSED | REFUSED",
                "create sequence mine | REFUSED | REFUSED",
                "create type mine as enum ('a') | REFUSED | REFUSED",
                "create extension dblink | REFUSED | REFUSED",
                "create publication mine | REFUSED | REFUSED",
                "create role mine | REFUSED | REFUSED",
                "create database mine | REFUSED | REFUSED",
                "select lo_create(0) | REFUSED | REFUSED",
                "select lo_creat(-1) | REFUSED | REFUSED",
                "select lo_from_bytea(0, decode(repeat('00', 1000), 'hex')) | REFUSED | REFUSED",
                "select lo_from_bytea(0, 'x') from generate_series(1, 10) | REFUSED | REFUSED",
                "select lo_put(1, 0, 'x') | REFUSED | REFUSED",
                "select lo_import('/etc/passwd') | REFUSED | REFUSED",
                "select lo_export(1, '/tmp/mine') | REFUSED | REFUSED",
                "select lo_unlink(1) | REFUSED | REFUSED",
                "select lo_open(1, 131072) | REFUSED | REFUSED",
                "select lowrite(0, 'x') | REFUSED | REFUSED",
                "select pg_notify('mine', 'x') | REFUSED | REFUSED",
                "select pg_logical_emit_message(false, 'mine', repeat('x', 1000)) | REFUSED | REFUSED",
                "select txid_current() | REFUSED | REFUSED",
                "select pg_export_snapshot() | REFUSED | REFUSED",
                "select pg_advisory_lock(1) | REFUSED | REFUSED",
                "select pg_advisory_xact_lock(hashtextextended('webhookdb.foundation', 0)) | REFUSED | REFUSED",
                "select pg_try_advisory_lock(1, 2) | REFUSED | REFUSED",
                "lock table webhookdb.door in access share mode | REFUSED | REFUSED",
                "lock table charge in exclusive mode | REFUSED | REFUSED",
                "select id from charge for update | REFUSED | REFUSED",
                "select nextval('webhookdb.changes') | REFUSED | REFUSED",
                "select setval('webhookdb.changes', 1) | REFUSED | REFUSED",
                "alter role current_user password 'mine' | REFUSED | DONE",
                "alter role current_user set statement_timeout = 0 | REFUSED | DONE",
                "alter role current_user reset all | REFUSED | DONE",
                "alter role current_user connection limit -1 | REFUSED | REFUSED",
                "alter role current_user set temp_file_limit = -1 | REFUSED | REFUSED",
                "alter role current_user superuser | REFUSED | REFUSED",
                "set temp_file_limit = -1 | REFUSED | REFUSED",
                "select set_config('temp_file_limit', '-1', false) | REFUSED | REFUSED",
                "set statement_timeout = 0 | DONE | DONE",
                "set transaction read write | DONE | DONE",
                "select set_config('transaction_read_only', 'off', false) | REFUSED | DONE",
                "select set_config('default_transaction_read_only', 'off', false) | DONE | DONE",
                "do $$ begin commit; end $$ | REFUSED | DONE",
                "do $$ begin set local transaction_read_only = off; create table mine (id int); end $$ | REFUSED | REFUSED",
                "do $$ begin execute 'commit'; execute 'create table mine (id int)'; end $$ | REFUSED | REFUSED",
                "commit; begin read write; select lo_create(0) | REFUSED | REFUSED",
                "set role postgres | REFUSED | REFUSED",
                "copy charge from stdin | REFUSED | REFUSED",
                "copy charge to program 'true' | REFUSED | REFUSED",
                "copy (select 1) to '/tmp/mine' | REFUSED | REFUSED",
                "select pg_read_file('/etc/passwd') | REFUSED | REFUSED",
                "select pg_ls_dir('.') | REFUSED | REFUSED",
                "select pg_reload_conf() | REFUSED | REFUSED",
                "select pg_switch_wal() | REFUSED | REFUSED",
                "alter system set work_mem = '1GB' | REFUSED | REFUSED",
                "vacuum charge | REFUSED | DONE",
                "checkpoint | REFUSED | REFUSED",
                "comment on table charge is 'mine' | REFUSED | REFUSED",
                "grant select on charge to public | REFUSED | DONE",
                "begin; prepare transaction 'mine' | REFUSED | REFUSED",
                "select rolpassword from pg_authid | REFUSED | REFUSED"
            })
    void a_statement_of_the_reader(String statement, Verdict throughUs, Verdict byItself) throws SQLException {
        assertThat(throughUs(statement)).as("db sql").isEqualTo(throughUs);
        assertThat(byItself(statement)).as("psql").isEqualTo(byItself);
        databases.rollReader(organization, "reads");
        assertThat(throughUs("select id from charge")).isEqualTo(Verdict.DONE);
    }

    @Test
    void what_the_role_made_of_itself_is_mended_when_its_credentials_are_rolled() throws SQLException {
        byItself("alter role current_user set statement_timeout = 0");
        byItself(
                "do $$ begin execute format('alter role current_user in database %I set work_mem = ''1GB''', current_database()); end $$");
        byItself("alter role current_user password 'mine'");
        assertThatThrownBy(() -> throughUs("select 1"))
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("db roll-credentials");

        databases.rollReader(organization, "reads");

        assertThat(throughUs("select 1")).isEqualTo(Verdict.DONE);
        assertThat(settings())
                .containsExactlyInAnyOrder(
                        "default_transaction_read_only=on",
                        "idle_in_transaction_session_timeout=60s",
                        "statement_timeout=15s",
                        "temp_file_limit=512MB");
    }

    @Test
    void what_it_spills_to_the_disk_is_limited() {
        assertThat(query("select current_setting('temp_file_limit')")).containsExactly(List.of(Optional.of("512MB")));
    }

    @Test
    void databases_of_before_get_the_restrictions_when_a_host_starts() throws SQLException {
        databases.open(organization);
        try (Database administration = TestPostgres.open(
                TestPostgres.server().withDatabase(databases.open(organization).name()))) {
            administration.run(session -> session.sql("grant execute on function lo_create(oid) to public")
                    .execute());
        }
        platform.database()
                .run(session -> session.sql("update organization_database set restrictions = 0")
                        .execute());

        databases.restrict();

        assertThat(byItself("select lo_create(0)")).isEqualTo(Verdict.REFUSED);
    }

    private static Verdict throughUs(String statement) {
        try {
            query(statement);
            return Verdict.DONE;
        } catch (QueryException e) {
            if (e.getMessage().contains("roll-credentials")) {
                throw e;
            }
            return Verdict.REFUSED;
        }
    }

    private static List<List<Optional<String>>> query(String statement) {
        return databases.query(organization, statement, LIMIT, 10, QueryResult::rows);
    }

    private static Verdict byItself(String statement) throws SQLException {
        ServerAddress reader = ServerAddress.parse(databases.readerConnectionUrl(organization));
        try (Connection connection = DataSources.of(reader, LIMIT).getConnection();
                Statement psql = connection.createStatement()) {
            psql.execute("set default_transaction_read_only = off");
            psql.execute(statement);
            return Verdict.DONE;
        } catch (SQLException refused) {
            if (refused.getSQLState().startsWith("08")) {
                throw refused;
            }
            return Verdict.REFUSED;
        }
    }

    private static List<String> settings() {
        String role =
                ServerAddress.parse(databases.readerConnectionUrl(organization)).username();
        try (Database administration = TestPostgres.administration()) {
            return administration.transaction(
                    session -> session.sql("""
                            select unnest(setconfig) as setting from pg_db_role_setting
                            where setrole = (select oid from pg_roles where rolname = :role)""").bind("role", role).list(row -> row.text("setting")));
        }
    }
}
