package dev.webhookdb.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.integration.Integration;
import dev.webhookdb.notify.Subscription.Filter;
import dev.webhookdb.reader.QueryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A condition looks at the row, and at nothing else. */
class ConditionsTest {
    @TempDir
    private static Path directory;

    private static Feeding feeding;
    private static long organization;
    private static Integration things;

    @BeforeAll
    static void open() {
        feeding = new Feeding(directory);
        organization = feeding.organizations.create("conditions").id();
        things = feeding.integration(organization);
    }

    @AfterAll
    static void close() {
        feeding.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "status = 'failed'",
                "status = 'it''s' or status like 'a;b--c/*d*/$$e\\n%'",
                "amount > 1.5 and (status is null or amount < 10)",
                "data->>'status' in ('a', 'b')",
                "data ? 'status' and data ?| array['a', 'b']",
                "data @> '{\"a\": {\"b\": 1}}'",
                "\"status\" ~ '^a+$'",
                "updated > '2024-01-01T00:00:00Z'",
                "deleted_at is null",
                "case when amount > 5 then true else false end",
                "length(status) > 3",
                "amount between 1 and 2\n\tand status <> 'übel'",
                "(data->>'amount')::numeric > 12",
                "status like'a%'",
                "translate(status, ' -', '') = 'a'",
                "upper(btrim(status)) in ('A', 'B')",
                "'vip' = any (string_to_array(data->>'tags', ','))",
                "md5(status) = 'a'",
                "jsonb_path_exists(data, '$.lines[*].amount ? (@ > 5)')",
                "jsonb_array_length(data->'lines') > 2",
                "status || 'x' = 'ax'",
                "status::varchar(10) = 'a'",
            })
    void what_looks_at_the_row_is_taken(String condition) {
        feeding.conditions.check(organization, OptionalLong.of(things.id()), condition);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " \n",
                "status = 'a'; drop table x",
                "(select 1) = 1",
                "exists (SELECT from pg_roles)",
                "amount in (table x)",
                "amount in (values (1))",
                "(with a as (x) y)",
                "query_to_xml('sel' || 'ect 1', true, true, '') is null",
                "database_to_xml(true, true, '') is null",
                "pg_sleep(10) is null",
                "pg_sleep(10)::text = ''",
                "dblink('host=x', 'x') is null",
                "pg_read_file('/etc/passwd') = ''",
                "pg_ls_dir('/') = ''",
                "lo_import('/etc/passwd') = 1",
                "current_setting('data_directory') = ''",
                "set_config('search_path', 'x', false) = ''",
                "current_user = 'x'",
                "current_database() = 'x'",
                "now() > updated",
                "current_timestamp > updated",
                "clock_timestamp() > updated",
                "random() > 0.5",
                "generate_series(1, 1000000000) > 1",
                "unnest(array[true, false])",
                "count(*) > 1",
                "max(amount) = amount",
                "row_number() over () = 1",
                "nextval('x') > 1",
                "pg_advisory_lock(1) is null",
                "pg_terminate_backend(1)",
                "status = $$a$$",
                "status = $1",
                "status = E'a\\'; drop table x; --'",
                "status = e'a'",
                "amount = 1e'\\''",
                "status = U&'\\0061'",
                "u&\"stat\\0075s\" = 'a'",
                "status = 'a' -- and so on",
                "status = 'a' /* and so on */",
                "status = 'a",
                "\"status = 'a'",
                "true) or (true",
                "((true)",
                "true)",
                "true) is true) stored, add column x int default (1",
                "public.secret() = 1",
                "pg_catalog.pg_sleep(1) is null",
                "\"pg_catalog\".\"pg_sleep\"(1) is null",
                "status operator(pg_catalog.=) 'a'",
                "_change > 1",
                "_as_of is null",
                "content = 'x'",
                "place = 1",
                "ctid is null",
                "xmin is null",
                "nonsense = 1",
                "status",
                "amount",
                "status = ",
                "status == 'a' b",
                "updated::date = '2024-01-01'",
                "(data->>'x')::timestamptz > updated",
                "webhookdb_condition is null",
                "1/0 = 1 and )",
                "status = 'a' \\ 'b'",
                "cast(status as regclass) is null",
                "'pg_authid'::regclass is not null and status::regclass = 1",
            })
    @Timeout(20)
    void anything_else_is_refused_with_a_sentence(String condition) {
        assertThatThrownBy(() -> feeding.conditions.check(organization, OptionalLong.of(things.id()), condition))
                .isInstanceOf(QueryException.class)
                .satisfies(refused -> assertThat(refused.getMessage()).isNotBlank());
    }

    /** Each would make gigabytes of a word, at once or when it is written a few times. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "repeat('x', 1000000000) = status",
                "length(repeat(status, 1000000000)) > 1",
                "\"repeat\"(status, 1000000000) = ''",
                "lpad(status, 1000000000) = ''",
                "rpad(status, 1000000000, 'x') = ''",
                "status::char(10000000) = ''",
                "cast(status as character(10000000)) = ''",
                "amount::integer::bit(80000000) is null",
                "cardinality(array_fill(amount, array[100000000])) > 1",
                "polygon(50000000, circle '((0,0),1)') is null",
                "replace(replace(status, 'a', 'aaaaaaaaaaaaaaaa'), 'a', 'aaaaaaaaaaaaaaaa') = ''",
                "regexp_replace(status, '.', 'aaaaaaaaaaaaaaaaaaaaaaa', 'g') = ''",
                "quote_literal(quote_literal(quote_literal(status))) = ''",
                "quote_ident(quote_ident(status)) = ''",
                "jsonb_pretty(data) = ''",
                "encode(decode(status, 'escape'), 'hex') = ''",
                "substr(status::bytea::text, 3) = ''",
                "case when amount > 5 then length(repeat(status, 1000000000)) > 5 else false end",
            })
    @Timeout(20)
    void what_makes_more_of_a_row_than_it_is_is_refused_by_name(String condition) {
        assertThatThrownBy(() -> feeding.conditions.check(organization, OptionalLong.of(things.id()), condition))
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("can become much larger than the row");
    }

    /** Sets, aggregates and queries would need more than the row, and room to sort. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "array_agg(amount) is null",
                "string_agg(status, ',') is null",
                "jsonb_agg(data) is null",
                "amount in (select generate_series(1, 1000000000))",
                "(with recursive r(n) as (select 1 union all select n + 1 from r) select max(n) from r) > 1",
                "exists (select from generate_series(1, 1000000000) order by 1)",
                "regexp_split_to_table(status, '') = 'a'",
                "jsonb_array_elements(data) is null",
                "to_char(1, status) = ''",
                "format('%1000000000s', status) = ''",
                "concat_ws(status, status, status) = ''",
                "array_to_string(string_to_array(status, null), status) = ''",
            })
    @Timeout(20)
    void what_needs_more_than_a_row_is_refused(String condition) {
        assertThatThrownBy(() -> feeding.conditions.check(organization, OptionalLong.of(things.id()), condition))
                .isInstanceOf(QueryException.class);
    }

    @Test
    void what_is_refused_for_its_size_comes_with_what_to_write_instead() {
        assertThatThrownBy(() -> feeding.conditions.check(
                        organization, OptionalLong.of(things.id()), "replace(status, ' ', '') = 'a'"))
                .hasMessage(
                        "'replace' cannot be used in a condition: what it makes can become much larger than the row. translate(phone, ' -', '') takes characters out of a text.");
    }

    /** They were written before there was this rule, or came in past the check. */
    @Test
    @Timeout(60)
    void a_condition_that_makes_a_gigabyte_past_the_check_tells_nothing_and_holds_up_nobody() {
        Subscription large = subscribe("length(repeat(status, 300000000)) = 1");
        Subscription all = subscribe("true");
        feeding.store(things, "large", 1, "abcd");

        while (feeding.dispatch().next(things.id())) {
            // until everything is told
        }

        assertThat(feeding.queued(all)).hasSize(1);
        assertThat(feeding.queued(large)).isEmpty();
        String problem = feeding.database.transaction(
                session -> session.sql("select condition_problem as problem from subscription where id = :id")
                        .bind("id", large.id())
                        .one(row -> row.text("problem")));
        assertThat(problem).isNotBlank();
        delete(large, all);
    }

    @Test
    void a_condition_sorts_nothing_and_writes_no_temporary_files() {
        long before = temporaryBytes();
        Subscription all = subscribe("status || 'x' <> 'x' and jsonb_path_exists(data, '$.**')");
        for (int i = 0; i < 50; i++) {
            feeding.store(things, "sorted" + i, 1, "x".repeat(100_000));
        }

        while (feeding.dispatch().next(things.id())) {
            // until everything is told
        }

        assertThat(feeding.queued(all)).hasSize(50);
        assertThat(temporaryBytes()).isEqualTo(before);
        delete(all);
    }

    private static long temporaryBytes() {
        return feeding.databases.open(organization).transaction(session -> {
            session.sql("select pg_stat_force_next_flush()").list(row -> "");
            return session.sql("select temp_bytes from pg_stat_database where datname = current_database()")
                    .one(row -> row.number("temp_bytes"));
        });
    }

    @Test
    void postgresql_s_message_points_at_the_place() {
        assertThatThrownBy(() -> feeding.conditions.check(
                        organization, OptionalLong.of(things.id()), "amount > 1 and stat = 'failed'"))
                .hasMessage(
                        "Column \"stat\" does not exist. Perhaps you meant to reference the column \"status\".\nLINE 1: amount > 1 and stat = 'failed'\n                       ^");
        assertThatThrownBy(() -> feeding.conditions.check(
                        organization, OptionalLong.of(things.id()), "data ? 'a'\n and nothing(1)"))
                .hasMessageContaining("LINE 2:  and nothing(1)\n             ^");
    }

    @Test
    void what_depends_on_more_than_the_row_is_refused_with_the_remedy() {
        assertThatThrownBy(
                        () -> feeding.conditions.check(organization, OptionalLong.of(things.id()), "updated > now()"))
                .hasMessageContaining("may look at the row only")
                .hasMessageContaining("now()");
    }

    @Test
    void a_condition_is_not_too_long() {
        String right = "status = '%s'".formatted("x".repeat(1_989));
        feeding.conditions.check(organization, OptionalLong.of(things.id()), right);

        assertThatThrownBy(() -> feeding.conditions.check(organization, OptionalLong.of(things.id()), right + " "))
                .hasMessageContaining("2000");
    }

    @Test
    @Timeout(30)
    void deep_nesting_and_quotes_without_end_are_read_in_a_moment() {
        for (String odd :
                List.of("(".repeat(1_000) + "true" + ")".repeat(1_000), "''".repeat(999), "'" + "''".repeat(999))) {
            try {
                feeding.conditions.check(organization, OptionalLong.of(things.id()), odd);
            } catch (QueryException refused) {
                assertThat(refused.getMessage()).isNotBlank();
            }
        }
    }

    @Test
    void over_all_integrations_a_condition_has_to_fit_one() {
        feeding.integration(organization, "one_other_v1");

        feeding.conditions.check(organization, OptionalLong.empty(), "status = 'a'");
        assertThatThrownBy(() -> feeding.conditions.check(organization, OptionalLong.empty(), "unknown = 'a'"))
                .isInstanceOf(QueryException.class);
    }

    @Test
    void nothing_of_a_check_stays() {
        feeding.conditions.check(organization, OptionalLong.of(things.id()), "status = 'a'");
        feeding.conditions.check(organization, OptionalLong.of(things.id()), "status = 'a'");
    }

    @Test
    void only_rows_that_fulfil_the_condition_are_told() {
        try (Dispatcher dispatcher = feeding.dispatcher()) {
            feeding.tables.followedBy(dispatcher);
            Subscription failed = subscribe("status = 'failed' and data ? 'amount'");
            Subscription all = subscribe("true");

            feeding.store(things, "a", 1, "open");
            feeding.store(things, "b", 1, "failed");
            feeding.store(things, "a", 2, "failed");

            await().until(() -> feeding.queued(all).size() == 3);
            assertThat(feeding.keys(failed)).containsExactly("b", "a");
            delete(failed, all);
        }
    }

    @Test
    void a_row_that_cannot_be_judged_is_not_told_and_the_others_are() {
        Subscription numbers = subscribe("status::integer > 5");
        feeding.store(things, "c", 1, "10");
        feeding.store(things, "d", 1, "many");
        feeding.store(things, "e", 1, "20");
        feeding.store(things, "f", 1, "2");

        while (feeding.dispatch().next(things.id())) {
            // until everything is told
        }

        assertThat(feeding.keys(numbers)).containsExactly("c", "e");
        String noted = feeding.database.transaction(session -> session.sql(
                        "select condition_failures || ': ' || condition_problem as noted from subscription where id = :id")
                .bind("id", numbers.id())
                .one(row -> row.text("noted")));
        assertThat(noted).isEqualTo("1: Invalid input syntax for type integer: \"many\".");
        delete(numbers);
    }

    @Test
    @Timeout(60)
    void a_condition_that_takes_too_long_tells_nothing_and_holds_up_nobody() {
        Subscription slow = subscribe("repeat(status, 100000) ~ '(a|aa)+b(a*)*\\1\\2c'");
        Subscription all = subscribe("true");
        for (int i = 0; i < 20; i++) {
            feeding.store(things, "slow" + i, 1, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
        }
        long begun = System.nanoTime();

        while (feeding.dispatch().next(things.id())) {
            // until everything is told
        }

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
        assertThat(feeding.queued(all)).hasSize(20);
        assertThat(feeding.queued(slow)).isEmpty();
        delete(slow, all);
    }

    @Test
    void a_condition_that_came_in_past_the_check_reads_nothing_else() {
        Subscription bad = subscribe("(select true)");
        Subscription worse = subscribe("pg_read_file('/etc/passwd') <> ''");
        Subscription writing = subscribe("set_config('transaction_read_only', 'off', false) = 'off'");
        feeding.store(things, "g", 1, "open");

        while (feeding.dispatch().next(things.id())) {
            // until everything is told
        }

        assertThat(feeding.queued(bad)).isEmpty();
        assertThat(feeding.queued(worse)).isEmpty();
        delete(bad, worse, writing);
    }

    private static Subscription subscribe(String condition) {
        return feeding.subscribe(
                organization,
                OptionalLong.of(things.id()),
                new Filter(List.of("one_thing_v1.*"), List.of(), Optional.of(condition), List.of()),
                false);
    }

    private static void delete(Subscription... subscriptions) {
        for (Subscription one : subscriptions) {
            feeding.database.run(session -> feeding.subscriptions.delete(session, one));
        }
    }
}
