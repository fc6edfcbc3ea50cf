/** Organizations' databases: created on the configured servers or brought along, their roles, and how they are reached. */
package dev.webhookdb.tenancy;
