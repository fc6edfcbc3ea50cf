/** What keeps secrets: the keys that seal them, their rotation, and random words and identifiers. */
package dev.webhookdb.crypto;
