package dev.webhookdb.declare;

import dev.webhookdb.crypto.Sha256;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * The files that references name, as they were when they were read: tells whether one of them is another one now. What it remembers of them
 * are digests, because most hold secrets. For use by one thread at a time.
 */
final class ReferencedFiles {
    private final Map<Name, String> digests = new HashMap<>();

    /** A path, and the directory that it may be relative to. */
    private record Name(Path directory, String path) {
        String digest() {
            return ReferencedFiles.digest(ReferencedFile.read(directory, path));
        }
    }

    /** Reads a file, and remembers what is in it, or why that cannot be said. */
    ReferencedFile.Content read(Path directory, String path) {
        ReferencedFile.Content content = ReferencedFile.read(directory, path);
        // the first one counts: had it changed before a second reference to it was read, that would have to be noticed
        digests.putIfAbsent(new Name(directory, path), digest(content));
        return content;
    }

    /** Returns whether a file that was read holds something else now, is gone, or is there after all. */
    boolean areChanged() {
        return digests.entrySet().stream()
                .anyMatch(file -> !file.getKey().digest().equals(file.getValue()));
    }

    private static String digest(ReferencedFile.Content content) {
        return HexFormat.of().formatHex(Sha256.of(content.toString()));
    }
}
