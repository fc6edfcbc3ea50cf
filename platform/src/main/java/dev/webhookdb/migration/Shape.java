package dev.webhookdb.migration;

import static dev.webhookdb.sql.Identifiers.quote;

import dev.webhookdb.sql.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A table as the catalogue describes it, and the statements that make one like it elsewhere, or bring that up to date.
 *
 * @param columns in their order; the first is {@code pk}
 * @param indexes the statements that make them
 */
record Shape(String table, List<Column> columns, List<String> indexes) {
    record Column(String name, String type, boolean required, boolean unique) {
        String definition() {
            return quote(name) + " " + type + (unique ? " unique" : "") + (required ? " not null" : "");
        }
    }

    static Shape of(Session session, String table) {
        List<Column> columns = session.sql("""
                        select attname::text as name, format_type(atttypid, atttypmod) as type, attnotnull as required,
                               exists (select from pg_index
                                        where indrelid = attrelid and indisunique and not indisprimary
                                          and indnatts = 1 and indkey[0] = attnum) as single
                          from pg_attribute
                         where attrelid = to_regclass('public.' || quote_ident(:table)) and attnum > 0 and not attisdropped
                         order by attnum""")
                .bind("table", table)
                .list(row -> new Column(row.text("name"), row.text("type"), row.flag("required"), row.flag("single")));
        List<String> indexes = session.sql("""
                        select regexp_replace(pg_get_indexdef(indexrelid), '^CREATE INDEX', 'create index if not exists') as statement
                          from pg_index
                         where indrelid = to_regclass('public.' || quote_ident(:table)) and not indisunique and indisvalid
                         order by indexrelid""").bind("table", table).list(row -> row.text("statement"));
        return new Shape(table, columns, indexes);
    }

    /** Returns statements that may be repeated, also after the table got another column. */
    List<String> statements() {
        String definitions = columns.stream()
                .filter(column -> !column.name().equals("pk"))
                .map(Column::definition)
                .collect(Collectors.joining(", "));
        List<String> statements = new ArrayList<>();
        statements.add(
                "create table if not exists %s (pk bigserial primary key, %s)".formatted(qualified(), definitions));
        columns.stream()
                .filter(column -> !column.required())
                .map(column -> "alter table %s add column if not exists %s %s"
                        .formatted(qualified(), quote(column.name()), column.type()))
                .forEach(statements::add);
        statements.addAll(indexes);
        return statements;
    }

    /** Returns the columns, quoted and divided by commas. */
    String list() {
        return columns.stream().map(column -> quote(column.name())).collect(Collectors.joining(", "));
    }

    /** Returns the statement that stores what is in a table of the same columns. */
    String store(String from) {
        String assignments = columns.stream()
                .map(column -> quote(column.name()))
                .filter(column -> !column.equals("\"pk\""))
                .map(column -> "%1$s = excluded.%1$s".formatted(column))
                .collect(Collectors.joining(", "));
        return "insert into %1$s (%2$s) select %2$s from %3$s on conflict (pk) do update set %4$s"
                .formatted(qualified(), list(), from, assignments);
    }

    String qualified() {
        return "public." + quote(table);
    }
}
