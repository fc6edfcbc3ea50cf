package dev.webhookdb.cli;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Options that somebody may have meant. The parser only suggests those that begin alike. */
final class Mistyped {
    private static final int MOST_MISTAKES = 3;

    private Mistyped() {}

    /** Tells the option that is most like an unknown one; returns whether there is one. */
    static boolean suggestOption(ParameterException e, Environment environment) {
        if (!(e instanceof UnmatchedArgumentException unmatched) || !unmatched.isUnknownOption()) {
            return false;
        }
        String typed = unmatched.getUnmatched().getFirst().split("=", 2)[0];
        List<String> near = unmatched.getCommandLine().getCommandSpec().options().stream()
                .flatMap(option -> Stream.of(option.names()))
                .filter(name -> name.startsWith("--") && mistakes(typed, name) <= MOST_MISTAKES)
                .sorted(Comparator.comparingInt(name -> mistakes(typed, name)))
                .limit(1)
                .toList();
        near.forEach(name -> environment.tell("Did you mean: " + name + "?"));
        return !near.isEmpty();
    }

    /** How many letters have to be inserted, removed or replaced: Levenshtein's distance. */
    private static int mistakes(String typed, String meant) {
        int[] above = new int[meant.length() + 1];
        for (int i = 0; i <= typed.length(); i++) {
            int[] row = new int[meant.length() + 1];
            row[0] = i;
            for (int j = 1; j <= meant.length(); j++) {
                if (i == 0) {
                    row[j] = j;
                } else {
                    int replaced = above[j - 1] + (typed.charAt(i - 1) == meant.charAt(j - 1) ? 0 : 1);
                    row[j] = Math.min(replaced, 1 + Math.min(above[j], row[j - 1]));
                }
            }
            above = row;
        }
        return above[meant.length()];
    }
}
