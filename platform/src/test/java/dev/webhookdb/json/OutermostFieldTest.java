package dev.webhookdb.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutermostFieldTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"version\":\"x\"}",
                "{\"id\":1,\"version\":\"x\",\"data\":{\"version\":\"y\"}}",
                "{\"data\":{\"version\":\"y\",\"more\":[{\"version\":\"z\"}]},\"version\":\"x\"}",
                "{\"version\":\"x\",\"version\":\"y\"}",
                "{\"version\":\"x\", and this is no JSON"
            })
    void the_field_of_the_outermost_object_is_found(String json) {
        assertThat(text(json, 1_000)).contains("x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "[{\"version\":\"x\"}]",
                "\"version\"",
                "{}",
                "{\"data\":{\"version\":\"y\"}}",
                "{\"version\":7}",
                "{\"version\":null}",
                "{\"version\":{\"version\":\"x\"}}",
                "no JSON",
                "{\"a\":tru, \"version\":\"x\"}"
            })
    void what_does_not_say_it_is_empty(String json) {
        assertThat(text(json, 1_000)).isEmpty();
    }

    @Test
    void nothing_is_read_behind_the_limit() {
        String json = "{\"data\":\"%s\",\"version\":\"x\"}".formatted("a".repeat(1_000));

        assertThat(text(json, 1_000)).isEmpty();
        assertThat(text(json, 2_000)).contains("x");
        assertThat(text("{\"data\":" + "[".repeat(5_000), 5_000)).isEmpty();
    }

    private static Optional<String> text(String json, int within) {
        return OutermostField.text(json.getBytes(StandardCharsets.UTF_8), "version", within);
    }
}
