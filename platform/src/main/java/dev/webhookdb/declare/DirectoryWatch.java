package dev.webhookdb.declare;

import dev.webhookdb.crypto.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** Tells whether a directory's files are still what they were, also where they are links that something turns to other files. Thread-safe. */
record DirectoryWatch(Path directory) {
    /** Larger ones are told apart by their times: nobody may make the host read them again and again. */
    private static final long LARGEST_READ = 1 << 20;

    /** Returns a text that becomes another one when a file is added, removed or changed. */
    String state() {
        try {
            MessageDigest digest = Sha256.begin();
            for (Path file : files()) {
                digest.update(file.getFileName().toString().getBytes(StandardCharsets.UTF_8));
                digest.update(content(file));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            return e.toString();
        }
    }

    private List<Path> files() throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static byte[] content(Path file) {
        try {
            return Files.size(file) > LARGEST_READ
                    ? Files.getLastModifiedTime(file).toString().getBytes(StandardCharsets.UTF_8)
                    : Files.readAllBytes(file);
        } catch (IOException e) {
            return e.toString().getBytes(StandardCharsets.UTF_8);
        }
    }
}
