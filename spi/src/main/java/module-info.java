/** What connectors and destinations implement, and what the platform gives them. */
module dev.webhookdb.spi {
    exports dev.webhookdb.spi;
    exports dev.webhookdb.spi.destination;
}
