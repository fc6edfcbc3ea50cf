package dev.webhookdb.integration;

/**
 * One table, and what fills it.
 *
 * @param opaqueId what people and providers see, {@code svi_...}
 * @param service the resource's name, for example {@code stripe_charge_v1}
 * @param table the table's name in the organization's database
 */
public record Integration(
        long id, String opaqueId, long endpointId, long organizationId, String service, String table) {}
