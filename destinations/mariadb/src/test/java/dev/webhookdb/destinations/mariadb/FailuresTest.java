package dev.webhookdb.destinations.mariadb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import java.net.URI;
import java.sql.SQLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each of the server's errors is for the one who can do something about it. */
class FailuresTest {
    private static final Address ADDRESS = Address.of(URI.create("mysql://user:s3cr3t@db.example.com/analytics"));

    @ParameterizedTest
    @CsvSource({
        "1045, 28000, SETTINGS",
        "1142, 42000, SETTINGS",
        "1114, HY000, SETTINGS",
        "1021, HY000, SETTINGS",
        "1213, 40001, TRANSIENT",
        "1205, HY000, TRANSIENT",
        "1040, 08004, TRANSIENT",
        "1146, 42S02, TRANSIENT",
        "0, 08000, TRANSIENT",
        "1406, 22001, ROWS",
        "1366, 22007, ROWS",
        "1048, 23000, ROWS",
        "4025, 23000, ROWS",
        "1153, 08S01, ROWS"
    })
    void anErrorWhileRowsAreWritten(int code, String state, Reason reason) {
        DestinationException failure = Failures.of(new SQLException("Data too long: 's3cr3t'", state, code));

        assertThat(failure.reason()).isEqualTo(reason);
        assertThat(failure).hasMessageNotContaining("s3cr3t");
    }

    @Test
    void aFullDiskThatIsToldByTheOperatingSystem() {
        assertThat(Failures.of(new SQLException("Error writing file (Errcode: 28 \"No space left\")", "HY000", 3))
                        .reason())
                .isEqualTo(Reason.SETTINGS);
    }

    @Test
    void aTableThatTheServerDoesNotMake() {
        assertThat(Failures.ofDefining(new SQLException("Incorrect table name", "42000", 1103))
                        .reason())
                .isEqualTo(Reason.TABLE);
        assertThat(Failures.ofDefining(new SQLException("Deadlock", "40001", 1213))
                        .reason())
                .isEqualTo(Reason.TRANSIENT);
    }

    @Test
    void aCertificateThatIsNotTrusted() {
        var failure = new SQLException("Cannot connect", "08000", new SSLHandshakeException("unable to find a path"));

        assertThat(Failures.ofConnecting(failure, ADDRESS).reason()).isEqualTo(Reason.SETTINGS);
        assertThat(Failures.ofConnecting(failure, ADDRESS)).hasMessageContaining("sslMode");
    }

    @Test
    void aPasswordThatMySqlWantsEncrypted() {
        var failure = new SQLException("RSA public key is not available client side", "S1009");

        assertThat(Failures.ofConnecting(failure, ADDRESS).reason()).isEqualTo(Reason.SETTINGS);
        assertThat(Failures.ofConnecting(failure, ADDRESS)).hasMessageContaining("allowPublicKeyRetrieval");
    }
}
