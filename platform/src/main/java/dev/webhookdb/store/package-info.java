/**
 * Stores what is known of resources in their tables, whether a webhook said it or a page of a listing. What it says in SQL is in {@code
 * schema}; whence states come, and what becomes of those that cannot be stored, is the callers' business.
 */
package dev.webhookdb.store;
