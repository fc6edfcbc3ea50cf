package dev.webhookdb.notify;

import static dev.webhookdb.sql.Identifiers.quote;
import static java.util.Map.entry;

import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Integrations;
import dev.webhookdb.reader.QueryException;
import dev.webhookdb.reader.RowCondition;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.sql.Session;
import dev.webhookdb.tenancy.OrganizationDatabases;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Conditions of subscriptions: SQL over the columns of a row. PostgreSQL judges whether one looks at the row only, when it is written, and
 * evaluates it as the role that may only read. Thread-safe.
 */
public final class Conditions {
    private static final Duration LIMIT = Duration.ofSeconds(1);

    /** For rows that are evaluated one by one, because one of them cannot be. */
    private static final Duration ALL = Duration.ofSeconds(5);

    private static final String NOT_IMMUTABLE = "42P17";
    private static final String STOPPED = "57014";

    /**
     * Functions whose results are of a size that the condition says, or grow with each time that they are applied to one another: some
     * words would fill the memory of PostgreSQL within the second that a condition has. What is left makes of a row a few times its size.
     */
    private static final Map<String, String> GROWING = Map.ofEntries(
            entry("repeat", ""),
            entry("lpad", ""),
            entry("rpad", ""),
            entry("bpchar", " Convert to text instead of to char(n)."),
            entry("bit", ""),
            entry("array_fill", ""),
            entry("polygon", ""),
            entry("replace", " translate(phone, ' -', '') takes characters out of a text."),
            entry("regexp_replace", " regexp_substr, or the operator ~, finds a part of a text."),
            entry("quote_literal", ""),
            entry("quote_ident", ""),
            entry("quote_nullable", ""),
            entry("jsonb_pretty", ""),
            entry("encode", " md5(text) is in hexadecimal digits."),
            entry("decode", ""));

    private final Database platform;
    private final OrganizationDatabases databases;
    private final Integrations integrations;

    /** @param platform where it is noted what could not be evaluated */
    public Conditions(Database platform, OrganizationDatabases databases, Integrations integrations) {
        this.platform = platform;
        this.databases = databases;
        this.integrations = integrations;
    }

    /**
     * Checks a condition.
     *
     * @param integration over whose rows; empty for those of all that the organization has, of which it has to fit one
     * @throws QueryException with PostgreSQL's message and a caret if it is wrong, or looks at anything else than the row
     */
    public void check(long organizationId, OptionalLong integration, String condition) {
        check(organizationId, one -> integration.isEmpty() || one.id() == integration.getAsLong(), condition);
    }

    /** The same over the rows of some of the organization's integrations. */
    public void check(long organizationId, Predicate<Integration> over, String condition) {
        ConditionText text = ConditionText.of(condition);
        List<QueryException> refused = new ArrayList<>();
        for (Integration integration : integrations.of(organizationId)) {
            if (over.test(integration)) {
                Optional<QueryException> problem = problem(integration, text);
                if (problem.isEmpty()) {
                    return;
                }
                refused.add(problem.get());
            }
        }
        if (!refused.isEmpty()) {
            throw refused.getFirst();
        }
    }

    private Optional<QueryException> problem(Integration integration, ConditionText text) {
        try {
            databases.open(integration.organizationId()).transaction(LIMIT, session -> {
                judge(session, integration.table(), text);
                throw new RolledBack();
            });
            return Optional.empty();
        } catch (RolledBack passed) {
            return Optional.empty();
        } catch (QueryException refused) {
            return Optional.of(refused);
        }
    }

    /** Nothing of it stays. */
    private static final class RolledBack extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** A generated column takes what looks at nothing but the row, and has the same value each time. */
    private static void judge(Session session, String table, ConditionText text) {
        RowCondition.SETTINGS.forEach(setting -> session.sql(setting).execute());
        List<String> columns = session.sql("""
                        select attname::text as name from pg_attribute
                        where attrelid = to_regclass('public.' || quote_ident(:table)) and attnum > 0 and not attisdropped
                          and attname !~ '^_' order by attnum""").bind("table", table).list(row -> row.text("name"));
        if (columns.isEmpty()) {
            return;
        }
        session.sql("create temporary table webhookdb_condition on commit drop as select %s from public.%s with no data"
                        .formatted(
                                columns.stream().map(column -> quote(column)).collect(Collectors.joining(", ")),
                                quote(table)))
                .execute();
        // a view is read and not planned: what is constant in it is not evaluated before its size is judged
        judge(
                session,
                "create temporary view webhookdb_judged as select (((\n",
                text,
                "\n)) is true) from pg_temp.webhookdb_condition");
        requireNoGrowth(session);
        // the second does not say where, and the first takes what looks at more than the row
        judge(session, "explain select (((\n", text, "\n)) is true) from pg_temp.webhookdb_condition");
        judge(
                session,
                "alter table pg_temp.webhookdb_condition add column _fulfilled boolean generated always as (((\n",
                text,
                "\n)) is true) stored");
    }

    /** PostgreSQL says which functions it understood, however they were written: the tree of the expression has their numbers. */
    private static void requireNoGrowth(Session session) {
        List<String> growing = session.sql("""
                        with tree as (
                          select ev_action::text as text from pg_rewrite where ev_class = 'pg_temp.webhookdb_judged'::regclass
                        )
                        select distinct proname::text as name from tree
                        cross join lateral regexp_matches(text, ':(?:op)?funcid ([0-9]+)', 'g') as called (number)
                        join pg_proc on pg_proc.oid = number[1]::oid
                        where proname = any (:growing)
                        union all
                        select 'bytea' from tree where text ~ (':resulttype ' || 'bytea'::regtype::oid || ' ')
                        order by name""")
                .bind("growing", GROWING.keySet().toArray(String[]::new))
                .list(row -> row.text("name"));
        growing.stream().findFirst().ifPresent(name -> {
            throw new QueryException(
                    "'%s' cannot be used in a condition: what it makes can become much larger than the row.%s"
                            .formatted(name, GROWING.getOrDefault(name, "")));
        });
    }

    private static void judge(Session session, String before, ConditionText text, String after) {
        try {
            session.sql(before + text.statement() + after).execute();
        } catch (DatabaseException e) {
            if (e.kind() == DatabaseException.Kind.UNAVAILABLE && !e.sqlState().equals(STOPPED)) {
                throw e;
            }
            throw QueryException.of(e, message(e), before + text.text(), before.length());
        }
    }

    private static String message(DatabaseException failure) {
        return failure.sqlState().equals(NOT_IMMUTABLE)
                ? "The condition may look at the row only, and have the same result each time: now(), random(), and conversions that depend on settings, such as those of times to dates, cannot be used."
                : failure.getMessage()
                        .replace("webhookdb_condition.", "")
                        .replace("column generation expressions", "a condition")
                        .replace("column generation expression", "a condition");
    }

    List<Boolean> fulfilled(Subscriber subscriber, List<RowEvent> events) {
        return fulfilled(
                subscriber,
                events.getFirst().integration(),
                events.stream().map(event -> event.change().row()).toList());
    }

    /**
     * Returns, for each row, whether it fulfils the condition of a subscriber; those that cannot be evaluated do not, and are counted.
     *
     * @param rows by column, as JSON
     */
    List<Boolean> fulfilled(Subscriber subscriber, Integration integration, List<String> rows) {
        ConditionText text;
        try {
            text = ConditionText.of(subscriber.condition().orElseThrow());
        } catch (QueryException e) {
            note(subscriber, rows.size(), e.getMessage());
            return rows.stream().map(event -> false).toList();
        }
        RowCondition condition = new RowCondition(integration.table(), text.statement());
        RowCondition.Outcome all = databases.evaluate(integration.organizationId(), condition, rows, LIMIT);
        return all.failure().isEmpty() ? all.fulfilled() : oneByOne(subscriber, integration, condition, rows);
    }

    private List<Boolean> oneByOne(
            Subscriber subscriber, Integration integration, RowCondition condition, List<String> rows) {
        long end = System.nanoTime() + ALL.toNanos();
        List<Boolean> fulfilled = new ArrayList<>(rows.size());
        int failures = 0;
        String problem = "";
        for (String row : rows) {
            RowCondition.Outcome outcome = System.nanoTime() - end < 0
                    ? databases.evaluate(integration.organizationId(), condition, List.of(row), LIMIT)
                    : new RowCondition.Outcome(List.of(), Optional.of("It took too long."));
            fulfilled.add(outcome.failure().isEmpty() && outcome.fulfilled().getFirst());
            if (outcome.failure().isPresent()) {
                failures++;
                problem = outcome.failure().get();
            }
        }
        if (failures > 0) {
            note(subscriber, failures, problem);
        }
        return List.copyOf(fulfilled);
    }

    private void note(Subscriber subscriber, int failures, String problem) {
        platform.run(session -> session.sql("""
                        update subscription set condition_failures = condition_failures + :failures, condition_problem = :problem
                        where id = :id""")
                .bind("failures", failures)
                .bind("problem", problem)
                .bind("id", subscriber.id())
                .execute());
    }
}
