package dev.webhookdb.apply;

import dev.webhookdb.spi.Json;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Reads {@code application/x-www-form-urlencoded}. */
public final class Form {
    private Form() {}

    /** Returns an object of strings, with an array where a name repeats. A percent sign that begins no escape stands for itself. */
    public static Json read(String text) {
        Map<String, List<Json>> fields = new LinkedHashMap<>();
        for (String pair : text.split("&", -1)) {
            if (!pair.isEmpty()) {
                String[] parts = pair.split("=", 2);
                fields.computeIfAbsent(decoded(parts[0]), name -> new ArrayList<>())
                        .add(new Json.Str(parts.length > 1 ? decoded(parts[1]) : ""));
            }
        }
        return new Json.Obj(fields.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        field -> field.getValue().size() == 1
                                ? field.getValue().getFirst()
                                : new Json.Arr(field.getValue()),
                        (first, second) -> second,
                        LinkedHashMap::new)));
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replaceAll("%(?![0-9a-fA-F]{2})", "%25"), StandardCharsets.UTF_8);
    }
}
