package dev.webhookdb.api;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Says in answers which file owns what is shown. Where none owns any of it, answers are what they would be if there were no files: clients of
 * the service that this one is like know nothing of them.
 */
final class DeclaredIn {
    static final String MEMBER = "declared_in";
    private static final List<String> HEADER = List.of(MEMBER, "Declared In");

    private DeclaredIn() {}

    /** Names the file that owns the one thing that is shown. */
    static JsonObjectBuilder one(JsonObjectBuilder shown, Optional<String> file) {
        return file.map(name -> shown.with(MEMBER, name)).orElse(shown);
    }

    /**
     * Names the file that owns an item of a list; all items have the member if one has it.
     *
     * @param files of all that the list can have
     * @param id tells the item from the others
     */
    static <K> JsonObjectBuilder item(JsonObjectBuilder shown, Map<K, String> files, K id) {
        return files.isEmpty() ? shown : shown.with(MEMBER, files.getOrDefault(id, ""));
    }

    /** Returns columns, with one more at the end if files own any of what is shown. */
    static List<List<String>> headers(List<List<String>> headers, boolean owned) {
        return owned ? Stream.concat(headers.stream(), Stream.of(HEADER)).toList() : headers;
    }
}
