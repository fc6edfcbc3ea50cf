/** What a connector implements, and what the platform gives it. */
module dev.webhookdb.spi {
    exports dev.webhookdb.spi;
}
