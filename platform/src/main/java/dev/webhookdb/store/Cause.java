package dev.webhookdb.store;

import java.util.OptionalLong;

/**
 * What led to a state.
 *
 * @param origin where it came from
 * @param webhook the number in the log of the webhook that brought it, or named what was fetched; empty if none did
 */
public record Cause(Origin origin, OptionalLong webhook) {
    /** Something that is no webhook. */
    public static Cause of(Origin origin) {
        return new Cause(origin, OptionalLong.empty());
    }

    /** A webhook, by its number in the log. */
    public static Cause of(Origin origin, long webhook) {
        return new Cause(origin, OptionalLong.of(webhook));
    }
}
