package dev.webhookdb.event;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;

/**
 * Something that happened, before it has a number.
 *
 * @param source tells it from everything else that happened at the same time, and is the same if it is written once more
 * @param integration whose row changed; empty for what happened to the account
 * @param origin where a row's change came from
 * @param key identifies the row that changed
 * @param webhook the number in the log of the webhook that led to it; empty if none did
 * @param occurredAt for people
 * @param body makes the text that is sent from the event's id
 */
public record NewEvent(
        String source,
        OptionalLong integration,
        String type,
        Optional<String> origin,
        Optional<String> key,
        OptionalLong webhook,
        Instant occurredAt,
        UnaryOperator<String> body) {}
