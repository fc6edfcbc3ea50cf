package dev.webhookdb.cli;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;

/**
 * What is remembered between runs: which server is meant where none is named, and for each server the session, and the organization that
 * is active.
 *
 * <p>The file is only the user's to read, and replaced as a whole, so that another run never sees half of it.
 */
final class Preferences {
    private static final Set<PosixFilePermission> OF_OTHERS =
            EnumSet.range(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_EXECUTE);

    private static final String SERVERS = "servers";
    private static final String HOST = "host";

    private final Environment environment;
    private final Path file;
    private boolean warned;

    Preferences(Environment environment) {
        this.environment = environment;
        this.file = environment
                .variable("XDG_CONFIG_HOME")
                .map(Path::of)
                .filter(Path::isAbsolute)
                .orElseGet(() -> environment.home().resolve(".config"))
                .resolve("webhookdb")
                .resolve("preferences.json");
    }

    /** The server that is meant where none is named, as it was written. */
    Optional<String> host() {
        return Optional.of(new Json(read()).text(HOST)).filter(host -> !host.isBlank());
    }

    /** Remembers the server that is meant where none is named. */
    void saveHost(String host) {
        Map<String, Object> all = read();
        all.put(HOST, host);
        write(all);
    }

    void forgetHost() {
        Map<String, Object> all = read();
        if (all.remove(HOST) != null) {
            write(all);
        }
    }

    /** What is remembered about a server. */
    Saved of(URI server) {
        Json saved = new Json(servers(read()).get(server.toString()));
        return new Saved(
                Optional.of(saved.text("token")).filter(token -> !token.isEmpty()),
                saved.text("email"),
                Optional.of(saved.at("organization"))
                        .filter(organization -> organization.value() != null)
                        .map(Organization::of));
    }

    void save(URI server, Saved saved) {
        Map<String, Object> all = read();
        Map<String, Object> members = new LinkedHashMap<>();
        saved.token().ifPresent(token -> {
            members.put("email", saved.email());
            members.put("token", token);
        });
        saved.organization().ifPresent(organization -> members.put("organization", organization.members()));
        Map<String, Object> servers = servers(all);
        servers.put(server.toString(), members);
        all.put(SERVERS, servers);
        write(all);
    }

    void forget(URI server) {
        Map<String, Object> all = read();
        Map<String, Object> servers = servers(all);
        if (servers.remove(server.toString()) != null) {
            all.put(SERVERS, servers);
            write(all);
        }
    }

    private static Map<String, Object> servers(Map<String, Object> all) {
        Map<String, Object> servers = new LinkedHashMap<>();
        if (all.get(SERVERS) instanceof Map<?, ?> members) {
            members.forEach((server, saved) -> servers.put((String) server, saved));
        }
        return servers;
    }

    /** Forgets every server, also when the file is damaged. */
    void forgetAll() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw Failure.ofUsage(file + " cannot be removed (" + e + "). Remove it yourself.");
        }
    }

    private Map<String, Object> read() {
        Map<String, Object> all = new LinkedHashMap<>();
        try {
            Json read = Json.parse(Files.readString(file));
            if (!(read.value() instanceof Map<?, ?> members)
                    || !(read.at(SERVERS).value() instanceof Map<?, ?>)) {
                throw damaged();
            }
            warnIfOthersCanRead();
            members.forEach((name, value) -> all.put((String) name, value));
        } catch (NoSuchFileException e) {
            // nothing is remembered yet
            all.put(SERVERS, Map.of());
            return all;
        } catch (JacksonException e) {
            throw damaged();
        } catch (IOException e) {
            throw Failure.ofUsage("The preferences in " + file + " cannot be read ("
                    + e.getClass().getSimpleName() + "). Check who owns the file, and its permissions.");
        }
        return all;
    }

    private Failure damaged() {
        return Failure.ofUsage("The preferences in " + file
                + " are damaged. 'webhookdb auth logout --remove' removes them; then log in again.");
    }

    private void warnIfOthersCanRead() throws IOException {
        if (!warned && isPosix() && Files.getPosixFilePermissions(file).stream().anyMatch(OF_OTHERS::contains)) {
            warned = true;
            environment.tell("Others on this machine can read " + file
                    + ", which may hold your token. Close it with: chmod 600 '" + file + "'");
        }
    }

    private void write(Map<String, Object> all) {
        try {
            createDirectory(file.getParent());
            // a temporary file is its owner's only
            Path fresh = Files.createTempFile(file.getParent(), "preferences", ".json");
            Files.writeString(fresh, new Json(all).pretty() + "\n");
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw Failure.ofUsage("The preferences cannot be written to " + file + " (" + e
                    + "). Make the directory writable, or let XDG_CONFIG_HOME name another.");
        }
    }

    private static void createDirectory(Path directory) throws IOException {
        if (isPosix()) {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } else {
            Files.createDirectories(directory);
        }
    }

    private static boolean isPosix() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    }

    /** What is remembered about a server. */
    record Saved(Optional<String> token, String email, Optional<Organization> organization) {
        Saved withOrganization(Organization active) {
            return new Saved(token, email, Optional.of(active));
        }
    }

    /** An organization, as the server describes it. */
    record Organization(String id, String name, String key) {
        static Organization of(Json json) {
            return new Organization(json.text("id"), json.text("name"), json.text("key"));
        }

        /** As the server says it, where the number is one. */
        Json json() {
            Map<String, Object> members = members();
            members.put("id", new BigInteger(id));
            return new Json(members);
        }

        private Map<String, Object> members() {
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("id", id);
            members.put("name", name);
            members.put("key", key);
            return members;
        }
    }
}
