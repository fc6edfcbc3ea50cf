package dev.webhookdb.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.webhookdb.spi.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EcmaScriptJsonTest {
    private static final String STRINGIFY = """
            const lines = require('fs').readFileSync(0, 'utf8').split('\\n').filter(line => line !== '');
            console.log(lines.map(line => JSON.stringify(JSON.parse(line))).join('\\n'));
            """;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "1.50, 1.5",
        "10, 10",
        "1e2, 100",
        "0.0, 0",
        "-0.10, -0.1",
        "0.000001, 0.000001",
        "0.0000001, 1e-7",
        "0.00000012, 1.2e-7",
        "100000000000000000000, 100000000000000000000",
        "1000000000000000000000, 1e+21",
        "1.5e300, 1.5e+300",
        "-2.5e-10, -2.5e-10",
        "9007199254740993, 9007199254740993",
        "0.1234567890123456789, 0.1234567890123456789"
    })
    void numbers_are_written_as_in_JavaScript_or_with_all_their_digits(String given, String written) {
        assertThat(EcmaScriptJson.write(new Json.Num(new BigDecimal(given)))).isEqualTo(written);
    }

    @Test
    void nothing_is_escaped_that_need_not_be_and_names_that_are_indexes_come_first() {
        Map<String, Json> fields = new LinkedHashMap<>();
        fields.put("b", new Json.Str("/ \u00e9 \u2028 \u001f \u007f \" \\ \n \ud83d\ude00"));
        fields.put("10", new Json.Num(BigDecimal.ONE));
        fields.put("9", new Json.Arr(List.of()));
        fields.put("01", new Json.Null());
        fields.put("4294967295", new Json.Bool(true));

        assertThat(EcmaScriptJson.write(new Json.Obj(fields)))
                .isEqualTo("{\"9\":[],\"10\":1,\"b\":\"/ \u00e9 \u2028 \\u001f \u007f \\\" \\\\ \\n \ud83d\ude00\","
                        + "\"01\":null,\"4294967295\":true}");
    }

    @Test
    void Node_writes_the_same_after_it_has_read_it() throws IOException, InterruptedException {
        Random random = new Random(42);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            texts.add(EcmaScriptJson.write(value(random, 4)));
        }

        assertThat(stringified(texts)).isEqualTo(texts);
    }

    private static Json value(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 6 : 4)) {
            case 0 -> new Json.Num(new BigDecimal(Double.toString(number(random))));
            case 1 -> new Json.Str(text(random));
            case 2 -> new Json.Bool(random.nextBoolean());
            case 3 -> new Json.Null();
            case 4 ->
                new Json.Arr(random.ints(random.nextInt(4))
                        .mapToObj(any -> value(random, depth - 1))
                        .toList());
            default -> {
                Map<String, Json> fields = new LinkedHashMap<>();
                random.ints(random.nextInt(5)).forEach(any -> fields.put(text(random), value(random, depth - 1)));
                yield new Json.Obj(fields);
            }
        };
    }

    private static double number(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt(-1_000_000, 1_000_000);
            case 1 -> random.nextInt(-1_000_000, 1_000_000) / 100.0;
            case 2 -> random.nextGaussian() * Math.pow(10, random.nextInt(-30, 30));
            default -> Math.pow(10, random.nextInt(-30, 30));
        };
    }

    private static String text(Random random) {
        String[] parts = {"a", "7", "42", "0", "\u00fc", "/", "\"", "\\", "\u0001", "\t", "\u2029", "\ud83d\ude00", " "
        };
        var text = new StringBuilder();
        random.ints(random.nextInt(4), 0, parts.length).forEach(part -> text.append(parts[part]));
        return text.toString();
    }

    private List<String> stringified(List<String> texts) throws IOException, InterruptedException {
        Path given = Files.writeString(directory.resolve("given"), String.join("\n", texts), UTF_8);
        Path printed = directory.resolve("printed");
        try {
            Process node = new ProcessBuilder("node", "-e", STRINGIFY)
                    .redirectInput(given.toFile())
                    .redirectOutput(printed.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            assertThat(node.waitFor()).isZero();
        } catch (IOException e) {
            abort("There is no Node here: " + e.getMessage());
        }
        return Files.readAllLines(printed, UTF_8);
    }
}
