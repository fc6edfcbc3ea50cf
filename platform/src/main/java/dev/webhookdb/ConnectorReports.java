package dev.webhookdb;

import dev.webhookdb.connector.Installed;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the operator which connectors there are, and which are not used and why. */
final class ConnectorReports {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectorReports.class);

    private ConnectorReports() {}

    static void log(List<Installed> all) {
        for (Installed installed : all) {
            switch (installed) {
                case Installed.Ready one ->
                    LOG.info(
                            "Connector {} {} is ready{}",
                            one.id(),
                            one.version(),
                            one.notes().isEmpty() ? "" : ": " + one.notes());
                case Installed.Refused one -> LOG.warn("Refused {}: {} {}", one.path(), one.problem(), one.remedy());
            }
        }
    }

    /** @throws IllegalStateException if one of them was refused */
    static void requireGood(List<Installed> all) {
        List<Installed.Refused> refused = all.stream()
                .filter(Installed.Refused.class::isInstance)
                .map(Installed.Refused.class::cast)
                .toList();
        if (!refused.isEmpty()) {
            throw new IllegalStateException(
                    "%d connectors were refused, and connectors.strict is on. The first: %s: %s %s"
                            .formatted(
                                    refused.size(),
                                    refused.getFirst().path(),
                                    refused.getFirst().problem(),
                                    refused.getFirst().remedy()));
        }
    }
}
