/**
 * Organizations: who shares integrations and a database. People, sessions and memberships will join them here.
 */
package dev.webhookdb.account;
