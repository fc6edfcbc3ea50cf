/**
 * Changes of tables as messages in FIFO queues of Amazon SQS, and of what speaks its protocol.
 *
 * <p>A queue has neither tables nor positions: the platform's own position is all there is, and what was in hand when a host died is sent
 * again. The queue drops what has the same deduplication id within five minutes; beyond that, consumers compare change numbers, which
 * every message has.
 *
 * <p>Amazon's SDK signs, retries and reads answers. It is given a client of HTTP that uses the platform's sockets, because its own ones
 * make their connections themselves; and it is told everything, so that it looks neither at the host's environment nor at its files
 * for credentials, which are the operator's and nobody else's.
 */
package dev.webhookdb.destinations.sqs;
