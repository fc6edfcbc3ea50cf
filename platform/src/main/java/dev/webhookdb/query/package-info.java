/**
 * What people keep of their SQL: queries, which can be public, and views in the organization's database. Both see what the read-only
 * role sees and nothing else. Who may change them is decided by the callers.
 */
package dev.webhookdb.query;
