package dev.webhookdb.testkit;

import org.junit.jupiter.api.Assertions;

/** How the kit complains: what is wrong, and what its reader can do about it. */
final class Require {
    private Require() {}

    static void that(boolean holds, String problem, String remedy) {
        if (!holds) {
            failed(problem, remedy);
        }
    }

    static void failed(String problem, String remedy) {
        Assertions.fail(problem + "\n  What to do: " + remedy);
    }
}
