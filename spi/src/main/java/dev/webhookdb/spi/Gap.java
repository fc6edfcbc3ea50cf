package dev.webhookdb.spi;

import java.util.List;
import java.util.Optional;

/**
 * Columns that are NULL at some versions of a provider's API, because those do not have the fields.
 *
 * <p>Versions are compared as texts: they begin with their date, as in {@code 2025-03-31.basil} or {@code 2025-07}.
 */
public final class Gap {
    private final Optional<String> since;
    private final Optional<String> before;
    private final List<String> columns;
    private final String because;

    private Gap(Optional<String> since, Optional<String> before, String because, String... columns) {
        if (because.isBlank() || columns.length == 0) {
            throw new IllegalArgumentException("A gap names its columns, and says why they are NULL and what to do");
        }
        this.since = since;
        this.before = before;
        this.because = because;
        this.columns = List.of(columns);
    }

    /**
     * Columns that are NULL since a version.
     *
     * @param version the first of those that lack the fields, for example {@code 2025-03-31}
     * @param because a sentence or two for the operator: why, and what to do
     * @throws IllegalArgumentException if there is no column, or no sentence
     */
    public static Gap since(String version, String because, String... columns) {
        return new Gap(Optional.of(version), Optional.empty(), because, columns);
    }

    /**
     * Columns that are NULL before a version.
     *
     * @param version the first of those that have the fields
     * @param because a sentence or two for the operator: why, and what to do
     * @throws IllegalArgumentException if there is no column, or no sentence
     */
    public static Gap before(String version, String because, String... columns) {
        return new Gap(Optional.empty(), Optional.of(version), because, columns);
    }

    /** Returns whether the columns are NULL at a version. */
    public boolean isAt(String version) {
        return since.map(first -> version.compareTo(first) >= 0)
                .or(() -> before.map(first -> version.compareTo(first) < 0))
                .orElseThrow();
    }

    /** Returns the names of the columns. */
    public List<String> columns() {
        return columns;
    }

    /** Returns at which versions, for people: {@code since 2025-03-31}. */
    public String versions() {
        return since.map("since "::concat)
                .or(() -> before.map("before "::concat))
                .orElseThrow();
    }

    /** Returns why, and what to do. */
    public String because() {
        return because;
    }

    @Override
    public String toString() {
        return "Gap[%s %s]".formatted(columns, versions());
    }
}
