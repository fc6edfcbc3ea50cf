package dev.webhookdb.schema;

import dev.webhookdb.sql.Identifiers;

/** Views that people make, as SQL. */
public final class View {
    /** From this version of PostgreSQL on a view can read with the rights of whoever asks it. */
    private static final int SECURITY_INVOKER_SINCE = 15;

    private View() {}

    /**
     * Returns the statement that makes a view in the schema {@code public}, in the place of one of that name with the same columns.
     *
     * @param select what it shows; a single statement
     * @param version PostgreSQL's major one
     */
    public static String create(String name, String select, int version) {
        return "create or replace view public.%s%s as\n%s"
                .formatted(
                        Identifiers.quote(name),
                        version >= SECURITY_INVOKER_SINCE ? " with (security_invoker = true)" : "",
                        select);
    }
}
