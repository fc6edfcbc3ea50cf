package dev.webhookdb.sql;

/** What PostgreSQL takes as {@code text}. */
public final class Texts {
    private Texts() {}

    /** Returns a text without U+0000, the one character that PostgreSQL cannot store. */
    public static String storable(String text) {
        return text.replace("\0", "");
    }
}
