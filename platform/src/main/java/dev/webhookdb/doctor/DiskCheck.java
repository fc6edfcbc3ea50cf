package dev.webhookdb.doctor;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Whether a directory can be written to, and has room. */
final class DiskCheck {
    private static final long LEAST_BYTES = 1L << 30;

    /** A twentieth. */
    private static final int LEAST_SHARE = 20;

    private static final double GIBIBYTE = 1L << 30;

    private final String name;
    private final Path directory;
    private final Disk disk;

    /**
     * Room of a disk, in bytes.
     *
     * @param total more than zero
     * @param free what the server's user may still take
     */
    record Room(long total, long free) {}

    /** Tells how much room there is where a path is. */
    interface Disk {
        Room room(Path path) throws IOException;
    }

    DiskCheck(String name, Path directory) {
        this(name, directory, DiskCheck::room);
    }

    DiskCheck(String name, Path directory, Disk disk) {
        this.name = name;
        this.directory = directory;
        this.disk = disk;
    }

    private static Room room(Path path) throws IOException {
        FileStore store = Files.getFileStore(path);
        return new Room(store.getTotalSpace(), store.getUsableSpace());
    }

    List<Finding> examine() throws IOException {
        Findings findings = new Findings(name);
        boolean exists = Files.exists(directory);
        Path there = exists ? directory : ancestor();
        if (exists && !Files.isDirectory(directory)) {
            return findings.problem(
                            "%s is no directory.".formatted(directory),
                            "Move the file away, or set data-dir to another directory.")
                    .all();
        }
        if (!Files.isWritable(there)) {
            return findings.problem(
                            "The user \"%s\" may not write to %s.".formatted(System.getProperty("user.name"), there),
                            "Give the server's user the right to, run this as that user, or set data-dir to another directory.")
                    .all();
        }
        Room room = disk.room(there);
        String free = String.format(
                Locale.ROOT, "%.1f GiB of %.1f GiB are free", room.free() / GIBIBYTE, room.total() / GIBIBYTE);
        if (room.free() < LEAST_BYTES || room.free() < room.total() / LEAST_SHARE) {
            findings.warning(
                    "The disk of %s is nearly full: %s.".formatted(directory, free),
                    "Make room, or move the directory to a larger disk: webhooks are refused when nothing can be written.");
        }
        return findings.orOk(
                exists
                        ? "%s can be written to; %s.".formatted(directory, free)
                        : "%s is not there yet, and the first start makes it; %s.".formatted(directory, free));
    }

    private Path ancestor() {
        Path path = directory.toAbsolutePath();
        while (!Files.exists(path)) {
            path = Optional.ofNullable(path.getParent()).orElseThrow();
        }
        return path;
    }
}
