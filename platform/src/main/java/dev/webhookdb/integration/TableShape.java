package dev.webhookdb.integration;

import dev.webhookdb.schema.Table;
import dev.webhookdb.spi.Column;
import dev.webhookdb.sql.Session;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a table is like at present.
 *
 * @param types PostgreSQL's names of types by column; empty if there is no such table
 * @param viewed columns that views show
 * @param bytes how large it is, with its indexes
 */
record TableShape(Map<String, String> types, Set<String> viewed, long bytes) {
    /** So much is written anew in about a second. */
    static final long LARGEST_REWRITE = 64L << 20;

    /** Keeps copies. */
    TableShape {
        types = Map.copyOf(types);
        viewed = Set.copyOf(viewed);
    }

    static TableShape of(Session session, Table table) {
        Map<String, String> types = new HashMap<>();
        Set<String> viewed = new HashSet<>();
        List<Long> sizes = session.sql("""
                        select attname::text as name, format_type(atttypid, atttypmod) as type, pg_total_relation_size(attrelid) as bytes,
                          exists (
                            select from pg_depend where refclassid = 'pg_class'::regclass and refobjid = attrelid and refobjsubid = attnum
                              and classid = 'pg_rewrite'::regclass
                          ) as viewed
                        from pg_attribute
                        where attrelid = to_regclass('public.' || quote_ident(:table)) and attnum > 0 and not attisdropped""").bind("table", table.name()).list(row -> {
            types.put(row.text("name"), row.text("type"));
            if (row.flag("viewed")) {
                viewed.add(row.text("name"));
            }
            return row.number("bytes");
        });
        return new TableShape(types, viewed, sizes.isEmpty() ? 0 : sizes.getFirst());
    }

    boolean exists() {
        return !types.isEmpty();
    }

    List<Column> missing(Table table) {
        return table.missing(types.keySet());
    }

    List<Column> narrower(Table table) {
        return table.narrower(types);
    }

    /** Returns why columns cannot be widened now without anybody noticing, as the end of a sentence. */
    Optional<String> obstacle(List<Column> narrower) {
        if (bytes > LARGEST_REWRITE) {
            return Optional.of("the table is so large (%d MB) that everybody would wait".formatted(bytes >> 20));
        }
        return narrower.stream().map(Column::name).anyMatch(viewed::contains)
                ? Optional.of("a view shows them")
                : Optional.empty();
    }
}
