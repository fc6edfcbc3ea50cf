package dev.webhookdb.connector;

import java.nio.file.Path;

/** A copy of what a JAR of some {@link PluginKind} declared when it was loaded; reading it runs none of the JAR's code. */
interface Plugin {
    /** Returns where it lies: a JAR, or a folder of JARs. */
    Path path();

    /** Returns the identifier, which no two of a kind may have. */
    String id();

    /** Returns the release, as the manifest says. */
    String version();

    /** Returns what its classes come from. */
    PluginClassLoader loader();

    /** Returns how a person tells it from another with the same id. */
    default String label() {
        return "%s (%s %s)".formatted(path().getFileName(), id(), version());
    }

    /** Gives back what is held for it. Classes that were not used before may then be missing. */
    default void discard() {
        loader().close();
    }
}
