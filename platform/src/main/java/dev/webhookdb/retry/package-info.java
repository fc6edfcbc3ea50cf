/**
 * When something that failed is tried again, and when it is given up: one policy over kinds of failure. What failed, and what becomes of
 * it then, is left to whoever asks.
 */
package dev.webhookdb.retry;
