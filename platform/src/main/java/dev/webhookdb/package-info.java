/**
 * The composition root: {@code Main} reads the command line, {@code Host} wires the features together, in the order in which they start
 * and, reversed, stop. Nothing else is decided here.
 */
package dev.webhookdb;
