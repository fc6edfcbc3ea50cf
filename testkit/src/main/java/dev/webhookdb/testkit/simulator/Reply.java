package dev.webhookdb.testkit.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.LinkedHashMap;
import java.util.Map;

/** What is answered to a call. */
final class Reply {
    private final int status;
    private final Map<String, String> headers;
    private final byte[] body;

    private Reply(int status, Map<String, String> headers, byte[] body) {
        this.status = status;
        this.headers = headers;
        this.body = body;
    }

    /** An answer of maps, lists, texts, numbers, booleans and null. */
    static Reply json(int status, Object value) {
        return json(status, JsonText.write(value));
    }

    /** An answer that is JSON already. */
    static Reply json(int status, String text) {
        return json(status, text.getBytes(UTF_8));
    }

    /** An answer that is JSON already; not copied. */
    static Reply json(int status, byte[] text) {
        return new Reply(status, Map.of("Content-Type", "application/json; charset=utf-8"), text);
    }

    /** A page for people. */
    static Reply html(int status, String page) {
        return text(status, "text/html; charset=utf-8", page);
    }

    /** An answer of any type of content. */
    static Reply text(int status, String contentType, String text) {
        return new Reply(status, Map.of("Content-Type", contentType), text.getBytes(UTF_8));
    }

    Reply header(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Reply(status, more, body);
    }

    int status() {
        return status;
    }

    Map<String, String> headers() {
        return headers;
    }

    byte[] bytes() {
        return body;
    }
}
