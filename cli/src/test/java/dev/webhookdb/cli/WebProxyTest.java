package dev.webhookdb.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Proxies that the environment names: what goes through them, and what does not. Reaching a server by https is in ProcessTest. */
class WebProxyTest {
    private static final String PROXY = "http://proxy.example.com:3128";

    @TempDir
    private Path home;

    @Test
    void requestsGoThroughTheProxyAndOnlyItGetsItsPassword() throws IOException {
        try (Client client = new Client(home)) {
            client.with("WEBHOOKDB_API_HOST", "http://webhookdb.example.com")
                    .with("HTTP_PROXY", client.server().url().replace("://", "://joe:p%40ss@"));
            client.server()
                    .answers(
                            "GET http://webhookdb.example.com/v1/organizations/a/members",
                            200,
                            FakeServer.list("{\"name\":\"Zoë\"}", "[[\"name\",\"Name\"]]"));

            assertThat(client.run("org", "members", "--org", "a"))
                    .as(client.err())
                    .isZero();
            assertThat(client.out()).contains("Zoë");
            assertThat(client.server().proxyAuthorizations()).containsExactly("Basic am9lOnBAc3M=");
        }
    }

    @Test
    void aProxyThatIsNotThereIsTold() throws IOException {
        try (Client client = new Client(home)) {
            client.with("WEBHOOKDB_API_HOST", "http://webhookdb.example.com")
                    .with("http_proxy", "joe:secret@127.0.0.1:9");

            assertThat(client.run("org", "members", "--org", "a")).isEqualTo(1);
            assertThat(client.err())
                    .startsWith(
                            "The proxy 127.0.0.1:9 cannot be reached, or does not reach http://webhookdb.example.com.")
                    .doesNotContain("secret");
        }
    }

    @Test
    void aProxyThatWantsAnotherPasswordIsTold() throws IOException {
        try (Client client = new Client(home)) {
            client.with("WEBHOOKDB_API_HOST", "http://webhookdb.example.com")
                    .with("HTTP_PROXY", client.server().url());
            client.server().answers("GET http://webhookdb.example.com/v1/organizations/a/members", 407, "");

            assertThat(client.run("org", "members", "--org", "a")).isEqualTo(2);
            assertThat(client.err()).startsWith("The proxy wants another user and password.");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "http://webhookdb.example.com, HTTP_PROXY",
        "http://webhookdb.example.com, http_proxy",
        "https://webhookdb.example.com, HTTPS_PROXY",
        "https://webhookdb.example.com:8443, https_proxy"
    })
    void theSchemeOfTheServerSaysWhichVariableCounts(URI server, String variable) {
        assertThat(proxy(server, Map.of(variable, PROXY)).orElseThrow()).hasToString("proxy.example.com:3128");
    }

    @ParameterizedTest
    @CsvSource({
        "https://webhookdb.example.com, HTTP_PROXY",
        "http://webhookdb.example.com, HTTPS_PROXY",
        "http://localhost:18001, HTTP_PROXY",
        "http://127.0.0.1:18001, HTTP_PROXY",
        "http://[::1]:18001, HTTP_PROXY"
    })
    void whatIsForOthersOrForThisMachineDoesNot(URI server, String variable) {
        assertThat(proxy(server, Map.of(variable, PROXY))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "webhookdb.example.com",
                "WebhookDB.Example.com",
                "other.org, example.com",
                ".example.com",
                "*.example.com",
                "webhookdb.example.com:443",
                "example.com:443,"
            })
    void aServerThatIsExceptedIsReachedDirectly(String exceptions) {
        assertThat(proxy(
                        URI.create("https://webhookdb.example.com"),
                        Map.of("HTTPS_PROXY", PROXY, "NO_PROXY", exceptions)))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", "db.example.com", "ample.com", "webhookdb.example.com:8443", "webhookdb"})
    void aServerThatIsNotExceptedIsNot(String exceptions) {
        assertThat(proxy(
                        URI.create("https://webhookdb.example.com"),
                        Map.of("HTTPS_PROXY", PROXY, "no_proxy", exceptions)))
                .isPresent();
    }

    @ParameterizedTest
    @CsvSource({"proxy.example.com, 80", "proxy.example.com:3128, 3128", "http://proxy.example.com, 80"})
    void aPortIsNotNeeded(String url, int port) {
        assertThat(proxy(URI.create("http://webhookdb.example.com"), Map.of("HTTP_PROXY", url))
                        .orElseThrow()
                        .address()
                        .getPort())
                .isEqualTo(port);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://joe:secret@proxy",
                "socks5://joe:secret@proxy",
                "http://joe:secret@",
                "joe:sec ret@proxy"
            })
    void aProxyThatCannotBeUsedIsRefusedWithoutItsPassword(String url) {
        assertThatThrownBy(() -> proxy(URI.create("http://webhookdb.example.com"), Map.of("HTTP_PROXY", url)))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("HTTP_PROXY")
                .hasMessageNotContaining("joe");
    }

    private static Optional<WebProxy> proxy(URI server, Map<String, String> variables) {
        return WebProxy.to(server, name -> Optional.ofNullable(variables.get(name)));
    }
}
