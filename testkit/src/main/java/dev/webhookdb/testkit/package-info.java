/** What the author of a connector tests with. */
package dev.webhookdb.testkit;
