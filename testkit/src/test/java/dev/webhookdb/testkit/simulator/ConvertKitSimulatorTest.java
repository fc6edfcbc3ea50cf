package dev.webhookdb.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ConvertKitSimulatorTest {
    private final ConvertKitSimulator account = ConvertKitSimulator.seeded(2);

    @Test
    void peopleSubscribeCancelAndComeBack() {
        int id = account.subscribe().id();
        account.advance(Duration.ofHours(1));
        assertThat(account.cancel(id).cancelledAt()).contains(account.now());
        assertThat(account.subscribers().get(id).active()).isFalse();

        account.advance(Duration.ofHours(1));
        assertThat(account.comeBack(id).cancelledAt()).isEmpty();
        assertThat(account.subscribers().get(id).updatedAt()).isEqualTo(account.now());
    }

    @Test
    void aWebhookTellsWhatTheSubscriberHasBecome() {
        for (int i = 0; i < 200; i++) {
            ConvertKitWebhook webhook = account.happen(1).getFirst();

            assertThat(account.subscribers().values())
                    .anyMatch(one -> JsonText.write(JsonText.object("subscriber", one.members()))
                            .equals(webhook.body()));
            boolean active = webhook.body().contains("\"state\": \"active\"");
            assertThat(webhook.type())
                    .isEqualTo(active ? "subscriber.subscriber_activate" : "subscriber.subscriber_unsubscribe");
        }
        assertThat(account.broadcasts()).isNotEmpty();
        assertThat(account.tags().values()).anyMatch(tag -> tag.subscribers().size() > 1);
    }
}
