package dev.webhookdb.event;

import dev.webhookdb.spi.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Events that say something of a person, and how to take the person out. */
final class PersonalEvents {
    /** Patterns of their types, as LIKE knows them. */
    static final String[] TYPES = {"user.%", "team.member.%"};

    /** What is no person's: whose event it is, and what they might do. */
    private static final Set<String> KEPT = Set.of("role", "previous_role");

    private PersonalEvents() {}

    /**
     * Returns what is left of what was told; empty if it is about somebody else. An invitation was told by the address alone: it gets the
     * number in its place.
     *
     * @param user the person's number, such as {@code usr_7}
     */
    static Optional<Json.Obj> emptied(Json data, String user, String email) {
        boolean isAboutThem = data.text("id").equals(Optional.of(user))
                || (data.text("id").isEmpty() && data.text("email").equals(Optional.of(email)));
        if (!isAboutThem || !(data instanceof Json.Obj(Map<String, Json> fields))) {
            return Optional.empty();
        }
        Map<String, Json> left = new LinkedHashMap<>();
        left.put("id", new Json.Str(user));
        fields.forEach((name, value) -> {
            if (KEPT.contains(name)) {
                left.put(name, value);
            }
        });
        return Optional.of(new Json.Obj(left));
    }
}
