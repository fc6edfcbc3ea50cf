package dev.webhookdb.connector;

/** Renders what became of destinations as text for a terminal. */
public final class DestinationReport {
    private DestinationReport() {}

    /** Renders one outcome; every line ends with a line feed. */
    public static String render(InstalledDestination one) {
        return switch (one) {
            case InstalledDestination.Ready ready ->
                ReportLines.ready(ready.path(), ready.id(), ready.version(), ready.title())
                        + ReportLines.line("schemes", String.join(", ", ready.schemes()))
                        + ReportLines.line("example", ready.example())
                        + ReportLines.notes(ready.notes());
            case InstalledDestination.Refused refused ->
                ReportLines.refused(refused.path(), refused.problem(), refused.remedy());
        };
    }
}
