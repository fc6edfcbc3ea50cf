package dev.webhookdb.migration;

import dev.webhookdb.config.ServerAddress;
import java.util.Optional;
import java.util.UUID;

/**
 * A move that this host works on.
 *
 * @param holder tells this claim from every other, also from earlier ones of this host
 */
record Claimed(long id, long organizationId, ServerAddress owner, Optional<ServerAddress> reader, UUID holder) {}
