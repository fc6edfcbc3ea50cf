package dev.webhookdb.api;

import dev.webhookdb.ingest.Receiver;
import dev.webhookdb.spi.Json;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Refuses text that PostgreSQL cannot take: U+0000, halves of surrogate pairs, and what is no UTF-8. As a filter it reads the path and the
 * query of every request but webhooks, whose senders write what they like. Thread-safe.
 */
final class PlainText implements Filter {
    private static final int NONE = -1;
    private static final int HEX = 16;

    /** Reads a body, and names the field. */
    static void require(String where, Json json) {
        switch (json) {
            case Json.Str(String text) -> require(where, text);
            case Json.Arr(List<Json> items) -> items.forEach(item -> require(where, item));
            case Json.Obj(Map<String, Json> fields) ->
                fields.forEach((name, value) -> {
                    require("A name in the body", name);
                    require(name, value);
                });
            case Json.Num ignored -> {}
            case Json.Bool ignored -> {}
            case Json.Null ignored -> {}
        }
    }

    private static void require(String where, String text) {
        if (text.indexOf(0) >= 0) {
            throw ApiException.invalid(
                    where, "'%s' holds the character U+0000, which cannot be stored. Leave it out.".formatted(where));
        }
        if (text.codePoints().anyMatch(PlainText::isHalf)) {
            throw ApiException.invalid(
                    where, "'%s' holds half a surrogate pair, which is no character. Leave it out.".formatted(where));
        }
    }

    private static boolean isHalf(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        String path = request.prologue().uriPath().rawPath();
        if (!path.startsWith(Receiver.PATH + "/")) {
            require("path", decoded("path", path));
            for (String parameter : request.query().rawValue().split("&", NONE)) {
                int equals = parameter.indexOf('=');
                String name = equals < 0 ? "query" : decoded("query", parameter.substring(0, equals));
                require("query", name);
                require(name, decoded(name, parameter.substring(equals + 1)));
            }
        }
        chain.proceed();
    }

    private static String decoded(String where, String raw) {
        var bytes = new ByteArrayOutputStream(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char one = raw.charAt(i);
            if (one == '%') {
                bytes.write(escaped(where, raw, i));
                i += 2;
            } else {
                bytes.writeBytes(String.valueOf(one).getBytes(StandardCharsets.UTF_8));
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw ApiException.invalid(where, "'%s' is not UTF-8.".formatted(where));
        }
    }

    private static int escaped(String where, String raw, int at) {
        int high = at + 2 < raw.length() ? Character.digit(raw.charAt(at + 1), HEX) : NONE;
        int low = at + 2 < raw.length() ? Character.digit(raw.charAt(at + 2), HEX) : NONE;
        if (high < 0 || low < 0) {
            throw ApiException.invalid(
                    where,
                    "'%s' has a per cent sign that two hexadecimal digits do not follow. Write it as %%25."
                            .formatted(where));
        }
        return high * HEX + low;
    }
}
