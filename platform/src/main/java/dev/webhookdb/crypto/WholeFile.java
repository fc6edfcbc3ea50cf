package dev.webhookdb.crypto;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** Writes files that only their owner can read, and that appear whole or not at all. */
final class WholeFile {
    private static final FileAttribute<?> OWNER_ONLY = attribute("rw-------");
    private static final FileAttribute<?> DIRECTORY = attribute("rwx------");

    private WholeFile() {}

    private static FileAttribute<?> attribute(String permissions) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
    }

    /** Writes a file of another name beside a path; it is on the disk when this returns. */
    static Path beside(Path path, byte[] content) throws IOException {
        Path part = Files.createTempFile(path.toAbsolutePath().getParent(), ".", ".part", OWNER_ONLY);
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        } catch (IOException e) {
            Files.delete(part);
            throw e;
        }
        return part;
    }

    /** Makes the directory of a file, and those above it, where there are none. */
    static void directory(Path path) throws IOException {
        Files.createDirectories(path.toAbsolutePath().getParent(), DIRECTORY);
    }

    /** Puts a file in the place of the one that is there, if one is. */
    static void replace(Path path, byte[] content) throws IOException {
        Files.move(beside(path, content), path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel directory = FileChannel.open(path.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }
}
