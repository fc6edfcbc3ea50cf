package dev.webhookdb.distribution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A host's embedded PostgreSQL, as its files show it.
 *
 * @param data its data directory
 */
record Postgres(Path data) {
    private static final int PID = 0;
    private static final int PORT = 3;

    /** SIGKILL for the postmaster first, which then makes no more children, and for all of these. */
    void kill() {
        postmaster().ifPresent(postmaster -> {
            List<ProcessHandle> children = postmaster.descendants().toList();
            postmaster.destroyForcibly();
            children.forEach(ProcessHandle::destroyForcibly);
        });
    }

    /** The running server; not a process that got the pid of an ended one. */
    Optional<ProcessHandle> postmaster() {
        return lines().flatMap(
                        lines -> ProcessHandle.of(Long.parseLong(lines.get(PID).strip())))
                .filter(found -> found.info().command().orElse("").contains("postgres"));
    }

    int port() {
        return Integer.parseInt(lines().orElseThrow().get(PORT).strip());
    }

    private Optional<List<String>> lines() {
        try (Stream<String> lines = Files.lines(data.resolve("postmaster.pid"))) {
            return Optional.of(lines.toList()).filter(all -> !all.isEmpty());
        } catch (IOException e) {
            // it does not run
            return Optional.empty();
        }
    }
}
