/**
 * The platform's own database, embedded or configured: checked, migrated, and able to finish work that spans it and an
 * organization's database.
 */
package dev.webhookdb.platform;
