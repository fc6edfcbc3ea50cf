/**
 * The command line client: it speaks HTTP to the host and imports nothing of it.
 *
 * <p>{@code Commands} is the tree of commands; each group ({@code org}, {@code integrations} …) is one class, whose nested classes are the
 * commands. {@code Api} is the only one that sends requests, {@code Conversation} the only one that answers the server's questions,
 * {@code Output} knows how lists, objects and messages are printed, {@code Rows} how rows of SQL are. {@code Manual} and
 * {@code Completions} are made from the tree. What runs a server or the demo is listed in the help, but started by
 * {@code bin/webhookdb}.
 */
package dev.webhookdb.cli;
