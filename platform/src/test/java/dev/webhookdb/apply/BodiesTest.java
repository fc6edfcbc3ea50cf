package dev.webhookdb.apply;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Webhook;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BodiesTest {
    @ParameterizedTest
    @CsvSource({
        "GET, https://example.org/v1/service_integrations/svi_1?MessageSid=SM1&Body=a+b, ''",
        "POST, https://example.org/v1/service_integrations/svi_1, MessageSid=SM1&Body=a+b",
        "POST, https://example.org/v1/service_integrations/svi_1?MessageSid=other, MessageSid=SM1&Body=a+b"
    })
    void a_form_is_in_the_body_or_else_in_the_query(String method, String url, String body) {
        Request request = Request.of(Instant.now(), method, url, Map.of(), body.getBytes(UTF_8));

        assertThat(Bodies.read(Webhook.Format.FORM, request))
                .isEqualTo(new Json.Obj(Map.of("MessageSid", new Json.Str("SM1"), "Body", new Json.Str("a b"))));
    }
}
