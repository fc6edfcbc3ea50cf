/**
 * The load harness: drives a host from the distribution over HTTP, runs pgbench on the same server, and prints ratios. A development
 * tool; nothing of it is shipped.
 */
package dev.webhookdb.benchmarks;
