package dev.webhookdb.destinations.redshift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import java.sql.SQLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each of the server's errors is for the one who can do something about it. */
class FailuresTest {
    @ParameterizedTest
    @CsvSource({
        "28000, SETTINGS",
        "28P01, SETTINGS",
        "42501, SETTINGS",
        "3D000, SETTINGS",
        "53100, SETTINGS",
        "22001, ROWS",
        "22008, ROWS",
        "23502, ROWS",
        "42P07, TABLE",
        "40001, TRANSIENT",
        "57014, TRANSIENT",
        "XX000, TRANSIENT",
        "08006, TRANSIENT"
    })
    void anErrorWhileRowsAreWritten(String state, Reason reason) {
        DestinationException failure = Failures.of(new SQLException("Value too long: 's3cr3t'", state));

        assertThat(failure.reason()).isEqualTo(reason);
        assertThat(failure).hasMessageNotContaining("s3cr3t");
    }

    @Test
    void aCertificateThatIsNotTrusted() {
        var failure = new SQLException("Cannot connect", "08006", new SSLHandshakeException("unable to find a path"));

        assertThat(Failures.ofConnecting("cluster:5439", failure).reason()).isEqualTo(Reason.SETTINGS);
        assertThat(Failures.ofConnecting("cluster:5439", failure)).hasMessageContaining("sslmode");
    }
}
