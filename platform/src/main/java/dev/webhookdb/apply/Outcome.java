package dev.webhookdb.apply;

import java.time.Duration;

/** Where one delivery has come to. */
sealed interface Outcome {
    /** Its rows are stored. */
    record Done() implements Outcome {}

    /** What it names is being fetched; {@link ReferencedResources} settles it. */
    record Fetching() implements Outcome {}

    /** It says nothing about the tables it could fill. */
    record Ignored(String reason) implements Outcome {}

    /** It cannot be stored, and trying again would not help by itself. */
    record Failed(String reason) implements Outcome {}

    /**
     * It is tried again.
     *
     * @param counts whether this was one of the attempts after which it is given up
     */
    record Retry(String reason, Duration delay, boolean counts) implements Outcome {}
}
