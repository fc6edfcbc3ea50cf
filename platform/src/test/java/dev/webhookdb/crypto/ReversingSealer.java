package dev.webhookdb.crypto;

import java.nio.charset.StandardCharsets;

/** Nothing is sealed; only not readable at a glance. What is empty was sealed with a key that is lost. */
public final class ReversingSealer implements Sealer {
    @Override
    public byte[] seal(String plain) {
        return new StringBuilder(plain).reverse().toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String open(byte[] sealed) {
        if (sealed.length == 0) {
            throw new IllegalStateException("No key fits.");
        }
        return new StringBuilder(new String(sealed, StandardCharsets.UTF_8))
                .reverse()
                .toString();
    }
}
