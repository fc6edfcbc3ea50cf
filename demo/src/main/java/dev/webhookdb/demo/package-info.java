/**
 * The product's main job on a simulated provider, seen from outside: a server of its own, signed webhooks, and tables read by SQL.
 *
 * <p>{@code Demo} tells the story; it starts the server as a child process and only uses what any client may use. With
 * {@code --once} it is also the acceptance test of an installation, because the simulator knows what the tables must hold.
 */
package dev.webhookdb.demo;
