/**
 * What organizations can be told: events of rows and of accounts, in one order for each organization, kept for a while.
 *
 * <p>Who is told, and how, is left to others.
 */
package dev.webhookdb.event;
