/**
 * Keeps the books of accepted webhooks: how many came, how many were put into the queue again, and how many left it. Whoever changes the
 * queue writes that down in the same statement; the auditor compares the books with the queue, and so finds what is missing. What became
 * of a webhook, and who is told that one is lost, it leaves to others.
 */
package dev.webhookdb.ledger;
