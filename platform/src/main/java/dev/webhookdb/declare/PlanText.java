package dev.webhookdb.declare;

import dev.webhookdb.declare.Change.Action;
import java.util.ArrayList;
import java.util.List;

/** Shows people what is to be done. */
public final class PlanText {
    private static final int LONGEST = 100;

    private PlanText() {}

    /** Returns lines with a sign for each change, and below it what becomes different; then what cannot be read, and at the end how many there are. */
    public static List<String> lines(Plan plan) {
        List<String> lines = new ArrayList<>();
        String organization = "";
        for (Change change : plan.changes()) {
            if (!change.organization().equals(organization)) {
                organization = change.organization();
                lines.add(organization);
            }
            lines.add("  %s %s %s (%s)"
                    .formatted(sign(change.action()), change.kind().noun(), change.name(), origin(change)));
            change.differences().forEach(one -> lines.add("      " + shown(change, one)));
        }
        if (!lines.isEmpty()) {
            lines.add("");
        }
        plan.unreadable().forEach(one -> lines.add(one.toString()));
        lines.add(summary(plan));
        return lines;
    }

    private static String origin(Change change) {
        return switch (change.action()) {
            case CREATE, UPDATE -> change.at().toString();
            case DELETE ->
                "made by %s, where it is no more".formatted(change.at().file());
            case KEEP -> "no more in %s; it stays".formatted(change.at().file());
        };
    }

    private static String sign(Action action) {
        return switch (action) {
            case CREATE -> "+";
            case UPDATE -> "~";
            case DELETE -> "-";
            case KEEP -> "=";
        };
    }

    private static String shown(Change change, Difference difference) {
        String after = cut(difference.after());
        if (change.action() == Action.CREATE) {
            return "%s: %s".formatted(difference.attribute(), after);
        }
        if (difference.isSecret()
                && !difference.before().isEmpty()
                && !difference.after().isEmpty()) {
            return "%s: (secret, changed)".formatted(difference.attribute());
        }
        return "%s: %s -> %s".formatted(difference.attribute(), nothing(cut(difference.before())), nothing(after));
    }

    private static String nothing(String text) {
        return text.isEmpty() ? "(nothing)" : text;
    }

    private static String cut(String text) {
        String line = text.strip().replaceAll("\\s*\\R\\s*", " ");
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
    }

    /** Returns how many changes there are, in a sentence. */
    public static String summary(Plan plan) {
        if (plan.isEmpty()) {
            return (plan.unreadable().isEmpty()
                            ? "Everything is as the files say."
                            : "Everything that can be read is as the files say.")
                    + kept(plan);
        }
        return "%d to create, %d to change, %d to delete.%s"
                .formatted(plan.count(Action.CREATE), plan.count(Action.UPDATE), plan.count(Action.DELETE), kept(plan));
    }

    private static String kept(Plan plan) {
        return plan.count(Action.KEEP) == 0
                ? ""
                : " What no file has any more stays (=): --prune deletes what files made of it.";
    }

    /** Returns a word for what was done. */
    public static String past(Action action) {
        return switch (action) {
            case CREATE -> "created";
            case UPDATE -> "changed";
            case DELETE -> "deleted";
            case KEEP -> "kept";
        };
    }
}
