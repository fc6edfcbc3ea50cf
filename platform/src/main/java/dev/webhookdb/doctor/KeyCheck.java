package dev.webhookdb.doctor;

import dev.webhookdb.config.Configuration;
import dev.webhookdb.crypto.SealedSecrets;
import dev.webhookdb.crypto.Sealer;
import dev.webhookdb.crypto.Vault;
import dev.webhookdb.crypto.VaultException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Whether the encryption key is there, and is the one that the secrets in the database were sealed with. */
final class KeyCheck {
    static final String NAME = "encryption_key";

    private final Configuration configuration;
    private final Platform platform;

    KeyCheck(Configuration configuration, Platform platform) {
        this.configuration = configuration;
        this.platform = platform;
    }

    /**
     * Returns the key; nothing where there is none yet, and none is made.
     *
     * @throws VaultException with a sentence if it cannot be used
     */
    static Optional<Sealer> key(Configuration configuration) {
        if (configuration.encryptionKey().isPresent()) {
            return Optional.of(Vault.of(configuration.encryptionKey().get().reveal()));
        }
        Path file = configuration.encryptionKeyFile();
        return Files.exists(file) ? Optional.of(Vault.open(file)) : Optional.empty();
    }

    List<Finding> examine() {
        Findings findings = new Findings(NAME);
        Optional<Sealer> key;
        try {
            key = key(configuration);
        } catch (VaultException e) {
            return findings.problem("The encryption key cannot be used.", e.getMessage())
                    .all();
        }
        String where = configuration.encryptionKey().isPresent()
                ? "encryption.key"
                : configuration.encryptionKeyFile().toString();
        Optional<Platform.Open> open = platform.current();
        if (key.isEmpty()) {
            boolean needed = open.isPresent() && open.get().database().transaction(SealedSecrets::exist);
            return needed
                    ? findings.problem(
                                    "The encryption key %s is missing, and there are secrets in the database that only it opens."
                                            .formatted(where),
                                    "Put the backed-up key there before you start the server, which would otherwise make another one.")
                            .all()
                    : Findings.skipped(NAME, "There is no key in %s yet: the first start makes it.".formatted(where));
        }
        if (open.isEmpty()) {
            return findings.ok(
                            "There is a key in %s; no secret was tried with it, because the database could not be read."
                                    .formatted(where))
                    .all();
        }
        SealedSecrets.Tally tally =
                open.get().database().transaction(session -> SealedSecrets.opened(session, key.get()));
        if (tally.unopened() > 0) {
            findings.problem(
                    "Of %d secrets in the database, the key in %s does not open %d: they were sealed with another one."
                            .formatted(tally.looked(), where, tally.unopened()),
                    "Put the key back with which the server ran before; a backup of the data directory has it. Servers that share a database need the same.");
        }
        return findings.orOk(
                "The key in %s opens the secrets in the database (tried: %d).".formatted(where, tally.looked()));
    }
}
