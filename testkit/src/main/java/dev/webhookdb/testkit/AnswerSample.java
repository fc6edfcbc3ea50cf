package dev.webhookdb.testkit;

import dev.webhookdb.json.JsonWriter;
import dev.webhookdb.spi.Json;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the provider answers to a request.
 *
 * @param name the file's name
 * @param path how the request's URL ends, if the sample says so
 * @param query parameters that the request has, if the sample says so
 * @param matched whether the sample says for which request it is
 * @param headers by name in lower case
 */
record AnswerSample(
        String name,
        Optional<String> path,
        Map<String, String> query,
        boolean matched,
        int status,
        Map<String, String> headers,
        Json answer) {
    private static final Set<String> MEMBERS = Set.of("request", "status", "headers", "answer");

    static AnswerSample of(String name, Json file) {
        boolean wrapped = file instanceof Json.Obj(Map<String, Json> fields)
                && fields.containsKey("answer")
                && MEMBERS.containsAll(fields.keySet());
        if (!wrapped) {
            return new AnswerSample(name, Optional.empty(), Map.of(), false, 200, Map.of(), file);
        }
        return new AnswerSample(
                name,
                file.text("request", "path"),
                texts(file.at("request", "query")),
                !(file.at("request") instanceof Json.Null),
                file.number("status").map(Number::intValue).orElse(200),
                lowerCase(texts(file.at("headers"))),
                file.at("answer"));
    }

    /** Returns the same sample with another answer. */
    AnswerSample with(Json other) {
        return new AnswerSample(name, path, query, matched, status, headers, other);
    }

    /** Returns whether the sample is the answer to a request. */
    boolean answers(String url, Map<String, String> asked) {
        return matched
                && path.map(url::endsWith).orElse(true)
                && asked.entrySet().containsAll(query.entrySet());
    }

    private static Map<String, String> texts(Json object) {
        Map<String, String> texts = new LinkedHashMap<>();
        if (object instanceof Json.Obj(Map<String, Json> fields)) {
            fields.forEach((name, value) ->
                    texts.put(name, value instanceof Json.Str(String text) ? text : JsonWriter.write(value)));
        }
        return texts;
    }

    private static Map<String, String> lowerCase(Map<String, String> headers) {
        Map<String, String> lower = new LinkedHashMap<>();
        headers.forEach((name, value) -> lower.put(name.toLowerCase(Locale.ROOT), value));
        return lower;
    }
}
