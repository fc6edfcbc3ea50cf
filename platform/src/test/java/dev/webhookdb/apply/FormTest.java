package dev.webhookdb.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.spi.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FormTest {
    @Test
    void fields_are_strings_and_a_name_that_repeats_is_an_array() {
        assertThat(Form.read("From=%2B15551234&Body=Hi+there%21&Media=a&Media=b"))
                .isEqualTo(new Json.Obj(Map.of(
                        "From", text("+15551234"),
                        "Body", text("Hi there!"),
                        "Media", new Json.Arr(List.of(text("a"), text("b"))))));
    }

    @Test
    void a_name_without_a_value_is_an_empty_string() {
        assertThat(Form.read("a&b=&=c&&")).isEqualTo(new Json.Obj(Map.of("a", text(""), "b", text(""), "", text("c"))));
    }

    @Test
    void only_the_first_equals_sign_divides() {
        assertThat(Form.read("a=b=c")).isEqualTo(new Json.Obj(Map.of("a", text("b=c"))));
    }

    @Test
    void a_percent_sign_that_begins_no_escape_stands_for_itself() {
        assertThat(Form.read("a=100%&b=5%zz&c=%2"))
                .isEqualTo(new Json.Obj(Map.of("a", text("100%"), "b", text("5%zz"), "c", text("%2"))));
    }

    @Test
    void escapes_are_utf_8_and_what_is_not_becomes_the_replacement_character() {
        assertThat(Form.read("a=%E2%82%AC&b=%FF"))
                .isEqualTo(new Json.Obj(Map.of("a", text("\u20ac"), "b", text("\ufffd"))));
    }

    @Test
    void an_empty_body_is_an_empty_object() {
        assertThat(Form.read("")).isEqualTo(new Json.Obj(Map.of()));
    }

    private static Json text(String value) {
        return new Json.Str(value);
    }
}
