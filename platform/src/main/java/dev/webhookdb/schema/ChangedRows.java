package dev.webhookdb.schema;

import static dev.webhookdb.sql.Identifiers.literal;
import static dev.webhookdb.sql.Identifiers.quote;

import dev.webhookdb.sql.Identifiers;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The rows of a table whose content changed within a window of change numbers, as SQL: in the order of the API's timestamp, those without
 * one last, and of the key. A row that changes again leaves its window.
 *
 * <p>A row's place among them moves when its timestamp does, which can happen without a change of content; so who needs more than one
 * look lists the rows first.
 */
public final class ChangedRows {
    private static final String WINDOW = "_change > :after and _change <= :until";

    private final Table table;
    private final String time;
    private final String key;

    /** Describes those of a table. */
    public ChangedRows(Table table) {
        this.table = table;
        this.time = quote(table.resource().orderedBy().name());
        this.key = quote(table.key());
    }

    /** Returns the query for the number of the latest change ({@code latest}), 0 for none. */
    public String latest() {
        return "select coalesce(max(_change), 0) as latest from " + table.qualified();
    }

    /** Returns the query for how many rows changed ({@code number}). Parameters: {@code after}, and {@code most}, which ends the counting. */
    public String count() {
        return "select count(*) as number from (select from %s where _change > :after limit :most) as changed"
                .formatted(table.qualified());
    }

    /** Returns the query for whether changes can be found without reading the whole table ({@code indexed}). */
    public String isIndexed() {
        return """
                select exists (select from pg_index join pg_attribute on attrelid = indrelid and attnum = indkey[0]
                  where indrelid = %s::regclass and attname = '_change' and indisvalid) as indexed""".formatted(literal(table.qualified()));
    }

    /** Returns the statements that make it so without blocking writers; not for use in a transaction. */
    public String index() {
        return "create index concurrently if not exists %s on %s (_change)"
                .formatted(quote(indexName()), table.qualified());
    }

    /** Returns the statement that drops that index, for one that was left behind invalid. */
    public String dropIndex() {
        return "drop index if exists public." + quote(indexName());
    }

    private String indexName() {
        return indexName(table.name());
    }

    private static String indexName(String table) {
        return Identifiers.fitting(table + "__change_idx");
    }

    /**
     * Returns the statement that gives the index of a table, if it has one, the name that it has under the table's new name: whoever gets the
     * old one next has an index of that name, too. An index keeps its name where the new one is taken.
     */
    static String renameIndex(String table, String other) {
        return """
                do $index$
                begin
                  if to_regclass(%s) is null then
                    alter index if exists public.%s rename to %s;
                  end if;
                end $index$""".formatted(
                        literal("public." + quote(indexName(other))), quote(indexName(table)), quote(indexName(other)));
    }

    /** Returns the query for the columns that people see, in order ({@code name}): also those that only an earlier release declared. */
    public String columns() {
        return """
                select attname::text as name from pg_attribute
                where attrelid = %s::regclass and attnum > 0 and not attisdropped and attname <> all (%s::text[]) order by attnum""".formatted(
                literal(table.qualified()), literal("{%s}".formatted(String.join(",", Table.PLATFORM_COLUMNS))));
    }

    /**
     * Returns the query for the first rows of a window. Parameters: {@code after} and {@code until}, the window; {@code most}, how many;
     * {@code bytes}, how large they may be together, of which the first is returned however large it is.
     *
     * <p>It returns {@code number} (from 1), {@code time} and {@code key} (what a row is sorted by, as text), {@code row} (JSON without what
     * is the platform's), and {@code fits}, whether the rows before it leave room; where they do not, {@code row} is NULL.
     *
     * @param columns that a row shows, as {@link #columns} finds them
     */
    public String first(List<String> columns) {
        return sized("""
                select number, sorted.time, sorted.key, %1$s as row
                from (
                  select pk, row_number() over (order by %2$s) as number, %3$s::text as time, %4$s as key
                  from %5$s as changed where %6$s order by %2$s limit :most
                ) as sorted
                join %5$s as shown using (pk)""".formatted(json(columns), order(), time, key, table.qualified(), WINDOW));
    }

    /**
     * Returns the statement that lists a window's rows, or those of them that come after one. Parameters: {@code target}, {@code after},
     * {@code until}; {@code place}, behind which the list begins; {@code begun}, whether it begins behind a row, and that row's {@code
     * time} and {@code key}.
     */
    public String list() {
        String type = Table.typeName(table.resource().orderedBy().type());
        return """
                insert into webhookdb.sync_window (target_id, until_change, place, key)
                select :target, :until, :place + row_number() over (order by %1$s), %2$s from %3$s
                where %4$s and (not :begun
                  or (:time::text is not null and ((%5$s, %2$s collate "C") > (:time::text::%6$s, :key::text collate "C") or %5$s is null))
                  or (:time::text is null and %5$s is null and %2$s collate "C" > :key::text collate "C"))""".formatted(order(), key, table.qualified(), WINDOW, time, type);
    }

    /**
     * Returns the query for rows of a list. Parameters: {@code target}, {@code after}, {@code until}; {@code place}, behind which to begin;
     * {@code most} and {@code bytes}. It returns the same as {@link #first}; of a row that left the window, {@code row} is NULL.
     *
     * @param columns that a row shows
     */
    public String listed(List<String> columns) {
        return sized("""
                select place as number, shown.time, listed.key, shown.row
                from (
                  select place, key from webhookdb.sync_window
                  where target_id = :target and until_change = :until and place > :place order by place limit :most
                ) as listed
                left join lateral (
                  select %1$s::text as time, %2$s as row from %3$s as shown where %4$s = listed.key and %5$s offset 0
                ) as shown on true""".formatted(time, json(columns), table.qualified(), key, WINDOW));
    }

    /** Returns the query for whether a window is listed ({@code listed}). Parameters: {@code target} and {@code until}. */
    public static String isListed() {
        return "select exists (select from webhookdb.sync_window where target_id = :target and until_change = :until) as listed";
    }

    /** Returns the statement that drops some of a target's lists. Parameters: {@code target}, and {@code most}, how many rows. */
    public static String drop() {
        return """
                delete from webhookdb.sync_window where ctid = any (array(
                  select ctid from webhookdb.sync_window where target_id = :target limit :most))""";
    }

    /** Returns the query for up to which change a target was sent windows ({@code until}), 0 if none. Parameter: {@code target}, its id outside. */
    public static String sentUntil() {
        return "select coalesce((select until_change from webhookdb.sync_sent where target = :target), 0) as until";
    }

    /** Returns the statement that notes it. Parameters: {@code target} and {@code until}. */
    public static String noteSent() {
        return """
                insert into webhookdb.sync_sent (target, until_change) values (:target, :until)
                on conflict (target) do update set until_change = excluded.until_change
                where sync_sent.until_change < excluded.until_change""";
    }

    /** Returns the statement that forgets it. Parameter: {@code target}. */
    public static String forgetSent() {
        return "delete from webhookdb.sync_sent where target = :target";
    }

    /** Written as text at once: a row that becomes {@code jsonb} before costs half as much again. */
    private static String json(List<String> columns) {
        String shown = columns.stream().map(name -> "shown." + quote(name)).collect(Collectors.joining(", "));
        return "row_to_json((select picked from (select %s) as picked))::text".formatted(shown);
    }

    /** Each function over a window, and each sorting, would copy all rows once more. */
    private static String sized(String rows) {
        return """
                select number, time, key, before < :bytes as fits, case when before < :bytes then row end as row from (
                  select *, coalesce(sum(octet_length(row)) over (order by number rows unbounded preceding), 0)
                    - coalesce(octet_length(row), 0) as before
                  from (%s) as next
                ) as sized
                order by number""".formatted(rows);
    }

    private String order() {
        return "%s nulls last, %s collate \"C\"".formatted(time, key);
    }
}
