/** Replicates Twilio's messages. */
package dev.webhookdb.connectors.twilio;
