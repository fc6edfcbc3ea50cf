package dev.webhookdb.crypto;

import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * The ed25519 key with which this installation signs. It is made once, and kept in the platform's database: its private part sealed, so
 * that a copy of the database is worth nothing without the encryption key. Thread-safe.
 */
public final class SigningKey {
    private static final String ALGORITHM = "Ed25519";

    /** X.509 writes an identifier of the algorithm before the 32 bytes that are the key. */
    private static final int RAW = 32;

    private final byte[] publicKey;
    private final PrivateKey privateKey;

    private SigningKey(byte[] publicKey, PrivateKey privateKey) {
        this.publicKey = publicKey;
        this.privateKey = privateKey;
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
        KeyPair pair = generated();
        byte[] x509 = pair.getPublic().getEncoded();
        session.sql("""
                        insert into signing_key (public_key, sealed_private_key) values (:public, :private)
                        on conflict do nothing""")
                .bind("public", Arrays.copyOfRange(x509, x509.length - RAW, x509.length))
                .bind(
                        "private",
                        sealer.seal(Base64.getEncoder()
                                .encodeToString(pair.getPrivate().getEncoded())))
                .execute();
    }

    private static Optional<SigningKey> read(Session session, Sealer sealer) {
        return session.sql("select public_key, sealed_private_key from signing_key")
                .first(row -> read(row, sealer));
    }

    private static SigningKey read(Row row, Sealer sealer) {
        byte[] encoded = Base64.getDecoder().decode(sealer.open(row.bytes("sealed_private_key")));
        try {
            return new SigningKey(
                    row.bytes("public_key"),
                    KeyFactory.getInstance(ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(encoded)));
        } catch (GeneralSecurityException e) {
            throw new VaultException("The key with which this installation signs cannot be read.", e);
        }
    }

    private static KeyPair generated() {
        try {
            return KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
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
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(privateKey);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new VaultException("Something could not be signed.", e);
        }
    }
}
