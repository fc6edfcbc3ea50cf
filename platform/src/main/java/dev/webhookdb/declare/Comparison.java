package dev.webhookdb.declare;

import dev.webhookdb.outbound.MaskedUrl;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Compares what is said of a thing with what is so. */
final class Comparison {
    static final String SECRET = "(secret)";

    /** What only counts when a thing is made. */
    private static final Set<String> AT_CREATION = Set.of("id", "seed", "initial");

    private Comparison() {}

    /** Returns what is different, in the order of the attributes. */
    static List<Difference> differences(Kind kind, Map<String, Value> wanted, Map<String, Value> existing) {
        List<Difference> differences = new ArrayList<>();
        wanted.forEach((path, value) -> {
            Optional<Value> before = Optional.ofNullable(existing.get(path));
            boolean same = before.map(Value::texts).orElse(List.of()).equals(value.texts());
            if (!same && !value.isKept() && !AT_CREATION.contains(path)) {
                differences.add(difference(kind, path, before, Optional.of(value)));
            }
        });
        existing.forEach((path, value) -> {
            if (!wanted.containsKey(path) && isOneOfSaid(path, wanted)) {
                differences.add(difference(kind, path, Optional.of(value), Optional.empty()));
            }
        });
        return differences;
    }

    /** Whoever names settings names all of them; tables that nobody names are called as they are. */
    static boolean isOneOfSaid(String path, Map<String, Value> wanted) {
        return path.startsWith("settings.") && wanted.keySet().stream().anyMatch(said -> said.startsWith("settings."));
    }

    private static Difference difference(Kind kind, String path, Optional<Value> before, Optional<Value> after) {
        boolean secret = before.filter(Value::isSecret).isPresent()
                || after.filter(Value::isSecret).isPresent();
        boolean url = kind.attribute(path)
                .filter(one -> one.type() == Attribute.Type.URL)
                .isPresent();
        String was = before.map(value -> shown(value, secret, url)).orElse("");
        String becomes = after.map(value -> shown(value, secret, url)).orElse("");
        boolean hidden = secret && (!url || was.equals(becomes));
        return new Difference(path, hidden ? hidden(was) : was, hidden ? hidden(becomes) : becomes, hidden);
    }

    private static String hidden(String shown) {
        return shown.isEmpty() ? "" : SECRET;
    }

    private static String shown(Value value, boolean secret, boolean url) {
        if (url) {
            return MaskedUrl.of(value.text());
        }
        return secret && !value.texts().isEmpty() ? SECRET : value.text();
    }
}
