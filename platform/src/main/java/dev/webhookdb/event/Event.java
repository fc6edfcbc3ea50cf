package dev.webhookdb.event;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Something that happened.
 *
 * @param number greater than that of every event of the organization that was written before
 * @param id {@code evt_...}: the same however often it is told
 * @param integration whose row changed; empty for what happened to the account
 * @param type for example {@code stripe_charge_v1.updated}, or {@code team.member.added}
 * @param origin where a row's change came from
 * @param key identifies the row that changed
 * @param occurredAt by the clock of the database that it happened in, for people: nothing is ordered by it
 * @param createdAt when the event was written, by the clock of the platform's database
 * @param body JSON, as it is sent in full
 */
public record Event(
        long number,
        String id,
        long organizationId,
        OptionalLong integration,
        String type,
        Optional<String> origin,
        Optional<String> key,
        Instant occurredAt,
        Instant createdAt,
        String body) {}
