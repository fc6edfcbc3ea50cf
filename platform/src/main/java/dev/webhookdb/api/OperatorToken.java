package dev.webhookdb.api;

import dev.webhookdb.account.Actor;
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
        if (!MemberRoutes.bearer(request).filter(this::is).isPresent()) {
            throw new RefusedException(
                    401,
                    "unauthenticated",
                    "This needs the operator's token: the file 'operator-token' in the server's data directory holds it.");
        }
        response.next();
    }

    /** Returns who acts in a request that was not refused. */
    static Actor actor(ServerRequest request) {
        return new Actor.Operator(CallerAddress.of(request));
    }

    /** Returns whether a text is the token; takes equally long wherever it differs. */
    boolean is(String text) {
        return token.length > 0 && MessageDigest.isEqual(token, text.getBytes(StandardCharsets.UTF_8));
    }
}
