package dev.webhookdb.destinations.mariadb;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A table that is there.
 *
 * @param kind whether it is a table or a view
 * @param comment may have the id in it under which the table's position is kept
 */
record Existing(
        String kind, String engine, String comment, List<Existing.Column> columns, List<Existing.Index> unique) {
    private static final Pattern ID = Pattern.compile("webhookdb:([0-9a-f]{32})");

    /**
     * A column.
     *
     * @param type without length, for example {@code varchar}
     * @param full with length and sign, for example {@code varchar(20)}
     * @param collation of a text; empty for others
     * @param precision digits of a second's fraction
     * @param required whether a row that says nothing of it is refused
     */
    record Column(
            String name,
            String type,
            String full,
            String collation,
            int precision,
            boolean nullable,
            boolean required,
            boolean generated) {}

    /**
     * An index whose entries are unique.
     *
     * @param whole whether it is of whole values, not of their beginnings
     */
    record Index(String name, List<String> columns, boolean whole) {}

    /** Returns the id under which its position is kept. */
    Optional<String> id() {
        Matcher matcher = ID.matcher(comment);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    /** Returns its comment with another id. */
    String commentWith(String id) {
        return (ID.matcher(comment).replaceAll("").strip() + " " + marker(id)).strip();
    }

    static String marker(String id) {
        return "webhookdb:" + id;
    }

    Optional<Column> column(String name) {
        return columns.stream()
                .filter(column -> column.name().equalsIgnoreCase(name))
                .findFirst();
    }
}
