package dev.webhookdb.doctor;

import java.util.Objects;

/**
 * What a check found.
 *
 * @param check the name of the check, in snake case
 * @param found a sentence without secrets, in one line
 * @param remedy what to do, likewise; empty if there is nothing to do
 */
public record Finding(String check, Status status, String found, String remedy) {
    /** Makes one line of each sentence: some are the words of other programs. */
    public Finding {
        Objects.requireNonNull(check, "check");
        Objects.requireNonNull(status, "status");
        found = line(found);
        remedy = line(remedy);
    }

    /** What comes from elsewhere must not move the cursor of a terminal. */
    private static String line(String text) {
        return text.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
    }
}
