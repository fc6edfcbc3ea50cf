/** What the author of a connector tests with: {@link dev.webhookdb.testkit.ConnectorConformance} is the class to extend. */
package dev.webhookdb.testkit;
