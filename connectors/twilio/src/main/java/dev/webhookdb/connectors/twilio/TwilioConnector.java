package dev.webhookdb.connectors.twilio;

import dev.webhookdb.spi.Connector;
import dev.webhookdb.spi.Resource;
import java.util.List;

/** Replicates Twilio. Its API has no published rate: it answers 429 when it has had enough, which the platform obeys. */
public final class TwilioConnector implements Connector {
    @Override
    public String id() {
        return "twilio";
    }

    @Override
    public String title() {
        return "Twilio";
    }

    @Override
    public List<Resource> resources() {
        return List.of(TwilioSms.RESOURCE);
    }
}
