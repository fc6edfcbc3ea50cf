package dev.webhookdb.declare;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/** A file that holds one value, as container platforms hand over secrets. */
final class ReferencedFile {
    /** In bytes; a secret or a statement is a few thousand. */
    private static final int LARGEST = 64 << 10;

    private ReferencedFile() {}

    /** What came of reading it. */
    sealed interface Content {
        /** The text without the line break at its end. */
        record Text(String text) implements Content {}

        /** There is no such file. */
        record Missing(String sentence) implements Content {}

        record Unusable(String sentence) implements Content {}
    }

    /** Reads a file whose path may be relative to a directory. */
    static Content read(Path directory, String path) {
        try {
            Path file = directory.resolve(path);
            if (Files.notExists(file)) {
                return missing(path);
            }
            if (Files.isDirectory(file)) {
                return unusable(path, "is a directory. Name a file in it");
            }
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                return unusable(path, "is a device, a pipe or a socket. Name an ordinary file");
            }
            try (InputStream stream = Files.newInputStream(file)) {
                byte[] bytes = stream.readNBytes(LARGEST + 1);
                return bytes.length > LARGEST
                        ? unusable(path, "is larger than 64 KiB. Name a file with one value")
                        : text(path, bytes);
            }
        } catch (InvalidPathException e) {
            return unusable(path, "is not what a file can be called. Correct the path");
        } catch (NoSuchFileException | NotDirectoryException e) {
            return missing(path);
        } catch (IOException | SecurityException e) {
            return unusable(
                    path, "cannot be read. Give the server's user the right to read it and to enter its directory");
        }
    }

    private static Content text(String path, byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.indexOf('\0') < 0
                    ? new Content.Text(text.replaceFirst("\\r?\\n\\z", ""))
                    : unusable(path, "holds the character U+0000, which no value can have. Remove it");
        } catch (CharacterCodingException e) {
            return unusable(path, "is not UTF-8. Save it as UTF-8");
        }
    }

    private static Content missing(String path) {
        return new Content.Missing("The file %s is not there.".formatted(Place.shown(path)));
    }

    private static Content unusable(String path, String why) {
        return new Content.Unusable("The file %s %s.".formatted(Place.shown(path), why));
    }
}
