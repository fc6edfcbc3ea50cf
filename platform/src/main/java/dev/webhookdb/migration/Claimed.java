package dev.webhookdb.migration;

import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.tenancy.NewDatabase;
import java.util.Optional;
import java.util.UUID;

/**
 * A move that this host works on.
 *
 * @param made what is made for it on a server of ours; empty if the organization brings a database
 * @param holder tells this claim from every other, also from earlier ones of this host
 */
record Claimed(
        long id,
        long organizationId,
        ServerAddress owner,
        Optional<ServerAddress> reader,
        Optional<NewDatabase> made,
        UUID holder) {}
