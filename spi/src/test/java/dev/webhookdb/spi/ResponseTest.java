package dev.webhookdb.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseTest {
    @Test
    void an_answer_may_have_no_body() {
        assertThat(Response.of(204, "text/plain", "").body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 99, 100, 199, 300, 401, 600, -1})
    void an_answer_to_what_was_accepted_says_so(int status) {
        assertThatThrownBy(() -> Response.of(status, "text/plain", ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("from 200 to 299");
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 205})
    void an_answer_without_content_has_none(int status) {
        assertThatThrownBy(() -> Response.of(status, "text/plain", "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("An answer with the status %d has no body", status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "text/plain\r\nSet-Cookie: x", "text/plain\n", "text/\u0000", "tëxt/plain"})
    void a_content_type_fits_into_a_header(String contentType) {
        assertThatThrownBy(() -> Response.of(200, contentType, ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("printable ASCII on one line");
    }
}
