package dev.webhookdb.schema;

import static dev.webhookdb.sql.Identifiers.literal;
import static dev.webhookdb.sql.Identifiers.quote;

import dev.webhookdb.spi.Column;
import dev.webhookdb.sql.Session;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What happened to the rows of tables that somebody follows, as SQL: one entry for each change of content, written by the statement that
 * makes the change, in the organization's database ({@code webhookdb.change}).
 *
 * <p>Entries belong to an integration, by its number in the platform's database, and not to a table, whose name may change. What is
 * followed is noted by the table's name ({@code webhookdb.followed}), because that is what a writer knows.
 *
 * <p>Whoever writes to a table is its only writer until the transaction ends ({@link TableWrites#lock}). Entries of an integration therefore become
 * visible in the order of their numbers: whoever read up to a number has missed none below it.
 */
public final class ChangeLog {
    /** The columns of an entry. */
    public static final String COLUMNS =
            "integration_id, change, key, kind, origin, committed_at, content, data, previous, webhook_id";

    private ChangeLog() {}

    /**
     * Follows an integration's table from now on, unless it is followed already. The transaction is the table's only writer from then on, and
     * waits for whoever is about to follow it no more.
     *
     * @param table its name
     * @return the latest change number: every change that is committed after the transaction has a greater one
     */
    public static long follow(Session session, String table, long integrationId) {
        long latest = session.sql(TableWrites.lock(table)).one(row -> row.number("latest_change"));
        session.sql("""
                        insert into webhookdb.followed (table_name, integration_id, whole_after) values (:table, :integration, :latest)
                        on conflict (integration_id) do update set integration_id = excluded.integration_id where false""")
                .bind("table", table)
                .bind("integration", integrationId)
                .bind("latest", latest)
                .execute();
        return latest;
    }

    /**
     * Returns the query for the integrations that have entries behind a number: how many ({@code entries}), and the age of the oldest in
     * milliseconds ({@code age}). Parameters: {@code integrations} and {@code afters}, arrays of one length; and {@code most}, how many are
     * counted of each.
     */
    public static String behind() {
        return """
                select integration, entries, (extract(epoch from clock_timestamp() - oldest) * 1000)::bigint as age
                from unnest(:integrations, :afters) as reader (integration, after)
                cross join lateral (
                  select count(*) as entries, min(committed_at) as oldest from (
                    select committed_at from webhookdb.change where integration_id = reader.integration and change > reader.after
                    order by change limit :most
                  ) as entry
                ) as counted
                where entries > 0""";
    }

    /**
     * Returns the query that keeps others from following an integration's table, and from following it no more, until the transaction ends; no
     * row if nobody follows it. It returns the latest change number. Parameter: {@code integration}.
     */
    public static String hold() {
        return """
                select (select case when is_called then last_value else last_value - 1 end from %s) as latest
                from webhookdb.followed where integration_id = :integration for update""".formatted(Table.CHANGES);
    }

    /** Returns the statement that drops some entries of an integration. Parameters: {@code integration}, {@code most} and {@code until}. */
    public static String drop() {
        return """
                delete from webhookdb.change where ctid = any (array(
                  select ctid from webhookdb.change where integration_id = :integration and change <= :until limit :most))""";
    }

    /** Returns the statement that follows an integration's table no more. Parameter: {@code integration}. */
    public static String unfollow() {
        return "delete from webhookdb.followed where integration_id = :integration";
    }

    /** Returns the statement that notes another name of a table. Parameters: {@code table} and {@code name}, the new one. */
    public static String rename() {
        return "update webhookdb.followed set table_name = :name where table_name = :table";
    }

    /**
     * Returns the query for entries of an integration, in their order: number {@code change}, {@code key}, {@code kind}, {@code origin},
     * {@code committed_at}, {@code webhook_id} (or NULL), {@code content} (the row as JSON), {@code data} (its column of that name, or NULL where {@code
     * content} has it) and {@code previous} (what columns were before that changed, as JSON); {@code reached}, how large they are together up to
     * this one; and {@code whole_after}, after which no entry is missing. No row if its table is not followed, and one with all but the last NULL
     * if there are no entries.
     *
     * <p>Parameters: {@code integration}, {@code after}, a number of which no entry needs to be there, {@code most}, and {@code bytes},
     * how large they may be together; the first is returned however large it is.
     */
    public static String read() {
        return """
                select whole_after, sized.* from (
                  select whole_after from webhookdb.followed where integration_id = :integration
                ) as followed left join (
                  select *, sum(size) over (order by change rows unbounded preceding)::bigint as reached
                  from (
                    select *, octet_length(content) + coalesce(octet_length(data), 0) + octet_length(previous) as size
                    from (
                      select change, key, kind, origin, committed_at, webhook_id, content::text as content, data::text as data,
                        previous::text as previous
                      from webhookdb.change
                      where integration_id = :integration and change > :after order by change limit :most
                    ) as next
                  ) as measured
                ) as sized on reached - size < :bytes
                order by change""";
    }

    /**
     * Returns the query for the number after which no entry of an integration is missing ({@code whole_after}); no row if its table is not
     * followed. Parameter: {@code integration}.
     */
    public static String whole() {
        return "select whole_after from webhookdb.followed where integration_id = :integration";
    }

    /**
     * Returns the statement that drops entries of before an instant, and returns how many ({@code dropped}). Parameters: {@code before};
     * {@code integrations} and {@code positions}, arrays of one length, of those who still need what is behind a number; and {@code most},
     * how many at a time.
     */
    public static String prune() {
        return """
                with dropped as (
                  delete from webhookdb.change where ctid = any (array(
                    select ctid from webhookdb.change as entry where committed_at < :before
                      and not exists (
                        select from unnest(:integrations, :positions) as reader (integration, position)
                        where integration = entry.integration_id and position < entry.change)
                    limit :most))
                  returning integration_id, change
                ), latest as (
                  select integration_id, max(change) as change from dropped group by integration_id
                ), noted as (
                  update webhookdb.followed set whole_after = greatest(whole_after, latest.change)
                  from latest where latest.integration_id = followed.integration_id
                )
                select count(*)::integer as dropped from dropped""";
    }

    /** Returns the expression for the number of the integration whose table is followed under this name, or NULL. */
    static String followed(String table) {
        return "(select integration_id from webhookdb.followed where table_name = %s)".formatted(literal(table));
    }

    /**
     * Returns a part of a {@code with} query that writes entries for rows that were written.
     *
     * <p>Needs the parameters {@code followed} (the integration's number) and {@code before} (the number of the latest change before this
     * statement), and three earlier parts: {@code known_before}, the rows as they were; {@code written}, as they are; and {@code
     * sources} with {@code key}, {@code origin}, where they came from, and {@code webhook}, which led to them.
     */
    static String entries(Table table) {
        boolean deletable = table.resource().deletable();
        return """
                logged as (
                  insert into webhookdb.change (integration_id, change, key, kind, origin, content, data, previous, webhook_id)
                  select :followed, written._change, written.%1$s,
                    case when %2$s then 'deleted' when known_before.pk is null or %3$s then 'created' else 'updated' end,
                    sources.origin, shown.content, written.data, coalesce(differing.previous, '{}'), sources.webhook
                  from written
                  join sources on sources.key = written.%1$s
                  left join known_before on known_before.%1$s = written.%1$s
                  cross join lateral (%4$s) as shown
                  %5$s
                  where written._change > :before
                )""".formatted(
                        quote(table.key()),
                        deletable ? "written.deleted_at is not null" : "false",
                        deletable ? "known_before.deleted_at is not null" : "false",
                        shown(table, "written"),
                        previous(table, "old.value"));
    }

    /** The {@code content} of a row. Its {@code data}, which is most of it, is kept as it is: within the rest it would be copied twice. */
    static String shown(Table table, String row) {
        Stream<String> deletion = table.resource().deletable() ? Stream.of("deleted_at") : Stream.empty();
        return "select to_jsonb(of_row) as content from (select %s) as of_row"
                .formatted(Stream.of(Stream.of("pk"), table.columns().stream().map(Column::name), deletion)
                        .flatMap(all -> all)
                        .map(column -> row + "." + quote(column))
                        .collect(Collectors.joining(", ")));
    }

    /** Joins what columns of {@code known_before} were that are others in {@code shown}, each as this expression over {@code old} says. */
    static String previous(Table table, String value) {
        return """
                left join lateral (
                  select jsonb_object_agg(old.key, %s) as previous
                  from (%s) as known
                  cross join lateral jsonb_each(known.content) as old
                  where known_before.pk is not null and old.value is distinct from shown.content -> old.key
                ) as differing on true""".formatted(value, shown(table, "known_before"));
    }
}
