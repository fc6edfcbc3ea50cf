package dev.webhookdb.connector;

import java.nio.file.Path;
import java.util.List;

/** Checks one destination before it is installed, exactly as the host does when it starts. */
public final class DestinationCheck {
    private DestinationCheck() {}

    /**
     * Loads a destination and says what would become of it. What only shows next to other destinations, such as a scheme that is
     * taken, is not found here.
     *
     * @param path a JAR, or a folder of JARs
     */
    public static InstalledDestination check(Path path) {
        try {
            DeclaredDestination declared = PluginDirectory.loadAlone(path, DestinationLoader::load);
            declared.discard();
            return declared.installed(List.of());
        } catch (LoadProblem refusal) {
            return refusal.ofDestination(path);
        }
    }
}
