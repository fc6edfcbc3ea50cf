package dev.webhookdb.schema;

import static dev.webhookdb.sql.Identifiers.quote;

import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.Resource;
import java.util.Optional;

/**
 * The statements that compare a {@link Table} with what its provider lists, without writing to it.
 *
 * <p>What is listed is kept beside the table, a hash and a time for each key ({@code webhookdb.listed}), and judged when the listing has
 * ended. A row whose change number is greater than the latest one of the beginning was
 * changed meanwhile, and says nothing of what was lost before.
 */
public final class ComparedRows {
    private final Table table;

    ComparedRows(Table table) {
        this.table = table;
    }

    /**
     * Returns the statement that begins a comparison, unless it has begun. Parameters: {@code comparison} and {@code integration}, their
     * numbers.
     */
    public static String begin() {
        return """
                insert into webhookdb.comparison (id, integration_id, after_change)
                select :comparison, :integration, case when is_called then last_value else last_value - 1 end from %s
                on conflict (id) do nothing""".formatted(Table.CHANGES);
    }

    /** Returns the query whether what a {@code comparison} listed is still there ({@code known}). */
    public static String known() {
        return "select exists (select from webhookdb.comparison where id = :comparison) as known";
    }

    /**
     * Returns the statement that forgets some of what a {@code comparison} and earlier ones of the {@code integration} have listed.
     * Parameter: {@code most}, how many keys.
     */
    public static String forget() {
        return """
                delete from webhookdb.listed where ctid = any (array(
                  select listed.ctid from webhookdb.listed as listed join webhookdb.comparison as over on over.id = comparison_id
                  where over.integration_id = :integration and over.id <= :comparison limit :most))""";
    }

    /**
     * Returns the statement that forgets the rest of it, and that they were. Parameters: {@code comparison} and {@code integration}. A page
     * that arrives later is not kept any more.
     */
    public static String end() {
        return """
                with over as (
                  delete from webhookdb.comparison where integration_id = :integration and id <= :comparison returning id
                )
                delete from webhookdb.listed using over where comparison_id = over.id""";
    }

    /**
     * Returns the statement that keeps what a page lists; of one key the newest state, and of two as new the last one.
     *
     * <p>Parameters: {@code comparison}, and arrays of one length: {@code keys} (text), {@code as_ofs} (timestamptz), {@code ranks} (smallint,
     * see {@link Rank}; of a deletion, that of a listed event) and {@code resources} (text, JSON; null for a deletion). It returns one row: whether the
     * comparison is known ({@code known}); if it is not, nothing was kept.
     */
    public String keep() {
        return """
                with begun as materialized (
                  select id from webhookdb.comparison where id = :comparison for share
                ), arrived as (
                  select distinct on (key) key, as_of, %s as version, jsonb_hash_extended(data, 0) as content,
                    resource is null as deleted
                  from unnest(:keys, :as_ofs, :ranks, :resources) with ordinality
                    as states (key, as_of, rank, resource, position)
                  cross join lateral (select resource::jsonb as data offset 0) as parsed
                  order by key, as_of desc, position desc
                ), kept as (
                  insert into webhookdb.listed as known (comparison_id, key, as_of, version, content, deleted)
                  select id, key, as_of, version, content, deleted from arrived cross join begun
                  on conflict (comparison_id, key) do update
                  set as_of = excluded.as_of, version = excluded.version, content = excluded.content, deleted = excluded.deleted
                  where excluded.as_of >= known.as_of
                )
                select exists (select from begun) as known""".formatted(version());
    }

    /** The provider's own time of modification, or the time of the event; NULL where it is only known when the list was asked. */
    private String version() {
        Column by = table.resource().orderedBy();
        String ofEvent = "case when rank = %d then as_of end".formatted(Rank.LISTED_EVENT.number());
        return by.fromAsOf() ? ofEvent : "coalesce(%s, %s)".formatted(Expression.of(by, "data", "as_of"), ofEvent);
    }

    /** Returns the statement to be run before each of the queries below, in the same transaction: they must not scan the tables. */
    public static String prepare() {
        return "select set_config('enable_seqscan', 'off', true) as setting";
    }

    /**
     * Returns the query for the next keys that are listed, in their order, and for what is to be said of each: {@code key} and {@code kind},
     * one of matching, missing, older, differing, changed_meanwhile, and erased.
     *
     * <p>Parameters: {@code comparison}; {@code after}, a key, empty to begin; {@code asked}, when the provider was first asked, by its
     * clock; {@code most}.
     */
    public String listed() {
        boolean deletable = table.resource().deletable();
        return """
                select listed.key, case
                  when row.pk is null then case
                    when listed.deleted then 'matching' when listed.version > :asked then 'changed_meanwhile' else 'missing' end
                  when row._as_of = 'infinity' then 'erased'
                  when case when listed.deleted then %1$s else not %1$s and jsonb_hash_extended(row.data, 0) = listed.content end
                    then 'matching'
                  when row._change > begun.after_change or listed.version > :asked then 'changed_meanwhile'
                  when row._as_of < listed.version then 'older'
                  else 'differing' end as kind
                from (
                  select * from webhookdb.listed where comparison_id = :comparison and key > :after order by key limit :most
                ) as listed
                join webhookdb.comparison as begun on begun.id = listed.comparison_id
                left join lateral (
                  select pk, data, _as_of, _change%2$s from %3$s as one where one.%4$s = listed.key limit 1
                ) as row on true
                order by listed.key""".formatted(
                        deletable ? "(row.deleted_at is not null)" : "false",
                        deletable ? ", deleted_at" : "",
                        table.qualified(),
                        quote(table.key()));
    }

    /**
     * Returns the query for the next rows, in the order of their keys, and for what is to be said of each: {@code key} and {@code kind}, one
     * of extra, out_of_reach, changed_meanwhile, deleted, erased, and listed, about which the other query says more.
     *
     * <p>Parameters: {@code comparison}; {@code after}, a key, empty to begin; {@code most}; {@code reaches}, whether everything is listed;
     * with a column, {@code since}, from which instant on rows are listed.
     *
     * @param column the column with the instant that decides whether a row is listed; empty if there is none, and nobody can tell
     */
    public String unlisted(Optional<String> column) {
        Resource resource = table.resource();
        String within = column.map(name -> "(row.%s >= :since) is true".formatted(quote(name)))
                .orElse("false");
        return """
                select row.key, case
                  when exists (
                    select from webhookdb.listed where comparison_id = begun.id and webhookdb.listed.key = row.key
                  ) then 'listed'
                  when row._as_of = 'infinity' then 'erased'
                  when %1$s then 'deleted'
                  when row._change > begun.after_change then 'changed_meanwhile'
                  when :reaches or %2$s then 'extra'
                  else 'out_of_reach' end as kind
                from (
                  select %3$s as key, _as_of, _change%4$s%5$s from %6$s where %3$s > :after order by %3$s limit :most
                ) as row
                join webhookdb.comparison as begun on begun.id = :comparison
                order by row.key""".formatted(
                        resource.deletable() ? "row.deleted_at is not null" : "false",
                        within,
                        quote(table.key()),
                        resource.deletable() ? ", deleted_at" : "",
                        column.map(name -> ", " + quote(name)).orElse(""),
                        table.qualified());
    }
}
