package dev.webhookdb.connector;

import java.nio.file.Path;
import java.util.List;

/** Checks one connector before it is installed, exactly as the host does when it starts. */
public final class ConnectorCheck {
    private ConnectorCheck() {}

    /**
     * Loads a connector and says what would become of it. What only shows next to other connectors, such as an id that is taken,
     * is not found here.
     *
     * @param path a JAR, or a folder of JARs
     */
    public static Installed check(Path path) {
        try {
            return PluginDirectory.loadAlone(path, ConnectorLoader::load).installed(List.of());
        } catch (LoadProblem refusal) {
            return refusal.at(path);
        }
    }
}
