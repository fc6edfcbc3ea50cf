package dev.webhookdb.transcript;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A file of what people do, and what they see.
 *
 * <pre>
 * # a remark
 * joe$ webhookdb auth login joe@example.com
 * &lt; {code}
 * What is printed.
 * * 3 webhooks arrive at {integration-1}
 * </pre>
 *
 * <p>A line with the name of somebody is a command of theirs, lines with {@code <} are what they type, a star is something that
 * happens. All other lines are what is printed, and the exit status where it is not 0.
 */
record Transcript(List<Part> parts) {
    /** A part. */
    sealed interface Part {
        /** How it stands in the file. */
        String text();
    }

    /** A line that is kept as it is. */
    record Remark(String text) implements Part {}

    /** Something that happens. */
    record Event(String text) implements Part {}

    /** A command, what is typed, and what is printed. */
    record Command(String who, String line, List<String> typed, String printed) implements Part {
        @Override
        public String text() {
            String answers = typed.stream().map(answer -> "\n< " + answer).collect(Collectors.joining());
            return "%s$ %s%s%s".formatted(who, line, answers, printed.isEmpty() ? "" : "\n" + printed);
        }

        Command printing(String other) {
            return new Command(who, line, typed, other);
        }
    }

    static Transcript parse(String text) {
        List<String> lines = text.strip().lines().toList();
        List<Part> parts = new ArrayList<>();
        int at = 0;
        while (at < lines.size()) {
            int end = at + 1;
            while (end < lines.size() && !beginsPart(lines.get(end))) {
                end++;
            }
            parts.add(part(lines.subList(at, end)));
            at = end;
        }
        return new Transcript(parts);
    }

    String text() {
        return parts.stream().map(part -> part.text().stripTrailing()).collect(Collectors.joining("\n\n")) + "\n";
    }

    private static Part part(List<String> lines) {
        String first = lines.getFirst();
        if (first.startsWith("#")) {
            return new Remark(first);
        }
        if (first.startsWith("* ")) {
            return new Event(first);
        }
        int prompt = first.indexOf("$ ");
        List<String> typed = lines.stream()
                .skip(1)
                .takeWhile(line -> line.startsWith("< "))
                .map(line -> line.substring(2))
                .toList();
        String printed = lines.stream().skip(1L + typed.size()).collect(Collectors.joining("\n"));
        return new Command(first.substring(0, prompt), first.substring(prompt + 2), typed, printed.stripTrailing());
    }

    private static boolean beginsPart(String line) {
        return line.matches("[a-z]+\\$ webhookdb .*") || line.startsWith("* ") || line.startsWith("#");
    }
}
