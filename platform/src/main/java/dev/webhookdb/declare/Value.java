package dev.webhookdb.declare;

import java.util.List;

/**
 * What is said of an attribute, in the form in which it is compared. Prints no secrets.
 *
 * @param texts one for a single value, any number for a list
 * @param isSecret whether it is not to be shown
 * @param isKept whether it stays what it is now: somebody wrote that it is stored already, and gave no other
 */
public record Value(List<String> texts, boolean isSecret, boolean isKept, Position at) {
    /** Copies the texts. */
    public Value {
        texts = List.copyOf(texts);
    }

    /** Returns the single value, or the list with commas. */
    public String text() {
        return String.join(", ", texts);
    }

    @Override
    public String toString() {
        return isSecret ? "[secret]" : text();
    }
}
