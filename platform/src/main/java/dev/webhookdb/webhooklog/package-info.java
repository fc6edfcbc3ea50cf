/**
 * How the webhook log is kept: in segments, each with what one commit held for one endpoint, and, for what an older version logged, a row
 * for each webhook. What the webhooks say and what becomes of them it leaves to others.
 */
package dev.webhookdb.webhooklog;
