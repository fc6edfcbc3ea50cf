package dev.webhookdb.api;

import dev.webhookdb.account.Actor;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What lets whoever can read the data directory operate the installation: a random token in a file that only its owner can read, made
 * at the first start. Thread-safe.
 */
public final class OperatorToken {
    private static final Logger LOG = LoggerFactory.getLogger(OperatorToken.class);

    private final byte[] token;

    private OperatorToken(String token) {
        this.token = token.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads the token from a file, or makes one; also where the file is empty, which a crash of the machine can leave behind and which
     * would lock the operator out.
     *
     * @throws UncheckedIOException if the file can be neither read nor written
     */
    public static OperatorToken open(Path file) {
        try {
            String known = Files.exists(file) ? Files.readString(file).strip() : "";
            if (!known.isEmpty()) {
                return new OperatorToken(known);
            }
            if (Files.exists(file)) {
                LOG.warn(
                        "The operator's token {} was empty. There is a new one in it; copies of the old one are void.",
                        file);
            }
            write(file);
            return new OperatorToken(Files.readString(file).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The file appears whole, and durable, or not at all. */
    private static void write(Path file) throws IOException {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        String token = "whdb_op_" + HexFormat.of().formatHex(random) + "\n";
        Path part = Files.createTempFile(
                file.toAbsolutePath().getParent(),
                ".token",
                ".part",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(token.getBytes(StandardCharsets.UTF_8)));
            channel.force(true);
        }
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Handles a request by refusing it, or leaving it to the next handler. */
    void require(ServerRequest request, ServerResponse response) {
        if (!RequestAuthorizer.bearer(request).filter(this::is).isPresent()) {
            throw new ApiException(
                    401,
                    "unauthenticated",
                    "This needs the operator's token: the file 'operator-token' in the server's data directory holds it.");
        }
        response.next();
    }

    /** Returns who acts in a request that was not refused. */
    static Actor.Operator actor(ServerRequest request) {
        return new Actor.Operator(CallerAddress.of(request));
    }

    /** Returns whether a text is the token; takes equally long wherever it differs. */
    boolean is(String text) {
        return token.length > 0 && MessageDigest.isEqual(token, text.getBytes(StandardCharsets.UTF_8));
    }
}
