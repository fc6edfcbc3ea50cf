package dev.webhookdb.schema;

import static dev.webhookdb.sql.Identifiers.literal;
import static dev.webhookdb.sql.Identifiers.quote;

import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.sql.Identifiers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The statements that write the rows of a {@link Table}. Whoever writes is the table's only writer until its transaction ends (ADR 3). */
public final class TableWrites {
    private final Table table;
    private final Resource resource;
    private final Upserts plain;
    private final Upserts logged;

    TableWrites(Table table) {
        this.table = table;
        this.resource = table.resource();
        this.plain = upserts(false);
        this.logged = upserts(true);
    }

    /**
     * Two forms of a statement, composed once: they are long, and stored batches are many.
     *
     * @param any for any batch
     * @param distinct for a batch in which no resource has two states, as nearly all are: nothing is sorted or compared within it
     */
    private record Upserts(String any, String distinct) {
        String of(String[] keys) {
            return new HashSet<>(Arrays.asList(keys)).size() == keys.length ? distinct : any;
        }
    }

    private Upserts upserts(boolean log) {
        Since since = new Since(resource);
        return new Upserts(upsertStatement(log, newest(since)), upsertStatement(log, onlyOnes(since)));
    }

    /**
     * Returns the statement that makes this transaction the table's only writer until it ends. Change numbers are therefore taken in
     * the order of commits: a reader that sees one has seen, or will never see, every smaller one.
     *
     * <p>It also keeps the planner of this transaction from scanning the table: a plan made while the table was small, and kept by the
     * connection, would do so for every batch until the next {@code ANALYZE}. It returns one row with the latest change number that
     * was taken before ({@code latest_change}), and the number of the integration if somebody follows the table ({@code followed}).
     *
     * <p>The lock is a row's that only the owner may lock; it is made by the first writer, and the condition keeps it from being written
     * again.
     */
    public String lock() {
        return lock(table.name());
    }

    /** The same for the table with a name. */
    static String lock(String name) {
        return """
                with locked as (
                  insert into webhookdb.writer (written) values (%s::regclass)
                  on conflict (written) do update set written = excluded.written where false returning true
                )
                select (select count(*) from locked) as locked, set_config('enable_seqscan', 'off', true),
                  (select case when is_called then last_value else last_value - 1 end from %s) as latest_change,
                  %s as followed""".formatted(literal(Table.qualified(name)), Table.CHANGES, ChangeLog.followed(name));
    }

    /**
     * Returns the statement that stores a batch of states of resources with these keys, in the order in which they came or, of a list of
     * events, happened, and leaves rows that know better alone.
     *
     * <p>Parameters, arrays of one length: {@code keys} (text), {@code as_ofs} and {@code known_ats} (timestamptz), {@code ranks}
     * (smallint, see {@link Rank}), {@code events} (bigint) and {@code resources} (text, JSON). It may hold several states of one
     * resource. Run {@link #lock} before it, and pass on what that returned as {@code before}. It returns one row without a {@code key}
     * and with the numbers of rows that it wrote ({@code written}) and of those among them that came to be or whose content became
     * different ({@code changed}); and one for each {@code key} of which several states in webhooks of one instant ({@code as_of}) are
     * known, and nobody can tell which is the newer one, or a state in a list of events that does not tell it either.
     */
    public String upsert(String... keys) {
        return plain.of(keys);
    }

    /**
     * Returns the statement that does the same, and writes down in the {@link ChangeLog} what changed. Further parameters: {@code
     * followed}, as {@link #lock} returned it, and two arrays like the others: {@code origins} (text), where the states came from, and
     * {@code webhooks} (bigint), the number of the webhook that led to them, or 0.
     */
    public String loggedUpsert(String... keys) {
        return logged.of(keys);
    }

    /** Of several states of a resource in a batch, the newest, and what the others tell. */
    private static String newest(Since since) {
        return """
                select distinct on (key) *,
                    event || array_remove(coalesce(array_agg(event) filter (where not repeated) over same, '{}'), event) as seen,
                    bool_or(event = row_event) over same as has_row_event,
                    bool_or(not repeated) over same as has_news,
                    coalesce(min(contents) over same <> max(contents) over same, false) as differ%s
                  from (
                    select *, min(position) over again as first_arrival, min(known_at) over again as first_known,
                      case when rank = 1 and not repeated then hashtextextended(resource, 0) end as contents%s
                    from compared window again as (partition by key, as_of, event)
                  ) as numbered
                  window same as (partition by key, as_of)
                  order by key, as_of desc, (repeated and rank <> 3), first_known desc, first_arrival desc""".formatted(since.started(), since.ended());
    }

    /** What that comes to where each resource has one state. */
    private static String onlyOnes(Since since) {
        return """
                select *, known_at as first_known, array[event] as seen, event = row_event as has_row_event, not repeated as has_news,
                    false as differ%s
                  from compared""".formatted(since.alone());
    }

    /** ADR 1 says the rule. */
    private String upsertStatement(boolean log, String newest) {
        List<String> names =
                new ArrayList<>(table.columns().stream().map(Column::name).toList());
        names.add("data");
        names.addAll(Table.PLATFORM_COLUMNS);
        String values = resource.columns().stream()
                .map(column ->
                        table.value(column, "data", Since.of(column).orElse("as_of")) + " as " + quote(column.name()))
                .collect(Collectors.joining(", "));
        Since since = new Since(resource);
        return """
                with arrived as materialized (
                  select key, %5$s as as_of, known_at, rank, event, resource, position
                  from unnest(:keys, :as_ofs, :known_ats, :ranks, :events, :resources) with ordinality
                    as states (key, as_of, known_at, rank, event, resource, position)%14$s
                ), compared as (
                  select arrived.*, _as_of as row_as_of, coalesce(_known_at, '-infinity') as row_known_at, _rank as row_rank,
                    _seen[1] as row_event, coalesce(arrived.as_of = _as_of and case rank when 0 then event = _seen[1] else event = any (_seen) end, false) as repeated%8$s
                  from arrived
                  left join lateral (
                    select pk, _as_of, _known_at, _rank, _seen%9$s from %1$s as row where row.%2$s = arrived.key limit 1
                  ) as known on true
                  where known.pk is null or arrived.as_of > _as_of
                    or (arrived.as_of = _as_of and (rank in (0, 3) or _rank = 4 or event <> all (_seen)))
                ), newest as (
                  %10$s
                ), judged as (
                  select *, row_as_of is null or as_of > row_as_of or case
                      when rank = 0 and repeated then first_known > row_known_at and row_known_at < as_of + interval '1 second'
                      when rank in (1, 2) and row_rank = 0 then not repeated and first_known > row_known_at
                      when rank <> 3 then not repeated and first_known >= row_known_at
                      when has_row_event then event <> row_event
                      else not repeated and first_known > row_known_at
                    end as wins,
                    as_of = row_as_of and not repeated and case
                      when rank = 1 and row_rank = 0 then first_known > row_known_at
                      when rank = 1 and row_rank = 3 then first_known <= row_known_at
                      when rank = 3 then not has_row_event and first_known > row_known_at
                      else rank = 1
                    end as tied,
                    rank = 1 and as_of = row_as_of and row_rank = 4 as undecided_before
                  from newest
                ), parsed as materialized (
                  select judged.*, data, undecided_before or (differ and wins)
                    or (tied and data is distinct from (select row.data from %1$s as row where row.%2$s = judged.key)) as undecided
                  from judged cross join lateral (select resource::jsonb as data offset 0) as content
                  where wins or tied or undecided_before or (rank <> 0 and as_of = row_as_of and has_news)
                ), noted as (
                  update %1$s as known
                  set _seen = known._seen || array(select unnest(parsed.seen) except select unnest(known._seen)),
                    _rank = case when parsed.undecided then 4 else known._rank end
                  from parsed
                  where known.%2$s = parsed.key and not parsed.wins and parsed.rank <> 0 and parsed.has_news
                ), %11$s written as (
                  insert into %1$s as known (%3$s)
                  select key, %4$sdata, as_of, first_known, case when undecided then 4 else rank end, seen, nextval('%7$s')
                  from parsed where wins
                  on conflict (%2$s) do update set %6$s
                  where excluded._as_of >= known._as_of
                  returning %12$s
                )%13$s
                select count(*)::integer as written, (count(*) filter (where _change > :before))::integer as changed,
                  null as key, null::timestamptz as as_of
                from written
                union all select 0, 0, key, as_of from parsed where undecided
                """.formatted(
                table.qualified(),
                quote(table.key()),
                names.stream().map(Identifiers::quote).collect(Collectors.joining(", ")),
                values.isEmpty() ? "" : values + ", ",
                order(),
                assignments(),
                Table.CHANGES,
                since.kept(),
                since.known(),
                newest,
                log ? knownBefore("parsed") : "",
                log ? "*" : "_change",
                log ? entries() : "",
                isOrderedByArrival() ? "" : " cross join lateral (select resource::jsonb as content offset 0) as read");
    }

    /**
     * Returns the query whether states in webhooks of one instant are still undecided ({@code undecided}): the row has no newer state, and
     * was not read since. Parameters: {@code key}, {@code as_of} the instant, and {@code received}, when the last of them was.
     */
    public String undecided() {
        return """
                select not exists (
                  select from %s where %s = :key
                    and (_as_of > :as_of or (_as_of = :as_of and _rank = 0 and _known_at >= :received))
                ) as undecided""".formatted(table.qualified(), quote(table.key()));
    }

    /**
     * Returns the statement that stores a batch of deletions; a resource that was never seen becomes a row with nothing but its key.
     *
     * <p>Parameters, arrays of one length: {@code keys} (text) and {@code as_ofs} (timestamptz). Run {@link #lock} before it.
     */
    public String delete() {
        return """
                insert into %1$s as known (%2$s, data, deleted_at, _as_of, _rank, _seen, _change)
                select key, %3$s, max(as_of), '-infinity', 0, '{}', nextval('%4$s')
                from unnest(:keys, :as_ofs) as deletions (key, as_of) group by key
                %5$s
                """.formatted(table.qualified(), quote(table.key()), tombstone(), Table.CHANGES, onDeletion());
    }

    /**
     * Returns the statement that does the same, and writes down in the {@link ChangeLog} what changed. Further parameters as those of
     * {@link #loggedUpsert}. It returns one row with the number of rows that changed ({@code changed}).
     */
    public String loggedDelete() {
        return """
                with deleted as materialized (
                  select distinct on (key) key, as_of, position from unnest(:keys, :as_ofs) with ordinality
                    as deletions (key, as_of, position)
                  order by key, as_of desc
                ), %5$s written as (
                  insert into %1$s as known (%2$s, data, deleted_at, _as_of, _rank, _seen, _change)
                  select key, %3$s, as_of, '-infinity', 0, '{}', nextval('%4$s') from deleted
                  %6$s
                  returning *
                )%7$s
                select count(*)::integer as changed from written
                """.formatted(
                        table.qualified(),
                        quote(table.key()),
                        tombstone(),
                        Table.CHANGES,
                        knownBefore("deleted"),
                        onDeletion(),
                        entries());
    }

    /** What the change log needs to know of rows before they are written. */
    private String knownBefore(String states) {
        return """
                sources as (
                  select key, (:origins)[position] as origin, nullif((:webhooks)[position], 0) as webhook from %3$s
                ), known_before as materialized (
                  select row.* from %3$s cross join lateral (select * from %1$s as row where row.%2$s = %3$s.key limit 1) as row
                ),""".formatted(table.qualified(), quote(table.key()), states);
    }

    private String onDeletion() {
        return """
                on conflict (%s) do update set deleted_at = excluded.deleted_at, _change = excluded._change
                where excluded.deleted_at >= known._as_of
                  and (known.deleted_at is null or excluded.deleted_at > known.deleted_at)""".formatted(quote(table.key()));
    }

    private String entries() {
        return ", " + ChangeLog.entries(table);
    }

    private String assignments() {
        Stream<String> declared = resource.columns().stream()
                .map(column -> quote(column.name()))
                .map(column -> "%1$s = excluded.%1$s".formatted(column));
        Stream<String> deletion = resource.deletable()
                ? Stream.of("deleted_at = case when known.deleted_at >= excluded._as_of then known.deleted_at end")
                : Stream.empty();
        String changed = resource.deletable()
                ? "excluded.data is distinct from known.data or known.deleted_at < excluded._as_of"
                : "excluded.data is distinct from known.data";
        Stream<String> platform = Stream.of(
                "data = excluded.data",
                "_as_of = excluded._as_of",
                "_known_at = excluded._known_at",
                "_rank = excluded._rank",
                "_seen = case when excluded._as_of > known._as_of then excluded._seen else excluded._seen || array_remove(known._seen, excluded._seen[1]) end",
                "_change = case when %s then excluded._change else known._change end".formatted(changed));
        return Stream.of(declared, deletion, platform).flatMap(all -> all).collect(Collectors.joining(", "));
    }

    private boolean isOrderedByArrival() {
        return resource.orderedBy().fromAsOf();
    }

    /**
     * A state is ordered by the provider's time of modification where the resource has one, else by the item's instant. The time is mentioned
     * many times in the expression that converts it, so the resource is read once before.
     */
    private String order() {
        return isOrderedByArrival()
                ? "as_of"
                : "coalesce(%s, as_of)".formatted(Expression.of(resource.orderedBy(), "content", "as_of"));
    }

    private String tombstone() {
        return Erasing.tombstone(resource, "key");
    }
}
