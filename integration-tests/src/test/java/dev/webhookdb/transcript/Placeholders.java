package dev.webhookdb.transcript;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Stands in for what is different in every run: the first id of a kind is {@code {id-1}}, wherever it appears again. For one thread. */
final class Placeholders {
    /** In the order in which they are looked for: a later kind may be part of an earlier one. */
    private static final Map<String, Pattern> KINDS = kinds();

    /** Kinds of which nobody needs to know whether two are the same. */
    private static final Set<String> TRANSIENT = Set.of("time", "epoch", "entry", "number", "agent", "signature");

    private final Map<String, String> values = new LinkedHashMap<>();

    private static Map<String, Pattern> kinds() {
        Map<String, Pattern> kinds = new LinkedHashMap<>();
        kinds.put("time", Pattern.compile("\\d{4}-\\d{2}-\\d{2}[T ]\\d{2}:\\d{2}:\\d{2}((\\.\\d+)?Z)?"));
        kinds.put("database", Pattern.compile("postgres(ql)?://\\S+"));
        kinds.put("integration", Pattern.compile("\\bsvi_[0-9a-z]{25}"));
        kinds.put("table", Pattern.compile("(?<=_v[12]_)[0-9a-f]{4}\\b"));
        kinds.put("token", Pattern.compile("\\bwhdb_[a-z]_[\\w-]{12,}"));
        kinds.put("notification", Pattern.compile("\\bwh_[0-9a-z]{25}"));
        kinds.put("signer", Pattern.compile("\\bwhsec_[0-9A-Za-z+/]{43}="));
        kinds.put("id", Pattern.compile("\\b[a-z]{3}_[0-9a-z]{25}"));
        kinds.put("epoch", Pattern.compile("\\b1[78]\\d{8}\\b"));
        kinds.put("signature", Pattern.compile("\\b[0-9a-f]{64}\\b"));
        kinds.put("agent", Pattern.compile("Java-http-client/\\S+"));
        kinds.put("entry", Pattern.compile("(?m)^\\d+(?= +\\{time})"));
        kinds.put(
                "number",
                Pattern.compile(
                        "(?<=organization ')\\d+(?=')|(?<=\"id\": )\\d+|(?<=Rows Changed Last 7 Days {1,20})\\d+"));
        kinds.put("webhook", Pattern.compile("\\b\\d{16}-\\d+"));
        kinds.put("invitation", Pattern.compile("\\bjoin-[0-9a-f]{8}"));
        return kinds;
    }

    /** Makes a placeholder stand for a value. */
    void put(String name, String value) {
        values.put("{" + name + "}", value);
    }

    /** Puts the values in. */
    String filled(String text) {
        String filled = text;
        for (Map.Entry<String, String> value : values.entrySet()) {
            filled = filled.replace(value.getKey(), value.getValue());
        }
        return filled;
    }

    /** Takes the values out, and evens what their widths do to tables. */
    String masked(String text) {
        String masked = text;
        for (Map.Entry<String, String> value : values.entrySet()) {
            masked = masked.replace(value.getValue(), value.getKey());
        }
        for (Map.Entry<String, Pattern> kind : KINDS.entrySet()) {
            masked = kind.getValue().matcher(masked).replaceAll(found -> placeholder(kind.getKey(), found));
        }
        return masked.replaceAll("(?<=\\S) {3,}(?=\\S)", "  ");
    }

    private String placeholder(String kind, MatchResult found) {
        if (TRANSIENT.contains(kind)) {
            return "{" + kind + "}";
        }
        String value = found.group();
        return values.entrySet().stream()
                .filter(known -> known.getValue().equals(value))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseGet(() -> remembered(kind, value));
    }

    private String remembered(String kind, String value) {
        long known = values.keySet().stream()
                .filter(name -> name.startsWith("{" + kind + "-"))
                .count();
        put("%s-%d".formatted(kind, known + 1), value);
        return "{%s-%d}".formatted(kind, known + 1);
    }
}
