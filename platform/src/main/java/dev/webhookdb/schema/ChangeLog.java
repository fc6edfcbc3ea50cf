package dev.webhookdb.schema;

import static dev.webhookdb.sql.Identifiers.literal;
import static dev.webhookdb.sql.Identifiers.quote;

import java.util.List;

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
    public static final String COLUMNS = "integration_id, change, key, kind, origin, committed_at, content, previous";

    private ChangeLog() {}

    /**
     * Returns the statement that follows a table from now on, unless it is followed already; run {@link TableWrites#lock} before it.
     * Parameters: {@code table}, {@code integration} and {@code latest}, the latest change number, as the lock returned it.
     */
    public static String follow() {
        return """
                insert into webhookdb.followed (table_name, integration_id, whole_after) values (:table, :integration, :latest)
                on conflict (integration_id) do nothing""";
    }

    /** Returns the statements that follow an integration's table no more, and drop its entries. Parameter: {@code integration}. */
    public static List<String> unfollow() {
        return List.of(
                "delete from webhookdb.followed where integration_id = :integration",
                "delete from webhookdb.change where integration_id = :integration");
    }

    /** Returns the statement that notes another name of a table. Parameters: {@code table} and {@code name}, the new one. */
    public static String rename() {
        return "update webhookdb.followed set table_name = :name where table_name = :table";
    }

    /**
     * Returns the query for entries of an integration, in their order: number {@code change}, {@code key}, {@code kind}, {@code origin},
     * {@code committed_at}, {@code content} (the row as JSON) and {@code previous} (what columns were before that changed, as JSON).
     *
     * <p>Parameters: {@code integration}, {@code after}, a number of which no entry needs to be there, and {@code most}.
     */
    public static String read() {
        return """
                select change, key, kind, origin, committed_at, content::text as content, previous::text as previous
                from webhookdb.change
                where integration_id = :integration and change > :after order by change limit :most""";
    }

    /**
     * Returns the query for the number after which no entry of an integration is missing ({@code whole_after}); no row if its table is not
     * followed. Parameter: {@code integration}.
     */
    public static String whole() {
        return "select whole_after from webhookdb.followed where integration_id = :integration";
    }

    /**
     * Returns the statement that drops entries of before an instant, and returns how many ({@code dropped}). Parameters: {@code before},
     * and {@code most}, how many at a time.
     */
    public static String prune() {
        return """
                with dropped as (
                  delete from webhookdb.change where ctid = any (array(
                    select ctid from webhookdb.change where committed_at < :before limit :most))
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
     * sources} with {@code key} and {@code origin}, where they came from.
     *
     * @param key the column that identifies a row
     * @param deletable whether rows have {@code deleted_at}
     * @param platform columns that are not shown
     */
    static String entries(String key, boolean deletable, List<String> platform) {
        String hidden = literal("{%s}".formatted(String.join(",", platform)));
        return """
                logged as (
                  insert into webhookdb.change (integration_id, change, key, kind, origin, content, previous)
                  select :followed, written._change, written.%1$s,
                    case when %2$s then 'deleted' when known_before.pk is null or %3$s then 'created' else 'updated' end,
                    sources.origin, shown.content, coalesce(differing.previous, '{}')
                  from written
                  join sources on sources.key = written.%1$s
                  left join known_before on known_before.%1$s = written.%1$s
                  cross join lateral (select to_jsonb(written) - %4$s::text[] as content) as shown
                  left join lateral (
                    select jsonb_object_agg(old.key, old.value) as previous
                    from jsonb_each(to_jsonb(known_before) - %4$s::text[] - 'data'::text) as old
                    where known_before.pk is not null and old.value is distinct from shown.content -> old.key
                  ) as differing on true
                  where written._change > :before
                )""".formatted(
                        quote(key),
                        deletable ? "written.deleted_at is not null" : "false",
                        deletable ? "known_before.deleted_at is not null" : "false",
                        hidden);
    }
}
