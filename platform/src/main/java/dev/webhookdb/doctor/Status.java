package dev.webhookdb.doctor;

import java.util.Locale;

/** How it stands with what was checked, from best to worst. */
public enum Status {
    /** It could not be checked, or there is nothing to check. */
    SKIPPED,
    /** It is as it should be. */
    OK,
    /** It works, but should be changed, or will not work for long. */
    WARNING,
    /** It does not work, or keeps the server from starting. */
    PROBLEM;

    /** Returns its name in answers to programs. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
