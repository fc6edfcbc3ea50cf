package dev.webhookdb.doctor;

import dev.webhookdb.integration.SealedEndpoints;
import dev.webhookdb.journal.Abandoned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Whether webhooks can be kept on this host's disk while the database is away, and whether some wait there. */
final class JournalCheck {
    static final String NAME = "journal";

    private static final double MEBIBYTE = 1 << 20;

    private final Path directory;
    private final boolean isOn;
    private final long most;

    /** @param most how many bytes journals may take, as is configured */
    JournalCheck(Path directory, boolean isOn, long most) {
        this.directory = directory;
        this.isOn = isOn;
        this.most = most;
    }

    List<Finding> examine() throws IOException {
        List<Finding> all = new ArrayList<>();
        if (isOn) {
            new DiskCheck(NAME, directory)
                    .examine().stream()
                            .filter(finding -> finding.status() != Status.OK)
                            .forEach(all::add);
        }
        Findings findings = new Findings(NAME);
        List<Path> journals = Abandoned.in(directory);
        long bytes = journals.stream().mapToLong(Abandoned::bytes).sum();
        String size = String.format(Locale.ROOT, "%.1f MiB", bytes / MEBIBYTE);
        if (!journals.isEmpty()) {
            findings.warning(
                    "Webhooks wait in %s: %s of %s."
                            .formatted(directory, size, Findings.count(journals.size(), "journal", "journals")),
                    isOn
                            ? "A server that runs stores them when the database answers; its log says what keeps it from that."
                            : "Set ingest.journal to on and start the server: it stores them.");
        }
        if (isOn && bytes > most / 2) {
            findings.warning(
                    "More than half of ingest.journal-max is used.",
                    "Bring the database back, or allow more: webhooks are refused when it is full.");
        }
        List<Path> aside = Abandoned.setAside(directory);
        if (!aside.isEmpty()) {
            findings.problem(
                    "Not all of these files could be read and stored: %s."
                            .formatted(Findings.named(
                                    aside.stream().map(Path::toString).toList())),
                    "The server's log says which bytes. Have providers send again what came at that time, look at the disk, and move the files away.");
        }
        all.addAll(findings.all());
        if (!all.isEmpty()) {
            return List.copyOf(all);
        }
        return findings.orOk(
                isOn
                        ? "%s can be written to, and nothing waits there. A server that starts while PostgreSQL is away takes %s."
                                .formatted(
                                        directory,
                                        Files.exists(directory.resolve(SealedEndpoints.NAME))
                                                ? "webhooks"
                                                : "none before it has run with it")
                        : "It is off: webhooks are refused while the database is away.");
    }
}
