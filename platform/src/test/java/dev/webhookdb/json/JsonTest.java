package dev.webhookdb.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.spi.Json;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e1000", "-1e-1001", "1e999999999", "1e-999999999", "0e999999999999", "1e99999999999999"})
    void a_number_that_would_grow_when_it_is_written_out_is_kept_as_its_text(String text) {
        assertThat(read(text)).isEqualTo(new Json.Str(text));
        assertThat(JsonWriter.write(read(text))).isEqualTo("\"" + text + "\"");
    }

    @Test
    void a_million_digits_are_kept_as_their_text() {
        String digits = "1".repeat(1_000_000);

        assertThat(read(digits)).isEqualTo(new Json.Str(digits));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e308", "1e999", "-1e-1000", "4.9e-324"})
    void a_number_that_others_can_hold_stays_a_number(String text) {
        assertThat(read(text)).isEqualTo(new Json.Num(new BigDecimal(text)));
    }

    @Test
    void a_number_that_a_connector_made_does_not_grow_either() {
        assertThat(JsonWriter.write(new Json.Num(new BigDecimal("1e999999999"))))
                .isEqualTo("\"1E+999999999\"");
    }

    @Test
    void a_name_that_would_fill_the_memory_of_names_is_refused() {
        assertThat(read("{\"%s\":1}".formatted("n".repeat(1_024)))).isInstanceOf(Json.Obj.class);
        assertThatThrownBy(() -> read("{\"%s\":1}".formatted("n".repeat(1_025))))
                .isInstanceOf(MalformedJsonException.class)
                .hasMessageStartingWith(
                        "The body is not JSON that can be read: a name in it is longer than 1024 characters");
    }

    /** What a tree takes, counted by what its parts take on a JVM with compressed pointers. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":[{\"\":{}},{\"\":{}},{\"\":{}}]}",
                "[[],[],[],{},{}]",
                "[[0],[0],[0]]",
                "[[[[[[[[12]]]]]]]]",
                "{\"a\":0,\"b\":1,\"c\":\"d\",\"e\":12345.67}",
                "[\"\",\"a\",\"\u4e2d\\\"\",true,null]",
                "[1,22,333,4444,-5,0.1]"
            })
    void the_weight_of_a_text_is_more_than_its_tree_takes(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);

        assertThat(JsonReader.weight(bytes)).isBetween(taken(JsonReader.read(bytes)), 40L * bytes.length + 100);
    }

    @Test
    void the_weight_of_a_long_text_does_not_depend_on_where_it_is_cut_into_portions() {
        String text = IntStream.range(0, 500)
                .mapToObj(i -> "{\"a\\\"%d\":[-%d.5e3,{},[],\"\",\"\u00ff\u20ac\\\\\"]}".formatted(i, i))
                .collect(Collectors.joining(",", "[", "]"));
        long weight = JsonReader.weight(buffer(text));

        assertThat(weight).isGreaterThan(taken(JsonReader.read(text.getBytes(StandardCharsets.UTF_8))));
        for (int spaces = 1; spaces < 100; spaces++) {
            assertThat(JsonReader.weight(buffer(" ".repeat(spaces) + text))).isEqualTo(weight + 2L * spaces);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"", "\"\\", "\"\\\"", "{", "[", "-", "", "\\"})
    void a_text_that_ends_too_early_has_a_weight(String text) {
        assertThat(JsonReader.weight(buffer(text))).isBetween(2L * text.length(), 2L * text.length() + 100);
    }

    private static ByteBuffer buffer(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)).asReadOnlyBuffer();
    }

    private static long taken(Json json) {
        return switch (json) {
            case Json.Obj(var fields) when fields.isEmpty() -> 0;
            case Json.Arr(var items) when items.isEmpty() -> 0;
            case Json.Obj(var fields) ->
                16
                        + (fields.size() == 1 ? 24 : 136 + 44L * fields.size())
                        + fields.values().stream().mapToLong(JsonTest::taken).sum();
            case Json.Arr(var items) ->
                56
                        + 4L * items.size()
                        + items.stream().mapToLong(JsonTest::taken).sum();
            case Json.Str(String value) -> value.isEmpty() ? 16 : 56 + 2L * value.length();
            case Json.Num(var value) -> value.precision() == 1 && value.scale() == 0 && value.signum() >= 0 ? 0 : 56;
            case Json.Bool ignored -> 0;
            case Json.Null ignored -> 0;
        };
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

    @ParameterizedTest
    @ValueSource(strings = {"{\"\\ud83d\":1}", "{\"a\\udc00b\":1}", "{\"\\ud83d\\ud83d\":{\"\\udfff\":[]}}"})
    void half_of_a_surrogate_pair_in_a_name_is_bent_as_in_a_value(String text) {
        assertThat(JsonWriter.write(JsonReader.read(text.getBytes(StandardCharsets.UTF_8))))
                .contains("\ufffd");
    }
}
