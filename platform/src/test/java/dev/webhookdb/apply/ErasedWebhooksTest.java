package dev.webhookdb.apply;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which requests name somebody. */
class ErasedWebhooksTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            cus_1   | {"data":{"object":{"id":"cus_1"}}}
            191167  | {"customer":{"id":191167}}
            191167  | {"ids":[1,191167]}
            191167  | {"gid":"gid://shopify/Customer/191167"}
            SM1     | MessageSid=SM1&Body=hello
            a@b.co  | From=a%40b.co
            größe   | {"name":"gr\\u00f6\\u00dfe"}
            cus_1   | {"cut":"cus_1","and the rest is mis
            """)
    void a_key_is_found_as_a_value_however_it_is_written(String key, String body) {
        assertThat(ErasedWebhooks.names("/v1/service_integrations/svi_1", bytes(body), key))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            cus_1   | {"data":{"object":{"id":"cus_12"}}}
            cus_1   | {"cus_1":true}
            191167  | {"phone":"+4919116700"}
            1       | {"active":true,"nothing":null}
            """)
    void a_part_of_a_value_is_another_one(String key, String body) {
        assertThat(ErasedWebhooks.names("/v1/service_integrations/svi_1", bytes(body), key))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/svi_1?id=SM1", "/svi_1?a=b&MessageSid=SM1"})
    void a_query_names_somebody_as_a_body_does(String url) {
        assertThat(ErasedWebhooks.names(url, new byte[0], "SM1")).isTrue();
        assertThat(ErasedWebhooks.names(url, new byte[0], "SM2")).isFalse();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
