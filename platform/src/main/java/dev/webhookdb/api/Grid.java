package dev.webhookdb.api;

import dev.webhookdb.database.QueryResult;
import dev.webhookdb.json.JsonReader;
import dev.webhookdb.json.MalformedJsonException;
import dev.webhookdb.spi.Json;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What a statement returned, as the command line client shows it: a grid. */
final class Grid {
    /** From here on the client shows a number with an exponent. */
    private static final BigDecimal SHOWN_WITH_EXPONENT = new BigDecimal(1_000_000);

    private static final int DIGITS_OF_A_DOUBLE = 15;

    private Grid() {}

    static Fields of(QueryResult result) {
        return new Fields()
                .withTexts("headers", result.headers())
                .with("rows", rows(result))
                .with("max_rows_reached", result.more());
    }

    private static Json rows(QueryResult result) {
        List<Json> rows = new ArrayList<>();
        result.rows().forEach(row -> {
            List<Json> cells = new ArrayList<>();
            for (int column = 0; column < row.size(); column++) {
                String type = result.types().get(column);
                cells.add(row.get(column).map(text -> cell(type, text)).orElseGet(Json.Null::new));
            }
            rows.add(new Json.Arr(cells));
        });
        return new Json.Arr(rows);
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
            return JsonReader.read(text.getBytes(StandardCharsets.UTF_8));
        } catch (MalformedJsonException e) {
            // nested deeper than we read
            return new Json.Str(text);
        }
    }
}
