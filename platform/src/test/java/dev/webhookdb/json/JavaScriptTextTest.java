package dev.webhookdb.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The right sides are what Node prints. */
class JavaScriptTextTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1.0 | 1",
                "1.10 | 1.1",
                "-0.5 | -0.5",
                "0 | 0",
                "0.000001 | 0.000001",
                "0.0000001 | 1e-7",
                "1.5e-10 | 1.5e-10",
                "100000000000000000000 | 100000000000000000000",
                "1000000000000000000000 | 1e+21",
                "-1.25e+30 | -1.25e+30",
                "9007199254740993 | 9007199254740993",
                "12345678901234567890.123 | 12345678901234567890.123",
                "1.7976931348623157e308 | 1.7976931348623157e+308",
                "{\"b\":1,\"10\":2,\"a\":3,\"2\":4} | {\"2\":4,\"10\":2,\"b\":1,\"a\":3}",
                "{\"01\":1,\"4294967295\":2,\"4294967294\":3} | {\"4294967294\":3,\"01\":1,\"4294967295\":2}",
                "\"a/b\\u001F\\u007f\\n\\u00fc\\u2028\" | \"a/b\\u001f\u007f\\n\u00fc\u2028\"",
                "[ true, null, {} ] | [true,null,{}]",
            })
    void what_is_written_is_what_javascript_writes_of_it(String json, String written) {
        assertThat(JavaScriptText.of(JsonReader.read(json.getBytes(StandardCharsets.UTF_8))))
                .isEqualTo(written);
    }
}
