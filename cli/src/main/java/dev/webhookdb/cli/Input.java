package dev.webhookdb.cli;

import java.util.Optional;

/** Who answers questions: a person at a terminal, or lines from elsewhere. */
interface Input {
    /** Whether somebody can be asked, and asked again. */
    boolean isPerson();

    /**
     * Shows a question and reads the line that answers it.
     *
     * @param hidden whether what is typed must not be seen
     * @return the line without its break; nothing at the end of input
     */
    Optional<String> ask(String prompt, boolean hidden);

    /** Reads all of standard input that was not read yet. */
    String rest();
}
