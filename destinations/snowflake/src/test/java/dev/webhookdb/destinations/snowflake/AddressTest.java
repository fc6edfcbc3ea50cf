package dev.webhookdb.destinations.snowflake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import dev.webhookdb.spi.destination.Place;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import javax.net.SocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a URL may lead: the driver connects by itself, so that nothing but the URL keeps it from internal addresses. */
class AddressTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "snowflake:opaque",
                "snowflake:///nowhere",
                "snowflake://user:s3cr3t@127.0.0.1/DB",
                "snowflake://user:s3cr3t@localhost:8080/DB",
                "snowflake://user:s3cr3t@snowflakecomputing.com/DB",
                "snowflake://user:s3cr3t@a.snowflakecomputing.com.example.com/DB",
                "snowflake://user:s3cr3t@evil/a.snowflakecomputing.com/DB",
                "snowflake://user:s3cr3t@a.snowflakecomputing.com:8080/DB",
                "snowflake://user:s3cr3t@a.snowflakecomputing.com/",
                "snowflake://user:s3cr3t@a.snowflakecomputing.com/DB/ONE/TWO",
                "snowflake://user:s3cr3t@a.snowflakecomputing.com/DB%22",
                "snowflake://user:s3cr3t@a.snowflakecomputing.com/DB?useProxy=true",
                "snowflake://user:s3cr3t@a.snowflakecomputing.com/DB?warehouse=a;drop",
                "snowflake://user:s3cr3t@a.snowflakecomputing.com/DB#s3cr3t",
                "snowflake://s3cr3t@a.snowflakecomputing.com/DB",
                "snowflake://a.snowflakecomputing.com/DB?password=s3cr3t"
            })
    void whatLeadsNowhereOrElsewhereIsRefusedWithoutThePassword(String url) {
        assertThatThrownBy(() -> new SnowflakeDestination().check(URI.create(url)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith(".")
                .hasMessageNotContaining("s3cr3t");
    }

    @Test
    void whatIsMissingIsTheUsual() {
        Address address =
                Address.of(URI.create("snowflake://user:t%40ken@My-Org-acc.eu-west-1.snowflakecomputing.com/db"));

        assertThat(address.host()).isEqualTo("my-org-acc.eu-west-1.snowflakecomputing.com");
        assertThat(address.schema()).isEqualTo("PUBLIC");
        assertThat(address.warehouse()).isEmpty();
    }

    @Test
    void theExampleIsTaken() {
        assertThat(Address.of(URI.create(new SnowflakeDestination().example())).warehouse())
                .contains("LOADING");
    }

    @Test
    void anIdleSessionSaysNothing() {
        URI url = URI.create("snowflake://user:t%40ken@a.snowflakecomputing.com/db");

        Properties settings = SnowflakeDestination.settings(
                Address.of(url), Place.of(url, SocketFactory.getDefault(), Duration.ofSeconds(30)));

        assertThat(settings)
                .containsEntry("password", "t@ken")
                .containsEntry("CLIENT_SESSION_KEEP_ALIVE", "false")
                .containsEntry("CLIENT_TELEMETRY_ENABLED", "false")
                .containsEntry("disablePlatformDetection", "true");
    }

    @ParameterizedTest
    @CsvSource({
        "390100, 08001, SETTINGS",
        "390422, 08001, SETTINGS",
        "606, 57P03, SETTINGS",
        "2003, 42S02, SETTINGS",
        "3001, 42501, SETTINGS",
        "100038, 22018, ROWS",
        "100078, 22000, ROWS",
        "625, 57014, TRANSIENT",
        "200016, 08001, TRANSIENT",
        "0, , TRANSIENT"
    })
    void anErrorIsForTheOneWhoCanDoSomethingAboutIt(int code, String state, Reason reason) {
        DestinationException failure = Failures.of(new SQLException("of 's3cr3t'", state, code));

        assertThat(failure.reason()).isEqualTo(reason);
        assertThat(failure).hasMessageNotContaining("s3cr3t");
    }
}
