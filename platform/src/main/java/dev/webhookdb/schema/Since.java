package dev.webhookdb.schema;

import static dev.webhookdb.sql.Identifiers.quote;

import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.Resource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What the upsert does besides for columns that hold {@linkplain Column#sinceNot since when} a text is not a value; nothing where a
 * table has none.
 *
 * <p>Of a batch only the newest state of a resource is stored, but the older ones tell when a stretch of such states began, and
 * whether one in between ended what the row knows. Each fragment begins with a comma.
 */
final class Since {
    private final List<Column> columns;

    Since(Resource resource) {
        this.columns = resource.columns().stream()
                .filter(column -> column.sinceNot().isPresent())
                .toList();
    }

    /** Returns the name under which the query carries the instant of a column. */
    static Optional<String> of(Column column) {
        return column.sinceNot().map(value -> name("since", column));
    }

    /** What the lateral join reads from the row. */
    String known() {
        return each(column -> quote(column.name()));
    }

    /** What the join hands on, under a name of its own. */
    String kept() {
        return each(column -> "known.%s as %s".formatted(quote(column.name()), name("kept", column)));
    }

    /** The latest state of the batch that ended such a stretch. */
    String ended() {
        return each(column -> "max(as_of) filter (where not %s) over (partition by key) as %s"
                .formatted(Expression.isOther(column, "resource::jsonb"), name("ended", column)));
    }

    /** The beginning of the stretch that the newest state belongs to, if it belongs to one. */
    String started() {
        return each(column -> {
            String ended = name("ended", column);
            String first =
                    "min(as_of) filter (where %1$s is null or as_of > %1$s) over (partition by key)".formatted(ended);
            return "coalesce(case when %s is null then %s end, %s, as_of) as %s"
                    .formatted(ended, name("kept", column), first, name("since", column));
        });
    }

    /** The same for the only state of a resource in a batch. */
    String alone() {
        return each(column -> "coalesce(case when %s then %s end, as_of) as %s"
                .formatted(Expression.isOther(column, "resource::jsonb"), name("kept", column), name("since", column)));
    }

    private String each(Function<Column, String> fragment) {
        return columns.stream().map(column -> ", " + fragment.apply(column)).collect(Collectors.joining());
    }

    /** No declared column begins with an underscore. */
    private static String name(String what, Column column) {
        return quote("_" + what + "_" + column.name());
    }
}
