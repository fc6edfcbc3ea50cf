package dev.webhookdb.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** PostgreSQL's own load generator, with statements that write what the host writes, one row each. */
final class Pgbench {
    private static final Pattern RATE = Pattern.compile("tps = ([0-9.]+)");
    private static final int CLIENTS = 32;

    private final URI database;
    private final Path directory;

    /** @param database {@code postgresql://user@host:port/database} */
    Pgbench(String database, Path directory) {
        this.database = URI.create(database);
        this.directory = directory;
    }

    /**
     * Runs a script and returns transactions a second.
     *
     * @param event the text of an event, which the script has as {@code :body}, and its resource as {@code :resource}
     * @param compression how PostgreSQL compresses large values; its own default is {@code pglz}
     */
    double run(String name, String script, String event, int seconds, String compression) {
        try {
            Path file = Files.writeString(directory.resolve(name + ".sql"), script);
            var builder = new ProcessBuilder(List.of(
                    "pgbench",
                    "--no-vacuum",
                    "--protocol=prepared",
                    "--client=" + CLIENTS,
                    "--jobs=2",
                    "--time=" + seconds,
                    "--host=" + database.getHost(),
                    "--port=" + database.getPort(),
                    "--username=" + database.getUserInfo(),
                    "--define=body=" + event,
                    "--define=resource=" + resource(event),
                    "--file=" + file,
                    database.getPath().substring(1)));
            builder.environment().put("PGOPTIONS", "-c default_toast_compression=" + compression);
            builder.redirectErrorStream(true);
            Process process = builder.start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            Matcher rate = RATE.matcher(output);
            if (process.waitFor() != 0 || !rate.find()) {
                throw new IllegalStateException("pgbench failed: " + output);
            }
            return Double.parseDouble(rate.group(1));
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The object at {@code data.object}: from its opening brace to the one that closes it. */
    private static String resource(String event) {
        int start = event.indexOf('{', event.indexOf("\"object\":", event.indexOf("\"data\":")));
        int depth = 0;
        boolean quoted = false;
        for (int i = start; i < event.length(); i++) {
            char c = event.charAt(i);
            quoted ^= c == '"' && event.charAt(i - 1) != '\\';
            depth += quoted ? 0 : c == '{' ? 1 : c == '}' ? -1 : 0;
            if (depth == 0) {
                return event.substring(start, i + 1);
            }
        }
        throw new IllegalArgumentException("Not an event");
    }
}
