/**
 * Messages to people, and their way to a mail server: a queue in the platform's database, so that no request waits for a mail server
 * and none is lost with a host. What is written, and to whom, is said by others.
 */
package dev.webhookdb.mail;
