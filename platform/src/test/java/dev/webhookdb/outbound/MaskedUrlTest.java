package dev.webhookdb.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MaskedUrlTest {
    @Test
    void what_may_be_secret_is_masked() {
        assertThat(MaskedUrl.of("https://user:pass@example.com/services/T0123ABCDEFGHIJKLMNOP/in?key=abc&more=x"))
                .isEqualTo("https://***@example.com/services/T012***/in?key=***&more=***");
        assertThat(MaskedUrl.of("https://example.com/alerts")).isEqualTo("https://example.com/alerts");
    }
}
