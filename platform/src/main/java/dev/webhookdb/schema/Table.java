package dev.webhookdb.schema;

import static dev.webhookdb.sql.Identifiers.literal;
import static dev.webhookdb.sql.Identifiers.quote;

import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.sql.Identifiers;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The table a resource becomes, as SQL.
 *
 * <p>Besides what the resource declares, a row carries what the platform needs to keep it right (names that begin with an
 * underscore, which no declared column can have):
 *
 * <ul>
 *   <li>{@code _as_of}: the instant at which the state was true; {@code -infinity} where only a deletion is known, {@code infinity} in
 *       what is erased, so that nothing is newer
 *   <li>{@code _known_at}: since when the state is known, which decides between states of the same instant; NULL in rows of before there
 *       was such a column
 *   <li>{@code _rank}: where the state comes from, see {@link Rank}
 *   <li>{@code _seen}: what was stored at that instant, as 64-bit hashes of event ids, so that a repetition is told from a second
 *       event within the same second; the present state's first
 *   <li>{@code _change}: the change number; it grows with every change of content, in the order of commits
 * </ul>
 */
public final class Table {
    /** Where the platform keeps what is not a tenant's, in an organization's database. */
    static final String CHANGES = "webhookdb.changes";

    private static final String NARROW = "integer";

    static final List<String> PLATFORM_COLUMNS = List.of("_as_of", "_known_at", "_rank", "_seen", "_change");

    private final String name;
    private final Resource resource;
    private final List<Column> columns;
    private final Set<String> narrow;
    private final TableWrites writes;
    private final Erasing erasing;
    private final ComparedRows compared;

    /** Describes the table with a name in the schema {@code public}. */
    public Table(String name, Resource resource) {
        this(name, resource, Set.of());
    }

    private Table(String name, Resource resource, Set<String> narrow) {
        this.name = name;
        this.resource = resource;
        this.narrow = narrow;
        this.columns = Stream.concat(Stream.of(resource.key()), resource.columns().stream())
                .toList();
        this.writes = new TableWrites(this);
        this.erasing = new Erasing(this);
        this.compared = new ComparedRows(this);
    }

    /** Returns the table's name, unquoted. */
    public String name() {
        return name;
    }

    /** Returns the resource whose states the table holds. */
    public Resource resource() {
        return resource;
    }

    /** Returns the statements that write rows. */
    public TableWrites writes() {
        return writes;
    }

    /** Returns the statements that erase rows. */
    public Erasing erasing() {
        return erasing;
    }

    /** Returns the statements that compare rows with what the provider lists. */
    public ComparedRows compared() {
        return compared;
    }

    /** Returns the key and the declared columns. */
    List<Column> columns() {
        return columns;
    }

    /** Returns PostgreSQL's name of a column's type. */
    public static String typeName(Column.Type type) {
        return Expression.typeName(type);
    }

    /** Returns the statements that create the table and its indexes; may be repeated. */
    public List<String> create() {
        List<String> parts = new ArrayList<>();
        parts.add("pk bigserial primary key");
        parts.add("%s text unique not null".formatted(quote(key())));
        resource.columns().forEach(column -> parts.add(definition(column)));
        if (resource.deletable()) {
            parts.add("deleted_at timestamptz");
        }
        parts.add("data jsonb not null");
        parts.add("_as_of timestamptz not null");
        parts.add("_known_at timestamptz");
        parts.add("_rank smallint not null");
        parts.add("_seen bigint[] not null");
        parts.add("_change bigint not null");
        List<String> statements = new ArrayList<>();
        statements.add("create table if not exists %s (%s)".formatted(qualified(), String.join(", ", parts)));
        resource.columns().stream()
                .filter(Column::indexed)
                .map(column -> index(column, "create index if not exists"))
                .forEach(statements::add);
        return statements;
    }

    /** Returns the statement that drops a table. */
    public static String drop(String name) {
        return "drop table if exists public." + quote(name);
    }

    /** Returns the statements that give the table and its indexes another name. */
    public List<String> rename(String other) {
        Table renamed = new Table(other, resource);
        List<String> statements = new ArrayList<>();
        statements.add("alter table %s rename to %s".formatted(qualified(), quote(other)));
        resource.columns().stream()
                .filter(Column::indexed)
                .map(column -> "alter index if exists public.%s rename to %s"
                        .formatted(quote(indexName(column)), quote(renamed.indexName(column))))
                .forEach(statements::add);
        statements.add(ChangedRows.renameIndex(name, other));
        return statements;
    }

    /** Returns the declared columns that are not among the existing ones. */
    public List<Column> missing(Collection<String> existing) {
        return resource.columns().stream()
                .filter(column -> !existing.contains(column.name()))
                .toList();
    }

    /** Returns the statement that adds columns. It takes a lock that writers wait for, but only for a moment. */
    public String add(List<Column> added) {
        return "alter table %s %s"
                .formatted(
                        qualified(),
                        added.stream()
                                .map(column -> "add column if not exists " + definition(column))
                                .collect(Collectors.joining(", ")));
    }

    /**
     * Returns the declared columns that the table has in a narrower type: {@code integer}, where an earlier release of the connector
     * declared that and this one declares {@code bigint}.
     *
     * @param existing PostgreSQL's names of types by column
     */
    public List<Column> narrower(Map<String, String> existing) {
        return resource.columns().stream()
                .filter(column -> column.type() == Column.Type.BIGINT && NARROW.equals(existing.get(column.name())))
                .toList();
    }

    /** Returns the same table with columns that are still {@linkplain #narrower narrower}: what they cannot hold is NULL in them. */
    public Table stillNarrow(List<Column> columns) {
        return new Table(name, resource, columns.stream().map(Column::name).collect(Collectors.toUnmodifiableSet()));
    }

    /** Returns the statement that gives columns their declared types. It writes the whole table anew, and all others wait for that. */
    public String widen(List<Column> narrower) {
        return "alter table %s %s"
                .formatted(
                        qualified(),
                        narrower.stream()
                                .map(column -> "alter column %s type %s"
                                        .formatted(quote(column.name()), Expression.typeName(column.type())))
                                .collect(Collectors.joining(", ")));
    }

    /**
     * Returns the value of a column, as the table can hold it.
     *
     * @param data SQL for the whole resource, {@code jsonb}
     * @param asOf SQL for the instant at which the state was true, {@code timestamptz}
     */
    String value(Column column, String data, String asOf) {
        String value = Expression.of(column, data, asOf);
        return narrow.contains(column.name()) ? Expression.whole(value, NARROW) : value;
    }

    /**
     * Returns the statement that fills columns of old rows from their data. Parameters: {@code from} and {@code to}, a range of
     * {@code pk}, {@code to} excluded.
     */
    public String fill(List<Column> added) {
        String values = added.stream()
                .map(column -> "%s = %s".formatted(quote(column.name()), filled(column)))
                .collect(Collectors.joining(", "));
        String unfilled = added.stream()
                .map(column -> "%s is distinct from %s".formatted(quote(column.name()), filled(column)))
                .collect(Collectors.joining(" or "));
        return "update %s set %s where pk >= :from and pk < :to and _as_of < 'infinity' and (%s)"
                .formatted(qualified(), values, unfilled);
    }

    /** An instant that a row already knows is older, thus better, than what can be told from its present state. */
    private String filled(Column column) {
        String known = "coalesce(%s, _as_of)".formatted(quote(column.name()));
        return value(column, "data", column.sinceNot().isPresent() ? known : "_as_of");
    }

    /** Returns the statement that adds a column's index without blocking writers; not for use in a transaction. */
    public String indexConcurrently(Column column) {
        return index(column, "create index concurrently if not exists");
    }

    /** Returns the statement that drops a column's index, for one that was left behind invalid. */
    public String dropIndex(Column column) {
        return "drop index if exists public." + quote(indexName(column));
    }

    /** Returns the name of a column's index. */
    public String indexName(Column column) {
        return Identifiers.fitting("%s_%s_idx".formatted(name, column.name()));
    }

    /** Returns the query for a living row's {@code key} and {@code data}. Parameter: {@code key}. */
    public String row() {
        return "select %1$s as key, data::text as data from %2$s where %1$s = :key%3$s"
                .formatted(quote(key()), qualified(), living());
    }

    /**
     * Returns the query for the {@code key} of the living rows that follow a key, in the order of keys.
     *
     * <p>Parameters: {@code after}, empty to begin; {@code share} and {@code shares}, of the keys; {@code most}.
     */
    public String keys() {
        return """
                select %1$s as key from %2$s
                where %1$s > :after and abs(hashtext(%1$s)::bigint) %% :shares = :share%3$s
                order by %1$s limit :most""".formatted(quote(key()), qualified(), living());
    }

    /** Returns the query for the row that came last, as JSON without what is the platform's ({@code row}); no row if there is none. */
    public String newest() {
        return "select %s as row from %s as newest order by pk desc limit 1".formatted(shown("newest"), qualified());
    }

    /** The expression for a row as JSON without what is the platform's. */
    static String shown(String alias) {
        return "(to_jsonb(%s) - %s::text[])::text"
                .formatted(alias, literal("{%s}".formatted(String.join(",", PLATFORM_COLUMNS))));
    }

    /** Returns the names of the columns that such a row has, besides {@code pk}. */
    public List<String> shown() {
        List<String> names = new ArrayList<>();
        names.add(key());
        resource.columns().forEach(column -> names.add(column.name()));
        if (resource.deletable()) {
            names.add("deleted_at");
        }
        names.add("data");
        return List.copyOf(names);
    }

    private String living() {
        return resource.deletable() ? " and deleted_at is null" : "";
    }

    private String definition(Column column) {
        return quote(column.name()) + " " + Expression.typeName(column.type());
    }

    private String index(Column column, String create) {
        return "%s %s on %s (%s)".formatted(create, quote(indexName(column)), qualified(), quote(column.name()));
    }

    /** The name of the column that identifies a resource, unquoted. */
    public String key() {
        return resource.key().name();
    }

    /** The name in SQL. */
    String qualified() {
        return qualified(name);
    }

    static String qualified(String name) {
        return "public." + quote(name);
    }
}
