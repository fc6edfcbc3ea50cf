package dev.webhookdb.connectors.twilio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.spi.Connector;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.spi.Setting;
import java.time.Duration;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    @ParameterizedTest
    @ValueSource(
            strings = {"bad", "AC0123456789abcdef0123456789abcdef", "SK0123456789abcdef0123456789abcdef", "two words"})
    void whatIsNoAuthTokenIsRefusedWithWhereItIs(String answer) {
        assertThatThrownBy(() -> Twilio.AUTH_TOKEN.normalize(answer)).hasMessageContaining("under Account Info");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bad", "SK0123456789abcdef0123456789abcdef", "AC0123", "0123456789abcdef0123456789abcdef"})
    void whatIsNoAccountIsRefusedWithWhereItIs(String answer) {
        assertThatThrownBy(() -> Twilio.ACCOUNT_SID.normalize(answer)).hasMessageContaining("under Account Info");
    }

    @Test
    void whatTwilioIssuesIsTaken() {
        assertThat(Twilio.AUTH_TOKEN.normalize(" 0123456789abcdef0123456789abcdef "))
                .hasSize(32);
        assertThat(Twilio.ACCOUNT_SID.normalize("AC0123456789abcdef0123456789abcdef"))
                .hasSize(34);
    }

    /** Callbacks are verified with the token, and what they name is fetched. */
    @Test
    void everythingIsAskedForWithWebhooks() {
        assertThat(TwilioSms.RESOURCE.webhook().orElseThrow().isFetching()).isTrue();
        assertThat(TwilioSms.RESOURCE.settings())
                .filteredOn(Setting::required)
                .extracting(Setting::name)
                .containsExactly("backfill_key", "backfill_secret");
    }
}
