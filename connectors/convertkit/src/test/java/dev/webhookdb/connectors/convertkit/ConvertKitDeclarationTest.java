package dev.webhookdb.connectors.convertkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.Connector;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.spi.Setting;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names and types are a contract with the people who query the tables. */
class ConvertKitDeclarationTest {
    @Test
    void theConnectorIsFound() {
        Connector convertKit = ServiceLoader.load(Connector.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(connector -> connector.id().equals("convertkit"))
                .findFirst()
                .orElseThrow();

        assertThat(convertKit.title()).isEqualTo("ConvertKit");
        assertThat(convertKit.rateLimit().orElseThrow()).hasToString("120 requests in PT1M");
        assertThat(convertKit.resources()).allSatisfy(resource -> {
            assertThat(resource.settings()).extracting(Setting::name).containsExactly("backfill_secret", "api_url");
            assertThat(resource.backfill().orElseThrow().interval()).contains(Duration.ofHours(1));
            assertThat(resource.orderedBy().fromAsOf()).isTrue();
        });
    }

    @Test
    void aSubscriberIsThisTable() {
        assertThat(columns(Subscriber.RESOURCE))
                .containsExactly(
                        "convertkit_id TEXT <- id",
                        "canceled_at TIMESTAMP indexed <- state since not active",
                        "created_at TIMESTAMP indexed <- created_at",
                        "email_address TEXT indexed <- email_address",
                        "first_name TEXT <- first_name",
                        "last_name TEXT <- fields.last_name",
                        "state TEXT <- state",
                        "updated_at TIMESTAMP indexed <- as of");
    }

    @Test
    void aBroadcastIsThisTable() {
        assertThat(columns(Broadcast.RESOURCE))
                .containsExactly(
                        "convertkit_id TEXT <- id",
                        "click_rate NUMERIC <- stats.click_rate",
                        "created_at TIMESTAMP indexed <- created_at",
                        "open_rate NUMERIC <- stats.open_rate",
                        "progress NUMERIC <- stats.progress",
                        "recipients INTEGER <- stats.recipients",
                        "show_total_clicks BOOLEAN <- stats.show_total_clicks",
                        "status TEXT <- stats.status",
                        "subject TEXT <- subject",
                        "total_clicks INTEGER <- stats.total_clicks",
                        "unsubscribes INTEGER <- stats.unsubscribes",
                        "updated_at TIMESTAMP indexed <- as of");
    }

    @Test
    void aTagIsThisTable() {
        assertThat(columns(Tag.RESOURCE))
                .containsExactly(
                        "convertkit_id TEXT <- id",
                        "created_at TIMESTAMP indexed <- created_at",
                        "name TEXT indexed <- name",
                        "total_subscriptions INTEGER <- total_subscriptions",
                        "updated_at TIMESTAMP indexed <- as of");
    }

    private static List<String> columns(Resource resource) {
        return Stream.concat(Stream.of(resource.key()), resource.columns().stream())
                .map(ConvertKitDeclarationTest::column)
                .toList();
    }

    private static String column(Column column) {
        String from = column.fromAsOf() ? "as of" : String.join(".", column.path());
        String since = column.sinceNot().map(value -> " since not " + value).orElse("");
        return "%s %s%s <- %s%s"
                .formatted(column.name(), column.type(), column.indexed() ? " indexed" : "", from, since);
    }

    @ParameterizedTest
    @ValueSource(strings = {"kit_0123456789abcdef", "two words"})
    void aKeyOfVersion4IsRefusedWithWhereTheRightOneIs(String answer) {
        assertThatThrownBy(() -> ConvertKit.API_SECRET.normalize(answer)).hasMessageContaining("Settings > Developer");
        assertThat(ConvertKit.API_SECRET.normalize(" Ab3-_x ")).isEqualTo("Ab3-_x");
    }
}
