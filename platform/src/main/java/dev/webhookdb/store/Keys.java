package dev.webhookdb.store;

import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.sql.Texts;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What identifies resources. */
final class Keys {
    /** A key is indexed, and PostgreSQL cannot index more. */
    private static final int LONGEST = 2_000;

    private Keys() {}

    static String of(Resource resource, Json object) {
        String[] path = resource.key().path().toArray(String[]::new);
        Optional<String> key = switch (object.at(path)) {
            case Json.Str(String value) -> Optional.of(value);
            case Json.Num(var value) -> Optional.of(value.toPlainString());
            case Json.Obj(var fields) -> Optional.empty();
            case Json.Arr(var items) -> Optional.empty();
            case Json.Bool(var value) -> Optional.empty();
            case Json.Null() -> Optional.empty();
        };
        return checked(
                resource,
                key.orElseThrow(() -> new UnstorableException("The %s has no '%s', which identifies it."
                        .formatted(resource.title(), String.join(".", path)))));
    }

    static String checked(Resource resource, String key) {
        String storable = Texts.storable(key);
        if (storable.isEmpty() || storable.getBytes(StandardCharsets.UTF_8).length > LONGEST) {
            throw new UnstorableException("The %s is identified by an empty text or one of more than %d bytes."
                    .formatted(resource.title(), LONGEST));
        }
        return storable;
    }
}
