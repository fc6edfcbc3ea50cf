package dev.webhookdb.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestHeadTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /http://a/b HTTP/1.1\r\n",
                "OPTIONS * HTTP/1.1\r\n\r\n",
                "nonsense\r\n\r\n",
                "\r\n",
                "GET ftp://a/b HTTP/1.1\r\n\r\n"
            })
    void what_http_1_1_takes_stays_as_it_is(String head) {
        assertThat(rewritten(head)).isEqualTo(head);
    }

    @Test
    void an_old_request_becomes_one_whose_connection_ends_with_the_answer() {
        assertThat(
                        rewritten(
                                "POST /a HTTP/1.0\r\nHOST: b\r\nConnection: keep-alive\r\n folded\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nxy"))
                .isEqualTo("POST /a HTTP/1.1\r\nHOST: b\r\nContent-Length: 2\r\nConnection: close\r\n\r\nxy");
    }

    @Test
    void an_old_request_without_a_host_gets_one() {
        assertThat(rewritten("GET / HTTP/1.0\r\n\r\n"))
                .isEqualTo("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    }

    @ParameterizedTest
    @CsvSource({
        "http://host:1/a?b=/c, /a?b=/c",
        "https://host, /",
        "HTTP://host?a=/b, /?a=/b",
        "http://host/, /",
        "http://[::1]:80/x, /x"
    })
    void a_target_with_a_host_becomes_the_path_that_it_means(String target, String path) {
        assertThat(rewritten("GET %s HTTP/1.1\r\nHost: a\r\n\r\n".formatted(target)))
                .isEqualTo("GET %s HTTP/1.1\r\nHost: a\r\n\r\n".formatted(path));
        assertThat(rewritten("GET %s HTTP/1.0\r\n\r\n".formatted(target)))
                .startsWith("GET %s HTTP/1.1\r\n".formatted(path));
    }

    @Test
    void it_is_the_same_however_it_arrives() {
        String head = "GET http://host/a HTTP/1.0\r\nX: y\r\n\r\n";
        var byByte = new RequestHead();
        for (byte one : head.getBytes(StandardCharsets.ISO_8859_1)) {
            assertThat(byByte.isComplete()).isFalse();
            byByte.add(new byte[] {one});
        }

        assertThat(byByte.isComplete()).isTrue();
        assertThat(new String(byByte.rewritten(), StandardCharsets.ISO_8859_1)).isEqualTo(rewritten(head));
    }

    @Test
    void a_head_that_does_not_end_is_not_waited_for_without_limit() {
        var head = new RequestHead();
        head.add("GET / HTTP/1.0\r\n".getBytes(StandardCharsets.ISO_8859_1));
        head.add(new byte[100_000]);

        assertThat(head.isComplete()).isTrue();
    }

    private static String rewritten(String head) {
        var start = new RequestHead();
        start.add(head.getBytes(StandardCharsets.ISO_8859_1));
        return new String(start.rewritten(), StandardCharsets.ISO_8859_1);
    }
}
