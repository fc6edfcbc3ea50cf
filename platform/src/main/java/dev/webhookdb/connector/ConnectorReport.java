package dev.webhookdb.connector;

import dev.webhookdb.spi.Resource;
import java.util.List;
import java.util.stream.Collectors;

/** Renders what became of connectors as text for a terminal. */
public final class ConnectorReport {
    private static final String INDENT = " ".repeat(9);

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
                "READY    %s %s (%s), from %s\n".formatted(ready.id(), ready.version(), ready.title(), name(ready))
                        + line("services", services(ready))
                        + ready.notes().stream().map(note -> line("note", note)).collect(Collectors.joining());
            case Installed.Refused refused ->
                "REFUSED  %s\n".formatted(name(refused))
                        + line("problem", refused.problem())
                        + line("remedy", refused.remedy());
        };
    }

    private static Object name(Installed one) {
        return one.path().getFileName();
    }

    private static String services(Installed.Ready ready) {
        return ready.resources().stream().map(Resource::name).collect(Collectors.joining(", "));
    }

    private static String line(String label, String text) {
        return "%s%-9s %s\n".formatted(INDENT, label + ":", text);
    }
}
