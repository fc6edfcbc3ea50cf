package dev.webhookdb.api;

import dev.webhookdb.json.JsonReader;
import dev.webhookdb.json.JsonWriter;
import dev.webhookdb.json.MalformedJsonException;
import dev.webhookdb.reader.QueryResult;
import dev.webhookdb.spi.Json;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What a statement returned, as the command line client shows it: a grid. */
final class ResultGrid {
    /** From here on the client shows a number with an exponent. */
    private static final BigDecimal SHOWN_WITH_EXPONENT = new BigDecimal(1_000_000);

    private static final int DIGITS_OF_A_DOUBLE = 15;

    /** In characters; a longer one has more digits than a double, whatever they are. */
    private static final int LONGEST_NUMBER = 40;

    /** In bytes of the heap; a larger document stays text, as it came. */
    private static final long HEAVIEST = 2 << 20;

    private ResultGrid() {}

    /** Returns what answers with a result, row by row: no copy of it is made. */
    static Function<QueryResult, Boolean> to(ServerResponse response) {
        return result -> {
            long length = length(result);
            response.header(HeaderNames.CONTENT_TYPE, "application/json").contentLength(length);
            try (OutputStream out = response.outputStream()) {
                write(result, out);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return true;
        };
    }

    /** Written twice, because it is too long to be kept: who asks is told beforehand how long it is. */
    private static long length(QueryResult result) {
        var counter = new Counter();
        try {
            write(result, counter);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return counter.count;
    }

    private static void write(QueryResult result, OutputStream out) throws IOException {
        out.write("{\"headers\":".getBytes(StandardCharsets.UTF_8));
        JsonWriter.write(
                new Json.Arr(result.headers().stream().<Json>map(Json.Str::new).toList()), out);
        out.write(",\"rows\":[".getBytes(StandardCharsets.UTF_8));
        boolean first = true;
        for (List<Optional<String>> row : result.rows()) {
            if (!first) {
                out.write(',');
            }
            first = false;
            JsonWriter.write(cells(row, result.types()), out);
        }
        out.write("],\"max_rows_reached\":%b}".formatted(result.more()).getBytes(StandardCharsets.UTF_8));
    }

    private static Json cells(List<Optional<String>> row, List<String> types) {
        List<Json> cells = new ArrayList<>();
        for (int column = 0; column < row.size(); column++) {
            String type = types.get(column);
            cells.add(row.get(column).map(text -> cell(type, text)).orElseGet(Json.Null::new));
        }
        return new Json.Arr(cells);
    }

    private static final class Counter extends OutputStream {
        private long count;

        @Override
        public void write(int octet) {
            count++;
        }

        @Override
        public void write(byte[] octets, int offset, int length) {
            count += length;
        }
    }

    /** Numbers that a person could not read, or a program not exactly, after they passed through the client's doubles, stay texts. */
    private static Json cell(String type, String text) {
        return switch (type) {
            case "bool" -> new Json.Bool(text.equals("t"));
            case "int2", "int4", "int8", "numeric", "float4", "float8", "bigserial", "serial" -> number(text);
            case "json", "jsonb" -> json(text);
            default -> new Json.Str(text);
        };
    }

    private static Json number(String text) {
        if (text.length() > LONGEST_NUMBER) {
            return new Json.Str(text);
        }
        try {
            BigDecimal number = new BigDecimal(text);
            boolean plain = number.abs().compareTo(SHOWN_WITH_EXPONENT) < 0 && number.precision() <= DIGITS_OF_A_DOUBLE;
            return plain ? new Json.Num(number) : new Json.Str(text);
        } catch (NumberFormatException e) {
            // NaN and the infinities, which JSON does not have
            return new Json.Str(text);
        }
    }

    private static Json json(String text) {
        try {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            return JsonReader.weight(bytes) > HEAVIEST ? new Json.Str(text) : JsonReader.read(bytes);
        } catch (MalformedJsonException e) {
            // nested deeper than we read
            return new Json.Str(text);
        }
    }
}
