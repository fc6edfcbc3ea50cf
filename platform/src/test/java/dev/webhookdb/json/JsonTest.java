package dev.webhookdb.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.spi.Json;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":1,\"b\":[true,false,null,\"text\"]}",
                "1234567890123456789",
                "0.1000000000000000055511151231257827",
                "\"\"",
                "[]",
                "{}"
            })
    void what_is_read_is_written_the_same(String text) {
        assertThat(JsonWriter.write(read(text))).isEqualTo(text);
    }

    @Test
    void of_a_repeated_field_the_last_one_counts() {
        assertThat(read("{\"a\":1,\"a\":2}").number("a"))
                .hasValueSatisfying(value -> assertThat(value).isEqualTo("2"));
    }

    @Test
    void what_jsonb_cannot_hold_is_bent() {
        assertThat(JsonWriter.write(read("\"a\\u0000b\""))).isEqualTo("\"ab\"");
        assertThat(JsonWriter.write(read("\"\\ud800x\""))).isEqualTo("\"\ufffdx\"");
        assertThat(JsonWriter.write(read("\"\\ud83d\\ude00\""))).isEqualTo("\"\ud83d\ude00\"");
        assertThat(JsonWriter.write(read("1e200000"))).isEqualTo("\"1E+200000\"");
        assertThat(JsonWriter.write(read("1e-20000"))).isEqualTo("\"1E-20000\"");
        assertThat(JsonWriter.write(read("1e99999999999999"))).isEqualTo("\"1e99999999999999\"");
    }

    @Test
    void what_is_nested_too_deep_is_kept_as_its_text() {
        int depth = 100_000;
        String text = "[".repeat(depth) + "1" + "]".repeat(depth);

        Json json = read(text);

        for (int level = 0; level < JsonReader.DEEPEST; level++) {
            json = json.items().getFirst();
        }
        int rest = depth - JsonReader.DEEPEST;
        assertThat(json).isEqualTo(new Json.Str("[".repeat(rest) + "1" + "]".repeat(rest)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{", "[1,]", "<html>", "{\"a\":1} x", "nul", "\"\u0001\"", "{'a':1}"})
    void what_is_not_json_is_refused_with_a_sentence(String text) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(MalformedJsonException.class)
                .hasMessageStartingWith("The body is ")
                .hasMessageEndingWith(".");
    }

    @Test
    void bytes_that_are_not_utf_8_are_refused() {
        assertThatThrownBy(() -> JsonReader.read(new byte[] {'"', (byte) 0xC3, '(', '"'}))
                .isInstanceOf(MalformedJsonException.class);
    }

    private static Json read(String text) {
        return JsonReader.read(text.getBytes(StandardCharsets.UTF_8));
    }
}
