package dev.webhookdb.crypto;

/** Keeps a secret unreadable in the platform's database. Implemented by whoever has the key; thread-safe. */
public interface Sealer {
    byte[] seal(String plain);

    /** The opposite of {@link #seal}; throws when the key is another or the bytes were changed. */
    String open(byte[] sealed);
}
