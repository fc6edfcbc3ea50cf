package dev.webhookdb.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The server process of a data directory, as its lock file names it and as the system confirms it. A lock file outlives
 * a crash, and its number may belong to anybody by then: only a process that is PostgreSQL and works in this very
 * directory counts.
 *
 * @param pid the process
 * @param port where it listens
 * @param ready whether it said that it takes connections
 */
record Postmaster(long pid, int port, boolean ready) {
    private static final int PID = 0;
    private static final int PORT = 3;
    private static final int STATUS = 7;

    /** The one that runs in the directory, if there is one. */
    static Optional<Postmaster> find(Path data) {
        return read(data).filter(found -> worksIn(found.pid(), data));
    }

    /** Takes away a lock file whose process is gone or is somebody else's: PostgreSQL itself would give up. */
    static void removeStaleLock(Path data) throws IOException {
        if (find(data).isEmpty()) {
            Files.deleteIfExists(lock(data));
        }
    }

    /** What a killed server left running: its workers notice late when they are busy, and a new server waits for them. */
    static List<ProcessHandle> stragglers(Path data) {
        return ProcessHandle.allProcesses()
                .filter(process -> worksIn(process.pid(), data))
                .toList();
    }

    Optional<ProcessHandle> process() {
        return ProcessHandle.of(pid);
    }

    /** Whether it was started from these binaries: after an upgrade it must not go on. */
    boolean runs(EmbeddedBinaries binaries) {
        String program = binaries.program("postgres");
        return process()
                .map(ProcessHandle::info)
                .filter(info -> info.command().filter(program::equals).isPresent()
                        || info.commandLine()
                                .filter(line -> line.startsWith(program))
                                .isPresent())
                .isPresent();
    }

    private static Optional<Postmaster> read(Path data) {
        try {
            List<String> lines = Files.readAllLines(lock(data));
            long pid = Long.parseLong(lines.get(PID).strip());
            int port = lines.size() > PORT ? Integer.parseInt(lines.get(PORT).strip()) : 0;
            return Optional.of(new Postmaster(
                    pid, port, lines.size() > STATUS && lines.get(STATUS).startsWith("ready")));
        } catch (IOException | NumberFormatException | IndexOutOfBoundsException failure) {
            // no file, or one that was cut short by a crash
            return Optional.empty();
        }
    }

    private static boolean worksIn(long pid, Path data) {
        Optional<ProcessHandle> process = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
        return process.isPresent() && !zombie(pid) && isPostgres(process.get()) && mentions(process.get(), data);
    }

    /** A dead process whose parent did not ask for its status still looks alive. */
    private static boolean zombie(long pid) {
        try {
            String status = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return status.substring(status.lastIndexOf(')') + 1).stripLeading().startsWith("Z");
        } catch (IOException failure) {
            return false;
        }
    }

    private static boolean isPostgres(ProcessHandle process) {
        String program =
                process.info().command().or(() -> process.info().commandLine()).orElse("");
        return program.contains("postgres");
    }

    /** By its working directory, or where that is not shown, by its arguments. */
    private static boolean mentions(ProcessHandle process, Path data) {
        try {
            return Files.readSymbolicLink(Path.of("/proc", Long.toString(process.pid()), "cwd"))
                    .equals(data);
        } catch (IOException | UnsupportedOperationException failure) {
            String[] arguments = process.info().arguments().orElse(new String[0]);
            return List.of(arguments).contains(data.toString());
        }
    }

    private static Path lock(Path data) {
        return data.resolve("postmaster.pid");
    }
}
