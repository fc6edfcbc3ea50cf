/** What the author of a destination tests with: {@link dev.webhookdb.testkit.destination.DestinationConformance} is the class to extend. */
package dev.webhookdb.testkit.destination;
