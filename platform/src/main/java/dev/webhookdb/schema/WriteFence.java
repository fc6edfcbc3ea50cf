package dev.webhookdb.schema;

import static dev.webhookdb.sql.Identifiers.literal;

import java.util.List;

/**
 * Keeps tables and views from being made or renamed in a database that its organization is leaving. Taking
 * rights away would not do: whether an owner has them by itself depends on who owns the schema {@code public}.
 */
public final class WriteFence {
    /** A table that is locked and holds nothing: nobody but the owner may, while advisory locks are anybody's. */
    private static final String ENTER = "lock table webhookdb.door in exclusive mode;";

    /** Of the class of operator interventions, which means "come again later" to whoever writes. */
    private static final String CLOSED = "57M01";

    private WriteFence() {}

    /**
     * Returns the statement with which a transaction begins that makes or renames a table or a view. Such transactions are one
     * after the other; while the door is closed, it fails.
     */
    public static String enter() {
        return """
                do $enter$
                begin
                  %s
                  if to_regclass('webhookdb.closed') is not null then
                    %s;
                  end if;
                end $enter$""".formatted(ENTER, refuse());
    }

    /** Returns the statements that close the door; whoever is inside is waited for. */
    public static List<String> close() {
        return List.of(ENTER, "create table webhookdb.closed ()");
    }

    /** Returns the statement that opens the door, whether it is closed or not. */
    public static String open() {
        return "drop table if exists webhookdb.closed";
    }

    /** Returns how a function in PL/pgSQL refuses what is to be written. */
    public static String refuse() {
        return "raise exception using errcode = %s, message = %s"
                .formatted(
                        literal(CLOSED),
                        literal(
                                "the organization is moving to another database: what is to be written waits for that"));
    }
}
