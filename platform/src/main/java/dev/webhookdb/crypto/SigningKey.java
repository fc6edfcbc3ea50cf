package dev.webhookdb.crypto;

import com.google.crypto.tink.subtle.Ed25519Sign;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Optional;

/**
 * The ed25519 key with which this installation signs. It is made once, and kept in the platform's database: its private part sealed, so
 * that a copy of the database is worth nothing without the encryption key. Tink signs ten times as fast as the JDK does, which derives the
 * public key anew for each signature. Thread-safe.
 */
public final class SigningKey {
    private final byte[] publicKey;
    private final Ed25519Sign signer;

    private SigningKey(byte[] publicKey, Ed25519Sign signer) {
        this.publicKey = publicKey;
        this.signer = signer;
    }

    /**
     * Reads the key, and makes it where there is none. Hosts that begin together get the same.
     *
     * @throws VaultException if it is sealed with a key that is not there
     */
    public static SigningKey open(Database platform, Sealer sealer) {
        return platform.transaction(session -> {
            Optional<SigningKey> known = read(session, sealer);
            if (known.isPresent()) {
                return known.get();
            }
            make(session, sealer);
            return read(session, sealer).orElseThrow();
        });
    }

    private static void make(Session session, Sealer sealer) {
        Ed25519Sign.KeyPair pair = generated();
        session.sql("""
                        insert into signing_key (public_key, sealed_private_key) values (:public, :private)
                        on conflict do nothing""")
                .bind("public", pair.getPublicKey())
                .bind("private", sealer.seal(Base64.getEncoder().encodeToString(pair.getPrivateKey())))
                .execute();
    }

    private static Optional<SigningKey> read(Session session, Sealer sealer) {
        return session.sql("select public_key, sealed_private_key from signing_key")
                .first(row -> read(row, sealer));
    }

    private static SigningKey read(Row row, Sealer sealer) {
        try {
            return new SigningKey(
                    row.bytes("public_key"),
                    new Ed25519Sign(Base64.getDecoder().decode(sealer.open(row.bytes("sealed_private_key")))));
        } catch (GeneralSecurityException e) {
            throw new VaultException("The key with which this installation signs cannot be read.", e);
        }
    }

    private static Ed25519Sign.KeyPair generated() {
        try {
            return Ed25519Sign.KeyPair.newKeyPair();
        } catch (GeneralSecurityException e) {
            throw new VaultException("A key to sign with could not be made.", e);
        }
    }

    /** Returns the public part: 32 bytes, as RFC 8032 writes them. */
    public byte[] publicKey() {
        return publicKey.clone();
    }

    /** Signs a message; returns 64 bytes. */
    public byte[] sign(byte[] message) {
        try {
            return signer.sign(message);
        } catch (GeneralSecurityException e) {
            throw new VaultException("Something could not be signed.", e);
        }
    }
}
