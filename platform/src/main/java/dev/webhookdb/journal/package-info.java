/**
 * Files to which this host appends what the database cannot take at the moment, and from which it is read again, in order.
 *
 * <p>What a record says is none of this package's business, nor is when it is written or where it goes to.
 */
package dev.webhookdb.journal;
