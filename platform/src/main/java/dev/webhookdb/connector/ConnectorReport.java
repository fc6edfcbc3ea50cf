package dev.webhookdb.connector;

import dev.webhookdb.spi.Resource;
import java.util.List;
import java.util.stream.Collectors;

/** Renders what became of connectors as text for a terminal. */
public final class ConnectorReport {
    private ConnectorReport() {}

    /** Renders a list; every line ends with a line feed. */
    public static String render(List<Installed> all) {
        return all.isEmpty()
                ? "No connectors are installed.\n"
                : all.stream().map(ConnectorReport::render).collect(Collectors.joining());
    }

    /** Renders one outcome; every line ends with a line feed. */
    public static String render(Installed one) {
        return switch (one) {
            case Installed.Ready ready ->
                ReportLines.ready(ready.path(), ready.id(), ready.version(), ready.title())
                        + ReportLines.line("services", services(ready))
                        + ReportLines.notes(ready.notes());
            case Installed.Refused refused -> ReportLines.refused(refused.path(), refused.problem(), refused.remedy());
        };
    }

    private static String services(Installed.Ready ready) {
        return ready.resources().stream().map(Resource::name).collect(Collectors.joining(", "));
    }
}
