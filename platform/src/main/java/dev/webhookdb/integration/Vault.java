package dev.webhookdb.integration;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig2026;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import dev.webhookdb.database.Sealer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Encrypts what operators supply, with AES-256-GCM by Tink. Thread-safe.
 *
 * <p>The key set is a file that only its owner can read. It is made at the first start; whoever loses it has to supply every secret
 * again, which is why the log asks to back it up.
 */
public final class Vault implements Sealer {
    private static final Logger LOG = LoggerFactory.getLogger(Vault.class);
    private static final byte[] CONTEXT = "webhookdb".getBytes(StandardCharsets.US_ASCII);

    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Aead aead;

    private Vault(Aead aead) {
        this.aead = aead;
    }

    /**
     * Opens the key set in a file, and makes one where there is none.
     *
     * @throws VaultException if the file cannot be read or written, or holds something else; the message says what to do
     */
    public static Vault open(Path file) {
        try {
            if (!Files.exists(file)) {
                create(file);
            }
            KeysetHandle keys = TinkJsonProtoKeysetFormat.parseKeyset(
                    Files.readString(file), AeadConfig2026.get(), InsecureSecretKeyAccess.get());
            return new Vault(keys.getPrimitive(AeadConfig2026.get(), Aead.class));
        } catch (IOException e) {
            throw new VaultException(
                    "The encryption key %s cannot be read or written: %s. Check the directory and its permissions."
                            .formatted(file, e.getMessage()),
                    e);
        } catch (GeneralSecurityException e) {
            throw new VaultException(
                    "The file %s does not hold an encryption key. Put the backed-up key there; without it, secrets have to be supplied again."
                            .formatted(file),
                    e);
        }
    }

    @Override
    public byte[] seal(String plain) {
        try {
            return aead.encrypt(plain.getBytes(StandardCharsets.UTF_8), CONTEXT);
        } catch (GeneralSecurityException e) {
            throw new VaultException("A secret could not be encrypted.", e);
        }
    }

    @Override
    public String open(byte[] sealed) {
        try {
            return new String(aead.decrypt(sealed, CONTEXT), StandardCharsets.UTF_8);
        } catch (GeneralSecurityException e) {
            throw new VaultException(
                    "A secret cannot be decrypted: it was stored with another encryption key. Put that key back in place.",
                    e);
        }
    }

    /** What is sealed with the key is durable the moment it is committed, so the key has to be before. */
    private static void write(Path file, String text) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    /** The file appears whole or not at all, and one that another host made meanwhile is kept. */
    private static void create(Path file) throws IOException, GeneralSecurityException {
        String keys = TinkJsonProtoKeysetFormat.serializeKeyset(
                KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM, AeadConfig2026.get()),
                AeadConfig2026.get(),
                InsecureSecretKeyAccess.get());
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path part = Files.createTempFile(file.toAbsolutePath().getParent(), ".key", ".part", OWNER_ONLY);
        try {
            write(part, keys);
            Files.createLink(file, part);
        } catch (FileAlreadyExistsException e) {
            LOG.debug("Another host made the key first", e);
            return;
        } finally {
            Files.delete(part);
        }
        LOG.warn("Made the encryption key {}. Back it up: without it, stored secrets cannot be read.", file);
    }
}
