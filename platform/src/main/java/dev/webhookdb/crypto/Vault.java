package dev.webhookdb.crypto;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig2026;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Encrypts what operators supply, with AES-256-GCM by Tink. Thread-safe.
 *
 * <p>There is a set of keys: the newest one seals, all of them open. It is a file that only its owner can read, or the operator's
 * configuration. The file is made at the first start, and read again when it changed, so that hosts that share it follow a {@linkplain
 * #rotate rotation} while they run. Whoever loses it has to supply every secret again, which is why the log asks to back it up.
 */
public final class Vault implements Sealer {
    private static final Logger LOG = LoggerFactory.getLogger(Vault.class);
    private static final byte[] CONTEXT = "webhookdb".getBytes(StandardCharsets.US_ASCII);

    /** What Tink writes before what it sealed: a byte for the format, and the key's number. */
    private static final int PREFIX = 1 + Integer.BYTES;

    /** How many of its first bytes tell with which key something was sealed. */
    static final int TOLD_BY = PREFIX + 1;

    private final Optional<KeyFile> file;
    private volatile Keys keys;

    private Vault(Optional<KeyFile> file, Keys keys) {
        this.file = file;
        this.keys = keys;
    }

    /** Keys in use, and the text they were read from. */
    private record Keys(String text, KeysetHandle handle, Aead aead) {}

    /**
     * Opens the key set in a file, and makes one where there is none.
     *
     * @throws VaultException if the file cannot be read or written, or holds something else; the message says what to do
     */
    public static Vault open(Path path) {
        KeyFile file = new KeyFile(path);
        try {
            if (file.create(
                    () -> text(KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM, AeadConfig2026.get())))) {
                LOG.warn("Made the encryption key {}. Back it up: without it, stored secrets cannot be read.", path);
            }
            return new Vault(Optional.of(file), parsed(file.read()));
        } catch (GeneralSecurityException e) {
            throw new VaultException(
                    "The file %s does not hold an encryption key. Put the backed-up key there; without it, secrets have to be supplied again."
                            .formatted(path),
                    e);
        }
    }

    /**
     * Uses the key set in the configuration.
     *
     * @param text what the file would hold, or the same in Base64
     */
    public static Vault of(String text) {
        try {
            String plain = text.strip();
            return new Vault(
                    Optional.empty(),
                    parsed(
                            plain.startsWith("{")
                                    ? plain
                                    : new String(Base64.getDecoder().decode(plain), StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new VaultException(
                    "encryption.key does not hold an encryption key. It is what a file encryption-key.json holds, or the same in Base64.",
                    e);
        }
    }

    @Override
    public byte[] seal(String plain) {
        followFile();
        try {
            return keys.aead().encrypt(plain.getBytes(StandardCharsets.UTF_8), CONTEXT);
        } catch (GeneralSecurityException e) {
            throw new VaultException("A secret could not be encrypted.", e);
        }
    }

    @Override
    public String open(byte[] sealed) {
        try {
            return opened(sealed);
        } catch (GeneralSecurityException e) {
            if (!followFile()) {
                throw unknownKey(e);
            }
        }
        try {
            return opened(sealed);
        } catch (GeneralSecurityException e) {
            throw unknownKey(e);
        }
    }

    /** Returns whether something is sealed with the newest key. */
    boolean isNewest(byte[] sealed) {
        followFile();
        return sealed.length > PREFIX
                && ByteBuffer.wrap(sealed, 1, Integer.BYTES).getInt()
                        == keys.handle().getPrimary().getId();
    }

    /**
     * Adds a key that seals from now on; what older ones sealed can still be opened. Only one process may do so at a time.
     *
     * @return nothing if the new key set is in the file, and what the configuration is to hold otherwise
     */
    public Optional<String> rotate() {
        followFile();
        String text;
        Keys rotated;
        try {
            text = text(KeysetHandle.newBuilder(keys.handle())
                    .setConfiguration(AeadConfig2026.get())
                    .addEntry(KeysetHandle.generateEntryFromParameters(PredefinedAeadParameters.AES256_GCM)
                            .withRandomId()
                            .makePrimary())
                    .build());
            rotated = parsed(text);
        } catch (GeneralSecurityException e) {
            throw new VaultException("A new encryption key could not be made.", e);
        }
        if (file.isEmpty()) {
            return Optional.of(Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)));
        }
        file.get().replace(text);
        keys = rotated;
        return Optional.empty();
    }

    /** Reads the file again if it changed; returns whether it did. A file that is not readable at the moment changes nothing. */
    private boolean followFile() {
        if (file.isEmpty()) {
            return false;
        }
        try {
            String text = file.get().read();
            if (text.equals(keys.text())) {
                return false;
            }
            keys = parsed(text);
            LOG.info("The encryption key changed; the new one is in use.");
            return true;
        } catch (GeneralSecurityException | VaultException e) {
            LOG.warn("The encryption key cannot be read again; the one that is known stays in use: {}", e.getMessage());
            return false;
        }
    }

    private String opened(byte[] sealed) throws GeneralSecurityException {
        return new String(keys.aead().decrypt(sealed, CONTEXT), StandardCharsets.UTF_8);
    }

    private static VaultException unknownKey(GeneralSecurityException e) {
        return new VaultException(
                "A secret cannot be decrypted: it was stored with another encryption key. Put that key back in place.",
                e);
    }

    private static Keys parsed(String text) throws GeneralSecurityException {
        KeysetHandle handle =
                TinkJsonProtoKeysetFormat.parseKeyset(text, AeadConfig2026.get(), InsecureSecretKeyAccess.get());
        return new Keys(text, handle, handle.getPrimitive(AeadConfig2026.get(), Aead.class));
    }

    private static String text(KeysetHandle handle) throws GeneralSecurityException {
        return TinkJsonProtoKeysetFormat.serializeKeyset(handle, AeadConfig2026.get(), InsecureSecretKeyAccess.get());
    }
}
