package dev.webhookdb.migration;

import dev.webhookdb.config.ServerAddress;
import java.util.Optional;
import java.util.UUID;

/**
 * A move that this host works on.
 *
 * @param holder this host's word for that it does
 */
record Claimed(long id, long organizationId, ServerAddress owner, Optional<ServerAddress> reader, UUID holder) {}
