package dev.webhookdb.doctor;

import dev.webhookdb.json.JsonWriter;
import dev.webhookdb.spi.Json;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What all checks found, for people and for programs.
 *
 * @param findings in the order of the checks; a check has one that is {@code OK} or {@code SKIPPED}, or one for each thing that is wrong
 */
public record Diagnosis(List<Finding> findings) {
    private static final int FINE = 0;
    private static final int PROBLEMS = 1;
    private static final int WARNINGS = 2;

    /** Copies the findings. */
    public Diagnosis {
        findings = List.copyOf(findings);
    }

    /** Returns the worst there is: {@code OK} if there is neither a warning nor a problem. */
    public Status status() {
        return findings.stream()
                .map(Finding::status)
                .reduce(Status.OK, (one, other) -> one.compareTo(other) < 0 ? other : one);
    }

    /** Returns 0 if all is fine, 2 if there are only warnings, 1 if there is a problem. */
    public int exitStatus() {
        return switch (status()) {
            case OK, SKIPPED -> FINE;
            case WARNING -> WARNINGS;
            case PROBLEM -> PROBLEMS;
        };
    }

    /** Returns lines for people: one for each finding, with its remedy below, and a sum. Every line ends with a line feed. */
    public String text() {
        int width =
                findings.stream().mapToInt(one -> one.check().length()).max().orElse(0);
        String indentation = " ".repeat("problem".length() + 2 + width + 2);
        StringBuilder lines = new StringBuilder();
        for (Finding one : findings) {
            lines.append("%-7s  %s  %s%n".formatted(one.status().text(), padded(one.check(), width), one.found()));
            if (!one.remedy().isEmpty()) {
                lines.append(indentation).append(one.remedy()).append(System.lineSeparator());
            }
        }
        return lines.append("%n%s%n".formatted(sum())).toString();
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(width - text.length());
    }

    private String sum() {
        return "%s, %s, %d ok, %d skipped."
                .formatted(
                        Findings.count(count(Status.PROBLEM), "problem", "problems"),
                        Findings.count(count(Status.WARNING), "warning", "warnings"),
                        count(Status.OK),
                        count(Status.SKIPPED));
    }

    private long count(Status status) {
        return findings.stream().filter(one -> one.status() == status).count();
    }

    /** Returns the same as JSON, in one line. */
    public String json() {
        Map<String, Json> counts = new LinkedHashMap<>();
        for (Status status : List.of(Status.PROBLEM, Status.WARNING, Status.OK, Status.SKIPPED)) {
            counts.put(status.text(), new Json.Num(BigDecimal.valueOf(count(status))));
        }
        Map<String, Json> whole = new LinkedHashMap<>();
        whole.put("status", new Json.Str(status().text()));
        whole.put("counts", new Json.Obj(counts));
        whole.put(
                "findings", new Json.Arr(findings.stream().map(Diagnosis::json).toList()));
        return JsonWriter.write(new Json.Obj(whole));
    }

    private static Json json(Finding finding) {
        Map<String, Json> fields = new LinkedHashMap<>();
        fields.put("check", new Json.Str(finding.check()));
        fields.put("status", new Json.Str(finding.status().text()));
        fields.put("found", new Json.Str(finding.found()));
        fields.put("remedy", new Json.Str(finding.remedy()));
        return new Json.Obj(fields);
    }
}
