package dev.webhookdb.cli;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;

/**
 * The cache of loaded classes that the client starts with. The one that comes along fits one Java; with another, the client starts slowly
 * until the user has a cache for it.
 */
final class StartCache {
    /** The program that makes it, in {@code bin/webhookdb}'s words; missing where nobody could keep one. */
    private static final String MAKER = "webhookdb.cache-maker";

    private StartCache() {}

    /** Has a cache made for the next command if this one started without; waits for nothing, and says nothing. */
    static void makeIfMissing() {
        String maker = System.getProperty(MAKER);
        // a JVM that uses no cache of classes does not name "sharing" among its ways
        if (maker == null || System.getProperty("java.vm.info", "sharing").contains("sharing")) {
            return;
        }
        try {
            new ProcessBuilder(maker, "make-cache", "cli")
                    .redirectInput(Redirect.from(new File("/dev/null")))
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            // commands are as slow as before, and no worse
            return;
        }
    }
}
