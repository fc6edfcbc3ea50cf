package dev.webhookdb.spi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A request is exactly what arrived, whatever is done with it. */
class RequestTest {
    @Test
    void headersAreFoundInAnyCase() {
        Request request = with(Map.of("x-signature", List.of("first", "second")), "");

        assertThat(request.header("X-Signature")).contains("first");
        assertThat(request.header("X-SIGNATURE")).contains("first");
        assertThat(request.header("x-other")).isEmpty();
        assertThat(with(Map.of("x-empty", List.of()), "").header("x-empty")).isEmpty();
    }

    @Test
    void headersDoNotChange() {
        List<String> values = new ArrayList<>(List.of("genuine"));
        Map<String, List<String>> headers = new HashMap<>(Map.of("x-signature", values));
        Request request = with(headers, "");

        values.set(0, "forged");
        headers.clear();

        assertThat(request.header("x-signature")).contains("genuine");
        assertThat(request.headers()).isUnmodifiable();
        assertThat(request.headers().get("x-signature")).isUnmodifiable();
    }

    @Test
    void theBodyCanBeReadAgainAndNotWritten() {
        Request request = with(Map.of(), "body");

        request.body().get(new byte[4]);

        assertThat(request.body().remaining()).isEqualTo(4);
        assertThat(request.body().isReadOnly()).isTrue();
        assertThat(request.body().hasArray()).isFalse();
        assertThat(request.text()).isEqualTo("body");
    }

    @Test
    void bytesThatAreNoTextAreKeptButReadAsReplacements() {
        Request request = Request.of(Instant.EPOCH, "POST", "https://example.org/", Map.of(), new byte[] {'a', -1});

        assertThat(request.text()).isEqualTo("a\uFFFD");
        assertThat(request.body().get(1)).isEqualTo((byte) -1);
    }

    @Test
    void aRequestIsPrintedWithoutWhatItCarries() {
        assertThat(with(Map.of("authorization", List.of("Bearer 123")), "secret"))
                .hasToString("Request[POST, 6 bytes]");
    }

    private static Request with(Map<String, List<String>> headers, String body) {
        return Request.of(Instant.EPOCH, "POST", "https://example.org/", headers, body.getBytes(UTF_8));
    }
}
