package dev.webhookdb.destinations.clickhouse;

import static dev.webhookdb.destinations.clickhouse.CannedServer.answer;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import dev.webhookdb.spi.destination.Place;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import javax.net.SocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each of the server's errors is for the one who can do something about it, and so is what is no answer of a server. */
class FailuresTest {
    private static final String VERSION = answer("200 OK", "", "26.7.2.1\n");

    @ParameterizedTest
    @CsvSource({
        "516, SETTINGS",
        "497, SETTINGS",
        "164, SETTINGS",
        "452, SETTINGS",
        "81, SETTINGS",
        "243, SETTINGS",
        "359, SETTINGS",
        "115, SETTINGS",
        "241, TRANSIENT",
        "252, TRANSIENT",
        "202, TRANSIENT",
        "242, TRANSIENT",
        "60, TRANSIENT",
        "33, TRANSIENT",
        "469, ROWS",
        "131, ROWS",
        "321, ROWS"
    })
    void anExceptionWhileRowsAreWritten(int code, Reason reason) {
        DestinationException failure = Failures.of(exception(500, code));

        assertThat(failure.reason()).isEqualTo(reason);
        assertThat(failure).hasMessageContaining(Integer.toString(code)).hasMessageNotContaining("s3cr3t");
    }

    @ParameterizedTest
    @CsvSource({"44, TABLE", "57, TABLE", "62, TABLE", "497, SETTINGS", "469, TRANSIENT", "159, TRANSIENT"})
    void anExceptionWhileATableIsMade(int code, Reason reason) {
        assertThat(Failures.ofDefining(exception(500, code)).reason()).isEqualTo(reason);
    }

    @ParameterizedTest
    @CsvSource({
        "401, SETTINGS",
        "403, SETTINGS",
        "404, SETTINGS",
        "301, SETTINGS",
        "413, ROWS",
        "429, TRANSIENT",
        "502, TRANSIENT",
        "503, TRANSIENT"
    })
    void whatStandsInFrontOfTheServerAnswers(int status, Reason reason) {
        DestinationException failure = Failures.of(new Answer(status, Map.of(), "<html>s3cr3t</html>"));

        assertThat(failure.reason()).isEqualTo(reason);
        assertThat(failure).hasMessageContaining(Integer.toString(status)).hasMessageNotContaining("s3cr3t");
    }

    @Test
    void anExceptionBehindAStatusOf200() throws Exception {
        String body = "1\nCode: 241. DB::Exception: Memory limit exceeded: s3cr3t. (MEMORY_LIMIT_EXCEEDED)\n";

        assertThat(refusal("ssl=false", answer("200 OK", "", body)))
                .hasMessage("The server cannot do that now (code 241). It is tried again.");
        assertThat(refusal("ssl=false", answer("200 OK", "", "__exception__\r\n" + body.substring(2))))
                .hasMessage("The server cannot do that now (code 241). It is tried again.");
        assertThat(refusal("ssl=false", answer("200 OK", "X-ClickHouse-Exception-Code: 516\r\n", "")))
                .hasMessageContaining("Check the user, the password");
    }

    @Test
    void valuesThatLookLikeAnExceptionAreNone() {
        assertThat(new Answer(200, Map.of(), "charges\tCode: 241. DB::Exception: me\n").succeeded())
                .isTrue();
    }

    @Test
    void anAnswerInChunksIsReadToItsEnd() throws Exception {
        String chunked =
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4;x=y\r\n22.8\r\n5\r\n.1.2\n\r\n0\r\n\r\n";

        assertThat(refusal("ssl=false", chunked)).hasMessageContaining("too old");
        assertThat(refusal("ssl=false", chunked.substring(0, chunked.length() - 9))
                        .reason())
                .isEqualTo(Reason.TRANSIENT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-OpenSSH_9.2\r\n",
                "HTTP/2 200\r\n\r\n",
                "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n"
            })
    void whatIsNotClickhouseIsForSomebodyToChange(String answer) throws Exception {
        DestinationException failure = refusal("ssl=false", answer);

        assertThat(failure.reason()).isEqualTo(Reason.SETTINGS);
        assertThat(failure).hasMessageContaining("is not ClickHouse");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200 OK\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n26.7",
                "HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n26.7"
            })
    void anAnswerThatIsNotWholeMayComeLater(String answer) throws Exception {
        assertThat(refusal("ssl=false", answer).reason()).isEqualTo(Reason.TRANSIENT);
    }

    @Test
    void headersWithoutEndAreGivenUp() throws Exception {
        assertThat(refusal("ssl=false", "HTTP/1.1 200 OK\r\n" + "X-Header: value\r\n".repeat(10_000))
                        .reason())
                .isEqualTo(Reason.SETTINGS);
    }

    @Test
    void aServerThatSpeaksNoTlsIsNamedWithTheParameter() throws Exception {
        DestinationException failure = refusal("ssl=true", VERSION);

        assertThat(failure.reason()).isEqualTo(Reason.SETTINGS);
        assertThat(failure).hasMessageContaining("ssl=false").hasMessageNotContaining("s3cr3t");
    }

    @Test
    void aCertificateThatIsNoneIsNamed() throws Exception {
        assertThat(refusal("sslrootcert=-----BEGIN%20CERTIFICATE-----%0Anonsense", VERSION))
                .hasMessageContaining("sslrootcert is no certificate");
    }

    @Test
    void theUserAndThePasswordAreInNeitherTheAddressNorTheStatement() throws Exception {
        try (CannedServer server = new CannedServer(VERSION)) {
            new ClickhouseDestination().connect(place(server, "ssl=false")).close();

            String credentials = Base64.getEncoder().encodeToString("us\u00e9r:s3cr3t".getBytes(UTF_8));
            assertThat(server.requests())
                    .singleElement()
                    .asString()
                    .startsWith("POST /?wait_end_of_query=1&final=0 HTTP/1.1\r\nHost: 127.0.0.1:")
                    .contains("\r\nAuthorization: Basic " + credentials + "\r\n")
                    .doesNotContain("s3cr3t");
        }
    }

    private static Answer exception(int status, int code) {
        return new Answer(
                status,
                Map.of("x-clickhouse-exception-code", Integer.toString(code)),
                "Code: %d. DB::Exception: 's3cr3t'".formatted(code));
    }

    private static DestinationException refusal(String parameters, String answer) throws IOException {
        try (CannedServer server = new CannedServer(answer)) {
            return catchThrowableOfType(
                    DestinationException.class,
                    () -> new ClickhouseDestination()
                            .connect(place(server, parameters))
                            .close());
        }
    }

    private static Place place(CannedServer server, String parameters) {
        return Place.of(server.url(parameters), SocketFactory.getDefault(), Duration.ofSeconds(10));
    }
}
