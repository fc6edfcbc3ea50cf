package dev.webhookdb.destinations.snowflake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import dev.webhookdb.spi.destination.Place;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.SocketFactory;
import net.snowflake.client.api.driver.SnowflakeDriver;
import org.junit.jupiter.api.Test;

/** What the driver says to log in, and what is made of a refusal, with a server that has a mind to refuse. */
class LoginTest {
    private static final URI URL = URI.create("snowflake://joe:s3cr3t@a.snowflakecomputing.com/db?warehouse=loading");

    @Test
    void aWrongPasswordIsForSomebodyToChangeAndIsNotTold() throws Exception {
        List<String> asked = new CopyOnWriteArrayList<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            byte[] answer =
                    "{\"data\": {}, \"code\": \"390100\", \"message\": \"Incorrect username or password.\", \"success\": false}"
                            .getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        try {
            Properties settings = SnowflakeDestination.settings(
                    Address.of(URL), Place.of(URL, SocketFactory.getDefault(), Duration.ofSeconds(10)));
            settings.setProperty("ssl", "off");
            settings.setProperty("account", "a");
            String here = "jdbc:snowflake://127.0.0.1:%d/"
                    .formatted(server.getAddress().getPort());

            SQLException refused =
                    catchThrowableOfType(SQLException.class, () -> new SnowflakeDriver().connect(here, settings));

            DestinationException failure = Failures.ofConnecting("a.snowflakecomputing.com", refused);
            assertThat(failure.reason()).isEqualTo(Reason.SETTINGS);
            assertThat(failure).hasMessageContaining("390100").hasMessageNotContaining("s3cr3t");
            assertThat(asked)
                    .singleElement()
                    .asString()
                    .startsWith("POST /session/v1/login-request?")
                    .doesNotContain("s3cr3t");
        } finally {
            server.stop(0);
        }
    }
}
