package dev.webhookdb.integration;

import dev.webhookdb.crypto.SealedFile;
import dev.webhookdb.crypto.Sha256;
import dev.webhookdb.crypto.VaultException;
import dev.webhookdb.json.JsonReader;
import dev.webhookdb.json.JsonWriter;
import dev.webhookdb.json.MalformedJsonException;
import dev.webhookdb.spi.Json;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All endpoints with their settings in a sealed file of this host, so that webhooks can be verified by a host that starts while the
 * database is away. The text that is sealed has a line about itself, and one for each endpoint. For use by one thread at a time.
 */
public final class SealedEndpoints {
    /** What the file is called, beside journals. */
    public static final String NAME = "endpoints.sealed";

    static final int VERSION = 1;

    private static final Logger LOG = LoggerFactory.getLogger(SealedEndpoints.class);
    private static final String WITHOUT = "Without it, no webhooks are taken while PostgreSQL is away at a start.";

    private final SealedFile file;
    private final Clock clock;
    private Optional<byte[]> written = Optional.empty();
    private boolean told;

    /** @param clock says when the file was made */
    public SealedEndpoints(SealedFile file, Clock clock) {
        this.file = file;
        this.clock = clock;
    }

    /**
     * What was sealed.
     *
     * @param installation whose endpoints they are
     * @param made when they were as they are here, and had not been before
     */
    public record Snapshot(UUID installation, Instant made, List<Endpoint> endpoints) {
        /** Copies the list. */
        public Snapshot {
            endpoints = List.copyOf(endpoints);
        }
    }

    /** Returns where they are. */
    public Path path() {
        return file.path();
    }

    /** Reads them, if they are there; if they cannot be used, that is logged with what to do. */
    public Optional<Snapshot> read() {
        try {
            return opened();
        } catch (VaultException | IllegalArgumentException e) {
            LOG.warn("{} {}", e.getMessage(), WITHOUT);
            return Optional.empty();
        }
    }

    /** @throws IllegalArgumentException with a sentence if the file holds something else, or is a newer version's */
    private Optional<Snapshot> opened() {
        return file.read().map(text -> {
            List<String> lines = text.lines().toList();
            int version = version(lines);
            if (version > VERSION) {
                throw new IllegalArgumentException(
                        "%s was written by a newer webhookdb (format %d): start that version, or this one while PostgreSQL answers."
                                .formatted(path(), version));
            }
            try {
                Json head = head(lines);
                return new Snapshot(
                        UUID.fromString(head.text("installation").orElse("")),
                        Instant.parse(head.text("made").orElse("")),
                        lines.stream().skip(1).map(EndpointLine::read).toList());
            } catch (IllegalArgumentException | DateTimeParseException e) {
                throw other(e);
            }
        });
    }

    private int version(List<String> lines) {
        try {
            return head(lines).number("version").orElse(BigDecimal.ZERO).intValueExact();
        } catch (MalformedJsonException | ArithmeticException e) {
            throw other(e);
        }
    }

    private static Json head(List<String> lines) {
        return JsonReader.read(lines.stream().findFirst().orElse("").getBytes(StandardCharsets.UTF_8));
    }

    private IllegalArgumentException other(RuntimeException cause) {
        return new IllegalArgumentException(
                "%s holds something else than endpoints: delete it, so that it is written again while PostgreSQL answers."
                        .formatted(path()),
                cause);
    }

    /** Writes them if the file has others, or another key sealed it. A file that cannot be written is told once. */
    void keep(UUID installation, List<Endpoint> endpoints) {
        byte[] now = digest(installation, endpoints);
        if (written.isEmpty()) {
            written = before();
        }
        if (written.filter(last -> Arrays.equals(last, now)).isPresent() && file.isNewest()) {
            return;
        }
        try {
            file.write(head(installation)
                    + endpoints.stream().map(EndpointLine::write).collect(Collectors.joining("\n")));
            written = Optional.of(now);
            told = false;
        } catch (VaultException e) {
            if (!told) {
                LOG.warn("{} {}", e.getMessage(), WITHOUT);
            }
            told = true;
        }
    }

    private String head(UUID installation) {
        Map<String, Json> fields = new LinkedHashMap<>();
        fields.put("version", new Json.Num(BigDecimal.valueOf(VERSION)));
        fields.put("installation", new Json.Str(installation.toString()));
        fields.put("made", new Json.Str(clock.instant().toString()));
        return JsonWriter.write(new Json.Obj(fields)) + "\n";
    }

    /** Whatever keeps it from being read, it is written anew. */
    private Optional<byte[]> before() {
        try {
            return opened().map(snapshot -> digest(snapshot.installation(), snapshot.endpoints()));
        } catch (VaultException | IllegalArgumentException e) {
            LOG.debug("{} is replaced", path(), e);
            return Optional.empty();
        }
    }

    private static byte[] digest(UUID installation, List<Endpoint> endpoints) {
        MessageDigest digest = Sha256.begin();
        digest.update(installation.toString().getBytes(StandardCharsets.UTF_8));
        endpoints.forEach(endpoint -> digest.update(EndpointLine.write(endpoint).getBytes(StandardCharsets.UTF_8)));
        return digest.digest();
    }
}
