package dev.webhookdb.doctor;

import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;

/** Collects what one check finds. Not thread-safe. */
final class Findings {
    /** So many of a kind are named; the others are counted. */
    static final int MOST_NAMED = 20;

    private final String check;
    private final List<Finding> all = new ArrayList<>();

    Findings(String check) {
        this.check = check;
    }

    static List<Finding> skipped(String check, String why) {
        return List.of(new Finding(check, Status.SKIPPED, why, ""));
    }

    Findings ok(String found) {
        return add(Status.OK, found, "");
    }

    Findings warning(String found, String remedy) {
        return add(Status.WARNING, found, remedy);
    }

    Findings problem(String found, String remedy) {
        return add(Status.PROBLEM, found, remedy);
    }

    private Findings add(Status status, String found, String remedy) {
        all.add(new Finding(check, status, found, remedy));
        return this;
    }

    List<Finding> all() {
        return List.copyOf(all);
    }

    /** Returns what was found, or this if nothing was. */
    List<Finding> orOk(String found) {
        return all.isEmpty() ? ok(found).all() : all();
    }

    /** Writes names one after the other, and how many more there are. */
    static String named(List<String> names) {
        int more = names.size() - MOST_NAMED;
        String first = String.join("; ", names.subList(0, Math.min(names.size(), MOST_NAMED)));
        return more > 0 ? "%s; and %d more".formatted(first, more) : first;
    }

    /** Returns a number with its noun: {@code 1 file}, {@code 3 files}. */
    static String count(long number, String singular, String plural) {
        return number + " " + (number == 1 ? singular : plural);
    }

    /** Returns why something failed, for people. */
    static String reason(Throwable failure) {
        String message = failure.getMessage();
        if (failure instanceof ConnectException && (message == null || message.isBlank())) {
            // Java's HTTP client has no words for it
            return "connection refused";
        }
        return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
    }
}
