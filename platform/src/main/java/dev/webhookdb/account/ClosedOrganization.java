package dev.webhookdb.account;

import java.time.Instant;

/**
 * A closed organization, as one of its admins sees it.
 *
 * @param dropAt until when it can be opened again
 */
public record ClosedOrganization(Membership membership, Instant dropAt) {}
