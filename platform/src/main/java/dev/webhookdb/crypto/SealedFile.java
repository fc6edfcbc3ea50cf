package dev.webhookdb.crypto;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A text in a file that only its owner can read, and only with the encryption key. It is replaced as a whole, and is on the disk then:
 * of several that write at the same time, one wins. Thread-safe.
 *
 * @param path of the file, which need not be there
 * @param vault has the key
 */
public record SealedFile(Path path, Vault vault) {
    private static final Logger LOG = LoggerFactory.getLogger(SealedFile.class);

    /**
     * Writes a text in the place of the one that is there.
     *
     * @throws VaultException with a sentence if that cannot be
     */
    public void write(String text) {
        byte[] sealed = vault.seal(text);
        try {
            WholeFile.directory(path);
            WholeFile.replace(path, sealed);
        } catch (IOException e) {
            throw new VaultException(
                    "%s cannot be written: %s. Check the directory, its permissions, and whether the disk is full."
                            .formatted(path, e),
                    e);
        }
    }

    /**
     * Reads the text; empty if there is no file.
     *
     * @throws VaultException with a sentence if the file cannot be read, was changed, or was sealed with another key
     */
    public Optional<String> read() {
        byte[] sealed;
        try {
            sealed = Files.readAllBytes(path);
        } catch (NoSuchFileException e) {
            LOG.debug("There is no file {}", path, e);
            return Optional.empty();
        } catch (IOException e) {
            throw new VaultException("%s cannot be read: %s. Check its permissions.".formatted(path, e), e);
        }
        try {
            return Optional.of(vault.open(sealed));
        } catch (VaultException e) {
            throw new VaultException(
                    "%s cannot be opened: it is damaged, or was sealed with another encryption key. Put that key in place, or the file of a host that has this key."
                            .formatted(path),
                    e);
        }
    }

    /** Returns whether there is a file, and the newest key sealed it. */
    public boolean isNewest() {
        try (InputStream in = Files.newInputStream(path)) {
            return vault.isNewest(in.readNBytes(Vault.TOLD_BY));
        } catch (IOException e) {
            LOG.debug("{} cannot be looked at", path, e);
            return false;
        }
    }
}
