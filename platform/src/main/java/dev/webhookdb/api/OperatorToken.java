package dev.webhookdb.api;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * What lets whoever can read the data directory operate the installation: a random token in a file that only its owner can read, made
 * at the first start. Thread-safe.
 */
public final class OperatorToken {
    private static final String BEARER = "Bearer ";

    private final byte[] token;

    private OperatorToken(String token) {
        this.token = token.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads the token from a file, or makes one.
     *
     * @throws UncheckedIOException if the file can be neither read nor written
     */
    public static OperatorToken open(Path file) {
        try {
            if (!Files.exists(file)) {
                byte[] random = new byte[32];
                new SecureRandom().nextBytes(random);
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                Files.writeString(file, "whdb_op_" + HexFormat.of().formatHex(random) + "\n");
            }
            return new OperatorToken(Files.readString(file).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Handles a request by refusing it, or leaving it to the next handler. */
    void require(ServerRequest request, ServerResponse response) {
        if (!authorizes(request.headers().value(HeaderNames.AUTHORIZATION).orElse(""))) {
            throw new RefusedException(
                    401,
                    "unauthenticated",
                    "This needs the operator's token: the file 'operator-token' in the server's data directory holds it.");
        }
        response.next();
    }

    /** Returns whether the value of a header {@code Authorization} carries the token; takes equally long wherever it differs. */
    private boolean authorizes(String header) {
        boolean bearer = header.regionMatches(true, 0, BEARER, 0, BEARER.length());
        return bearer
                && token.length > 0
                && MessageDigest.isEqual(
                        token, header.substring(BEARER.length()).strip().getBytes(StandardCharsets.UTF_8));
    }
}
