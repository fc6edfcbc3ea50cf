/**
 * Moves an organization into a database that it brings, or to another server of ours, while its webhooks keep arriving. What a table is, and who may move whom, is not
 * known here: tables are copied as the catalogue describes them.
 */
package dev.webhookdb.migration;
