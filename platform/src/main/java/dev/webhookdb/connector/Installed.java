package dev.webhookdb.connector;

import dev.webhookdb.spi.Resource;
import java.nio.file.Path;
import java.util.List;

/** What became of one entry of a connectors directory. */
public sealed interface Installed {
    /** Returns where it lies: a JAR, a folder of JARs, or a connectors directory itself if that cannot be used. */
    Path path();

    /**
     * A connector that can be used.
     *
     * @param version the release that is running, as its manifest says
     * @param resources what it declares, in its order
     * @param notes sentences about why what lies there now is not used, about what a restart would change, and about how the process before
     *     this one ended; usually none
     */
    record Ready(Path path, String id, String version, String title, List<Resource> resources, List<String> notes)
            implements Installed {
        public Ready {
            resources = List.copyOf(resources);
            notes = List.copyOf(notes);
        }
    }

    /**
     * A connector that cannot be used.
     *
     * @param problem what is wrong, in one sentence
     * @param remedy what to do about it, in one sentence
     */
    record Refused(Path path, String problem, String remedy) implements Installed {}
}
