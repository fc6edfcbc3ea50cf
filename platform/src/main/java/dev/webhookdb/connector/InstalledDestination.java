package dev.webhookdb.connector;

import java.nio.file.Path;
import java.util.List;

/** What became of one entry of the destinations directory. */
public sealed interface InstalledDestination {
    /** Returns where it lies: a JAR, a folder of JARs, or the destinations directory itself if that cannot be used. */
    Path path();

    /**
     * A destination that can be used.
     *
     * @param version the release that is running, as its manifest says
     * @param schemes of its URLs, in lower case
     * @param example a URL that people can take as a pattern
     * @param notes sentences about why what lies there now is not used, and about what a restart would change; usually none
     */
    record Ready(
            Path path,
            String id,
            String version,
            String title,
            List<String> schemes,
            String example,
            List<String> notes)
            implements InstalledDestination {
        public Ready {
            schemes = List.copyOf(schemes);
            notes = List.copyOf(notes);
        }
    }

    /**
     * A destination that cannot be used.
     *
     * @param problem what is wrong, in one sentence
     * @param remedy what to do about it, in one sentence
     */
    record Refused(Path path, String problem, String remedy) implements InstalledDestination {}
}
