package dev.webhookdb.testkit.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.LinkedHashMap;
import java.util.Map;

/** What is answered to a call. */
record Reply(int status, Map<String, String> headers, String body) {
    /** An answer of maps, lists, texts, numbers, booleans and null. */
    static Reply json(int status, Object value) {
        return json(status, JsonText.write(value));
    }

    /** An answer that is JSON already. */
    static Reply json(int status, String text) {
        return new Reply(status, Map.of("Content-Type", "application/json; charset=utf-8"), text);
    }

    byte[] bytes() {
        return body.getBytes(UTF_8);
    }

    Reply header(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Reply(status, more, body);
    }
}
