package dev.webhookdb.spi;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A column of a resource's table, and where its value is found.
 *
 * <p>Every column is nullable: a field that is missing, null or of another type than the column is NULL, never an error.
 */
public final class Column {
    /** Column types, each with one PostgreSQL type. */
    public enum Type {
        /** {@code text}. */
        TEXT,
        /** {@code integer}, 32 bits. For money use {@link #NUMERIC}; for Unix seconds, which need more from 2038 on, {@link #BIGINT}. */
        INTEGER,
        /** {@code bigint}, 64 bits. */
        BIGINT,
        /** {@code numeric}, any precision. */
        NUMERIC,
        /** {@code boolean}. */
        BOOLEAN,
        /** {@code timestamptz}. */
        TIMESTAMP,
        /** {@code date}. */
        DATE,
        /** {@code jsonb}. */
        JSON,
        /** {@code text[]}. */
        TEXT_ARRAY
    }

    private final String name;
    private final Type type;
    private final List<String> path;
    private final List<List<String>> alternatives;
    private final Conversion conversion;
    private final boolean indexed;
    private final boolean fromAsOf;
    private final Optional<String> sinceNot;
    private final Optional<Setting> choice;

    private Column(
            String name,
            Type type,
            List<String> path,
            List<List<String>> alternatives,
            Conversion conversion,
            boolean indexed,
            boolean fromAsOf,
            Optional<String> sinceNot,
            Optional<Setting> choice) {
        this.name = Names.check("column", name);
        this.type = type;
        this.path = path;
        this.alternatives = alternatives;
        this.conversion = conversion;
        this.indexed = indexed;
        this.fromAsOf = fromAsOf;
        this.sinceNot = sinceNot;
        this.choice = choice;
    }

    /** Declares a column of any type, read from the resource's field of the same name. */
    public static Column of(String name, Type type) {
        return new Column(
                name,
                type,
                List.of(name),
                List.of(),
                new Conversion.AsIs(),
                false,
                false,
                Optional.empty(),
                Optional.empty());
    }

    /** Declares a text column. */
    public static Column text(String name) {
        return of(name, Type.TEXT);
    }

    /** Declares a 32-bit integer column. */
    public static Column integer(String name) {
        return of(name, Type.INTEGER);
    }

    /** Declares a 64-bit integer column. */
    public static Column bigint(String name) {
        return of(name, Type.BIGINT);
    }

    /** Declares a column of decimal numbers. */
    public static Column numeric(String name) {
        return of(name, Type.NUMERIC);
    }

    /** Declares a boolean column. */
    public static Column bool(String name) {
        return of(name, Type.BOOLEAN);
    }

    /** Declares a timestamp column. */
    public static Column timestamp(String name) {
        return of(name, Type.TIMESTAMP);
    }

    /** Declares a date column. */
    public static Column date(String name) {
        return of(name, Type.DATE);
    }

    /** Declares a JSON column. */
    public static Column json(String name) {
        return of(name, Type.JSON);
    }

    /** Declares a column of arrays of texts. */
    public static Column texts(String name) {
        return of(name, Type.TEXT_ARRAY);
    }

    /**
     * Reads the value from another place in the resource.
     *
     * @param fields field names from the resource's root, at least one; a number such as {@code "0"} is a place in an array
     */
    public Column at(String... fields) {
        return new Column(name, type, path(fields), alternatives, conversion, indexed, false, sinceNot, choice);
    }

    /**
     * Reads the value from yet another place where the places named before are missing or null, for example because a provider has
     * moved the field in a later version of its API.
     *
     * @param fields as for {@link #at}
     */
    public Column or(String... fields) {
        List<List<String>> more = new ArrayList<>(alternatives);
        more.add(path(fields));
        return new Column(name, type, path, List.copyOf(more), conversion, indexed, fromAsOf, sinceNot, choice);
    }

    private List<String> path(String... fields) {
        if (fields.length == 0) {
            throw new IllegalArgumentException("Column '%s' is read from an empty path".formatted(name));
        }
        return List.of(fields);
    }

    /**
     * Fills the column with the instant at which the row's state was true, instead of from the resource: as Unix seconds if it is a
     * number, else as a timestamp.
     *
     * @throws IllegalArgumentException if the type is none of integer, bigint, numeric, timestamp
     */
    public Column asOf() {
        return switch (type) {
            case INTEGER, BIGINT, NUMERIC, TIMESTAMP ->
                new Column(name, type, List.of(), List.of(), conversion, indexed, true, Optional.empty(), choice);
            case TEXT, BOOLEAN, DATE, JSON, TEXT_ARRAY ->
                throw new IllegalArgumentException(
                        "Column '%s' of type %s cannot hold an instant".formatted(name, type));
        };
    }

    /**
     * Fills the column with the instant since which the text at its path has been something else than a value, for example since when
     * a subscriber has not been {@code active}; NULL while it is that value or missing. For providers that say what a state is, but
     * not since when.
     *
     * <p>The instant is that of the first such state the platform learnt of. States that arrive late do not move it.
     *
     * @throws IllegalArgumentException if the type is not timestamp
     */
    public Column sinceNot(String value) {
        if (type != Type.TIMESTAMP) {
            throw new IllegalArgumentException("Column '%s' of type %s cannot hold an instant".formatted(name, type));
        }
        return new Column(name, type, path, alternatives, conversion, indexed, false, Optional.of(value), choice);
    }

    /** Converts the value. */
    public Column via(Conversion how) {
        return new Column(name, type, path, alternatives, how, indexed, fromAsOf, sinceNot, choice);
    }

    /** Adds an index. In an indexed column a text of more than 2,000 bytes is NULL, because PostgreSQL cannot index it. */
    public Column index() {
        return new Column(name, type, path, alternatives, conversion, true, fromAsOf, sinceNot, choice);
    }

    /**
     * Leaves the column out of tables, except those of integrations for which the operator has said {@code yes} to a {@linkplain
     * Setting#choice choice}. It may be made at any time: old rows are filled from their {@code data}. A column stays when it is taken
     * back, and is not filled any more.
     *
     * @throws IllegalArgumentException if the setting is not a choice
     */
    public Column onlyWith(Setting setting) {
        if (!setting.isChoice()) {
            throw new IllegalArgumentException("The setting '%s' of column '%s' must be a choice between yes and no"
                    .formatted(setting.name(), name));
        }
        return new Column(
                name, type, path, alternatives, conversion, indexed, fromAsOf, sinceNot, Optional.of(setting));
    }

    /** Returns the column's name. */
    public String name() {
        return name;
    }

    /** Returns the column's type. */
    public Type type() {
        return type;
    }

    /** Returns the field names that lead to the value; empty if the column is filled by {@link #asOf}. */
    public List<String> path() {
        return path;
    }

    /** Returns the places where the value may be instead, in the order in which they are tried. */
    public List<List<String>> alternatives() {
        return alternatives;
    }

    /** Returns how the value is converted. */
    public Conversion conversion() {
        return conversion;
    }

    /** Returns whether the column has an index. */
    public boolean indexed() {
        return indexed;
    }

    /** Returns whether the column holds the instant at which the row's state was true. */
    public boolean fromAsOf() {
        return fromAsOf;
    }

    /** Returns the value other than which the text at the path has to be for the column to hold since when it is so. */
    public Optional<String> sinceNot() {
        return sinceNot;
    }

    /** Returns the choice without which a table does not have the column; empty if every table has it. */
    public Optional<Setting> choice() {
        return choice;
    }

    @Override
    public String toString() {
        return "Column[%s %s]".formatted(name, type);
    }
}
