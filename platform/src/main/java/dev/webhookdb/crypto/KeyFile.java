package dev.webhookdb.crypto;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file with the key set. It appears whole or not at all, readable by its owner only, and is durable before anything is sealed with
 * it: that is durable the moment it is committed.
 */
record KeyFile(Path path) {
    private static final Logger LOG = LoggerFactory.getLogger(KeyFile.class);

    /** Makes a key set. */
    interface Text {
        String get() throws GeneralSecurityException;
    }

    /** Makes the file where there is none; one that another host made meanwhile is kept. Returns whether it was made. */
    boolean create(Text text) throws GeneralSecurityException {
        if (Files.exists(path)) {
            return false;
        }
        String keys = text.get();
        try {
            Files.createDirectories(path.toAbsolutePath().getParent());
            Path part = WholeFile.beside(path, bytes(keys));
            try {
                Files.createLink(path, part);
                return true;
            } catch (FileAlreadyExistsException e) {
                LOG.debug("Another host made the key first", e);
                return false;
            } finally {
                Files.delete(part);
            }
        } catch (IOException e) {
            throw inaccessible(e);
        }
    }

    /** Puts another key set in the place of the present one. */
    void replace(String text) {
        try {
            WholeFile.replace(path, bytes(text));
        } catch (IOException e) {
            throw inaccessible(e);
        }
    }

    String read() {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw inaccessible(e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private VaultException inaccessible(IOException e) {
        return new VaultException(
                "The encryption key %s cannot be read or written: %s. Check the directory and its permissions."
                        .formatted(path, e.getMessage()),
                e);
    }
}
