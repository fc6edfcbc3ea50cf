/**
 * Finds, checks, loads, refuses and registers the JARs of connectors and of destinations, and guards every call into them.
 *
 * <p>{@link dev.webhookdb.connector.ConnectorRegistry} watches directories in which each JAR, and each folder of JARs, is one
 * connector, which may be replaced by a newer one at any time. What became of each is an {@link dev.webhookdb.connector.Installed}; what can be used is found by the name of a
 * service as a {@link dev.webhookdb.connector.LoadedResource}, through which alone the rest of the host calls a connector.
 *
 * <p>{@link dev.webhookdb.connector.DestinationRegistry} does the same for another directory with destinations: an {@link
 * dev.webhookdb.connector.InstalledDestination}, and, found by the scheme of a URL, a {@link
 * dev.webhookdb.connector.LoadedDestination}. Both are plugins, which the same code loads ({@code Plugin...}).
 *
 * <p>Parsing bodies, storing items and deciding when to retry are left to others. This package imports nothing of ours but the
 * SPI.
 */
package dev.webhookdb.connector;
