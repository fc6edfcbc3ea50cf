package dev.webhookdb.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The embedded server's configuration: durable, on loopback only, small enough for a laptop and good for a few hundred
 * webhooks a second. Written anew at each start; what an operator changes with {@code ALTER SYSTEM} wins.
 */
final class EmbeddedSettings {
    private static final String FILE = "webhookdb.conf";

    private static final Map<String, String> SETTINGS = Map.ofEntries(
            Map.entry("listen_addresses", "127.0.0.1"),
            // a socket would be a second way in that nobody needs
            Map.entry("unix_socket_directories", ""),
            Map.entry("fsync", "on"),
            Map.entry("synchronous_commit", "on"),
            Map.entry("full_page_writes", "on"),
            Map.entry("shared_buffers", "128MB"),
            // for some seventy organizations that are active at the same time, as all are when a host starts
            Map.entry("max_connections", "400"),
            Map.entry("max_wal_size", "2GB"),
            Map.entry("checkpoint_timeout", "15min"),
            // notices within a second that a killed host will not read the answer
            Map.entry("client_connection_check_interval", "1s"),
            Map.entry("password_encryption", "scram-sha-256"),
            Map.entry("timezone", "UTC"),
            Map.entry("log_timezone", "UTC"),
            Map.entry("logging_collector", "on"),
            // one file for each day of the week, so that a week is kept
            Map.entry("log_filename", "postgresql-%a.log"),
            Map.entry("log_rotation_age", "1d"),
            Map.entry("log_rotation_size", "0"),
            Map.entry("log_truncate_on_rotation", "on"));

    private EmbeddedSettings() {}

    /** Makes a new data directory read the settings. */
    static void include(Path data) throws IOException {
        Files.writeString(
                data.resolve("postgresql.conf"),
                "\ninclude_if_exists = '%s'\n".formatted(FILE),
                StandardOpenOption.APPEND);
    }

    static void write(Path data, Path log, int port, Map<String, String> more) throws IOException {
        Map<String, String> all = new TreeMap<>(SETTINGS);
        all.put("log_directory", log.toString());
        all.put("port", Integer.toString(port));
        all.putAll(more);
        String text = all.entrySet().stream()
                .map(setting -> "%s = '%s'\n"
                        .formatted(setting.getKey(), setting.getValue().replace("'", "''")))
                .collect(
                        Collectors.joining("", "# written by webhookdb at each start: use ALTER SYSTEM instead\n", ""));
        Files.writeString(data.resolve(FILE), text);
    }
}
