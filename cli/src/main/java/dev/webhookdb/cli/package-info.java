/**
 * The command line client: it speaks HTTP to the host and imports nothing of it.
 *
 * <p>{@link dev.webhookdb.cli.Main} builds the command tree; each group of commands ({@code org}, {@code integrations} …) is one
 * class, whose nested classes are the commands. {@code OperatorApi} is the only one that sends requests, {@code Listing} the only one
 * that knows tables, JSON and CSV. What runs a server or the demo is listed in the help, but started by {@code bin/webhookdb}.
 */
package dev.webhookdb.cli;
