package dev.webhookdb;

import dev.webhookdb.connector.Installed;
import dev.webhookdb.connector.InstalledDestination;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the operator which connectors and destinations there are, and which are not used and why. */
final class PluginReports {
    private static final Logger LOG = LoggerFactory.getLogger(PluginReports.class);

    private PluginReports() {}

    static void logConnectors(List<Installed> all) {
        for (Installed installed : all) {
            switch (installed) {
                case Installed.Ready one -> ready("Connector", one.id(), one.version(), one.notes());
                case Installed.Refused one -> refused(one.path(), one.problem(), one.remedy());
            }
        }
    }

    static void logDestinations(List<InstalledDestination> all) {
        for (InstalledDestination installed : all) {
            switch (installed) {
                case InstalledDestination.Ready one -> ready("Destination", one.id(), one.version(), one.notes());
                case InstalledDestination.Refused one -> refused(one.path(), one.problem(), one.remedy());
            }
        }
    }

    private static void ready(String kind, String id, String version, List<String> notes) {
        LOG.info("{} {} {} is ready{}", kind, id, version, notes.isEmpty() ? "" : ": " + notes);
    }

    private static void refused(Path path, String problem, String remedy) {
        LOG.warn("Refused {}: {} {}", path, problem, remedy);
    }

    /** @throws IllegalStateException if one of them was refused */
    static void requireGoodConnectors(List<Installed> all) {
        requireNone(
                "connector",
                all.stream()
                        .filter(Installed.Refused.class::isInstance)
                        .map(Installed.Refused.class::cast)
                        .map(one -> sentence(one.path(), one.problem(), one.remedy()))
                        .toList());
    }

    /** @throws IllegalStateException if one of them was refused */
    static void requireGoodDestinations(List<InstalledDestination> all) {
        requireNone(
                "destination",
                all.stream()
                        .filter(InstalledDestination.Refused.class::isInstance)
                        .map(InstalledDestination.Refused.class::cast)
                        .map(one -> sentence(one.path(), one.problem(), one.remedy()))
                        .toList());
    }

    private static String sentence(Path path, String problem, String remedy) {
        return "%s: %s %s".formatted(path, problem, remedy);
    }

    private static void requireNone(String kind, List<String> refused) {
        if (!refused.isEmpty()) {
            String what = refused.size() == 1
                    ? "A %s was refused".formatted(kind)
                    : "%d %ss were refused".formatted(refused.size(), kind);
            throw new IllegalStateException("%s, and %ss.strict is on. %s%s"
                    .formatted(what, kind, refused.size() == 1 ? "" : "The first: ", refused.getFirst()));
        }
    }
}
