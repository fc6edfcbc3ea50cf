package dev.webhookdb.schema;

import static dev.webhookdb.sql.Identifiers.literal;
import static dev.webhookdb.sql.Identifiers.quote;

import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.sql.Identifiers;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The statements that erase a row of a {@link Table}: nothing but its key stays, and no state that is said of it later is stored, because
 * none is newer than {@code infinity} (ADR 38).
 */
public final class Erasing {
    private final Table table;

    Erasing(Table table) {
        this.table = table;
    }

    /**
     * Returns the statement that erases a row, and tells those who follow the table that it is deleted or, where rows have no {@code
     * deleted_at}, that it became different. Nothing is said of what it was.
     *
     * <p>Parameters: {@code key}; {@code followed}, as {@link TableWrites#lock} returned it, 0 for nobody. Run that before it. It returns one row:
     * whether there is such a row ({@code known}), and whether it was not erased yet ({@code erased}).
     */
    public String row() {
        Resource resource = table.resource();
        Stream<String> declared =
                resource.columns().stream().map(Column::name).map(name -> "%s = null".formatted(quote(name)));
        Stream<String> deletion = resource.deletable()
                ? Stream.of("deleted_at = coalesce(known.deleted_at, clock_timestamp())")
                : Stream.empty();
        Stream<String> platform = Stream.of(
                "data = %s".formatted(tombstone(resource, ":key::text")),
                "_as_of = 'infinity'",
                "_known_at = null",
                "_rank = 0",
                "_seen = '{}'",
                "_change = nextval('%s')".formatted(Table.CHANGES));
        return """
                with known_before as materialized (
                  select row.* from %1$s as row where row.%2$s = :key
                ), written as (
                  update %1$s as known set %3$s
                  where known.%2$s = :key and known._as_of < 'infinity'
                  returning *
                ), logged as (
                  insert into webhookdb.change (integration_id, change, key, kind, origin, content, data, previous)
                  select :followed, written._change, written.%2$s, %4$s, 'erase', shown.content, written.data, coalesce(differing.previous, '{}')
                  from written join known_before on known_before.pk = written.pk
                  cross join lateral (%5$s) as shown
                  %6$s
                  where :followed <> 0
                )
                select exists (select from known_before) as known, exists (select from written) as erased""".formatted(
                table.qualified(),
                quote(table.key()),
                Stream.of(declared, deletion, platform).flatMap(all -> all).collect(Collectors.joining(", ")),
                literal(resource.deletable() ? "deleted" : "updated"),
                ChangeLog.shown(table, "written"),
                ChangeLog.previous(table, "null::text"));
    }

    /**
     * Returns the statement that takes out of the {@link ChangeLog} what a row was before it was erased; that something happened stays.
     * Parameters: {@code key} and {@code integration}.
     */
    public String log() {
        Resource resource = table.resource();
        String kept = Stream.of("pk", table.key(), "deleted_at")
                .map(Identifiers::literal)
                .collect(Collectors.joining(", "));
        return """
                update webhookdb.change set
                  content = (
                    select jsonb_object_agg(column_name, case
                      when column_name in (%1$s) then value when column_name = 'data' then %2$s else 'null' end)
                    from jsonb_each(content) as shown (column_name, value)),
                  data = case when data is not null then %2$s end,
                  previous = coalesce((select jsonb_object_agg(name, null::text) from jsonb_object_keys(previous) as name), '{}')
                where integration_id = :integration and key = :key and origin <> 'erase'""".formatted(kept, tombstone(resource, ":key::text"));
    }

    /** Returns the query whether there is a row ({@code known}). Parameter: {@code key}. */
    public String known() {
        return "select exists (select from %s where %s = :key) as known"
                .formatted(table.qualified(), quote(table.key()));
    }

    /** Returns the query for the {@code key} of rows with a {@code value}, as text, in a column, the key or a declared one. */
    public String keys(String column) {
        requireDeclared(column);
        return "select %s as key from %s where %s::text = :value"
                .formatted(quote(table.key()), table.qualified(), quote(column));
    }

    /** The same, of rows that are not erased. */
    public String keysOfKept(String column) {
        return keys(column) + " and _as_of < 'infinity'";
    }

    /**
     * Returns the query for the next rows, {@code pk} and {@code key}, in the order of {@code pk}, whose state is older than a time, and which
     * are not erased. Parameters: {@code after}, a {@code pk}; {@code time}; {@code most}.
     */
    public String older() {
        return "select pk, %s as key from %s where pk > :after and _as_of < :time order by pk limit :most"
                .formatted(quote(table.key()), table.qualified());
    }

    private void requireDeclared(String column) {
        if (table.columns().stream().noneMatch(declared -> declared.name().equals(column))) {
            throw new IllegalArgumentException(
                    "%s has no column '%s' by which rows could be selected".formatted(table.name(), column));
        }
    }

    /** What is left of a resource: its key, where it stands in it. */
    static String tombstone(Resource resource, String key) {
        String object = key;
        for (String field : resource.key().path().reversed()) {
            object = "jsonb_build_object(%s, %s)".formatted(literal(field), object);
        }
        return object;
    }
}
