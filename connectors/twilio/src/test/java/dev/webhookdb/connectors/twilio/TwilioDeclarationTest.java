package dev.webhookdb.connectors.twilio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.spi.Connector;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.spi.Setting;
import java.time.Duration;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

/** Names and types of columns are a contract with the people who query them. */
class TwilioDeclarationTest {
    @Test
    void theConnectorIsFoundByItsServiceFile() {
        assertThat(ServiceLoader.load(Connector.class)).singleElement().satisfies(connector -> {
            assertThat(connector.id()).isEqualTo("twilio");
            assertThat(connector.resources()).extracting(Resource::name).containsExactly("twilio_sms_v1");
        });
    }

    @Test
    void messagesArePolledEveryMinute() {
        assertThat(TwilioSms.RESOURCE.backfill()).hasValueSatisfying(backfill -> {
            assertThat(backfill.interval()).contains(Duration.ofMinutes(1));
            assertThat(backfill.overlap()).contains(Duration.ofHours(12));
        });
    }

    @Test
    void onlyTheTokenIsSecret() {
        assertThat(TwilioSms.RESOURCE.settings())
                .filteredOn(setting -> setting.kind() == Setting.Kind.SECRET)
                .extracting(Setting::name)
                .containsExactly("backfill_secret");
    }

    @Test
    void theColumnsAreThoseOfTheGuideAndMore() {
        assertThat(TwilioSms.RESOURCE.columns())
                .extracting(column -> column.name())
                .startsWith("date_created", "date_sent", "date_updated", "direction", "from", "status", "to");
        assertThat(TwilioSms.RESOURCE.orderedBy().name()).isEqualTo("date_updated");
    }
}
