package dev.webhookdb.config;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds what somebody probably meant who misspelt a name. */
public final class Nearest {
    /** How many letters may be wrong; names have at most a few dozen. */
    private static final int FAR = 3;

    private static final int LONGEST = 200;

    private Nearest() {}

    /** Returns the name that a text differs from by the fewest letters, if these are few, and at most a third of it. */
    public static Optional<String> of(String text, Collection<String> names) {
        if (text.length() > LONGEST) {
            return Optional.empty();
        }
        return names.stream()
                .min(Comparator.comparingInt(name -> distance(name, text)))
                .filter(name -> distance(name, text) <= Math.min(FAR, Math.max(1, text.length() / 3)));
    }

    /** How many letters have to be changed, added or left out for the one to become the other. */
    static int distance(String one, String other) {
        int[] previous = new int[other.length() + 1];
        Arrays.setAll(previous, index -> index);
        for (int row = 1; row <= one.length(); row++) {
            int[] current = new int[other.length() + 1];
            current[0] = row;
            for (int column = 1; column <= other.length(); column++) {
                int change = one.charAt(row - 1) == other.charAt(column - 1) ? 0 : 1;
                current[column] =
                        Math.min(previous[column - 1] + change, Math.min(previous[column], current[column - 1]) + 1);
            }
            previous = current;
        }
        return previous[other.length()];
    }
}
