package dev.webhookdb.connectors.stripe;

import dev.webhookdb.spi.Secret;
import dev.webhookdb.spi.Setting;
import dev.webhookdb.spi.Settings;

/** An integration whose operator supplied the webhook secret, and nothing else. */
record WebhookSecret(String value) implements Settings {
    @Override
    public String text(Setting setting) {
        return setting.otherwise().orElseThrow();
    }

    @Override
    public Secret secret(Setting setting) {
        return Secret.of(value);
    }

    @Override
    public boolean has(Setting setting) {
        return setting.name().equals(Stripe.WEBHOOK_SECRET.name());
    }

    @Override
    public String toString() {
        return "WebhookSecret[secret]";
    }
}
