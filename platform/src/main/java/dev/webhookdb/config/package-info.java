/**
 * What the operator configured, read once at start and validated as a whole: a file, the environment, the defaults.
 *
 * <p>Knows keys and their types and nothing of what they are used for; opening a port, a directory or a database is left
 * to the features that own it.
 */
package dev.webhookdb.config;
