package dev.webhookdb.transcript;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Runs commands of the command line client as processes, for several people, each with preferences of their own. */
final class Shell {
    private static final Pattern WORD = Pattern.compile("(?:\"[^\"]*\"|'[^']*'|[^\\s\"'])+");
    private static final int PATIENCE_SECONDS = 120;

    private final InstalledClient client;
    private final Path directory;
    private final String server;

    /**
     * Runs commands against a server.
     *
     * @param directory holds people's homes
     */
    Shell(InstalledClient client, Path directory, String server) {
        this.client = client;
        this.directory = directory;
        this.server = server;
    }

    /**
     * Gives what a command printed, on whichever stream, and its exit status if that is not 0.
     *
     * @param typed its standard input, line by line
     */
    String run(String who, String line, List<Supplier<String>> typed) throws IOException, InterruptedException {
        Path printed = Files.createTempFile(directory, "printed", "");
        Process process = builder(who, line).redirectOutput(printed.toFile()).start();
        type(process, typed);
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as(line).isTrue();
        String status = process.exitValue() == 0 ? "" : "\n(exit status %d)".formatted(process.exitValue());
        return Files.readString(printed).stripTrailing() + status;
    }

    private static void type(Process process, List<Supplier<String>> typed) {
        try (OutputStream in = process.getOutputStream()) {
            for (Supplier<String> answer : typed) {
                in.write((answer.get() + "\n").getBytes(UTF_8));
                in.flush();
            }
        } catch (IOException e) {
            // it ended before it read everything, and printed why
            process.destroy();
        }
    }

    private ProcessBuilder builder(String who, String line) {
        ProcessBuilder builder = new ProcessBuilder(client.command(words(line))).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("WEBHOOKDB_"));
        // a home of their own, without the token of a server of this machine
        builder.environment().put("HOME", directory.resolve(who).toString());
        builder.environment().remove("XDG_CONFIG_HOME");
        builder.environment().put("WEBHOOKDB_API_HOST", server);
        return builder;
    }

    /** Those behind the program's name. */
    private static List<String> words(String line) {
        return WORD.matcher(line)
                .results()
                .map(MatchResult::group)
                .skip(1)
                .map(Shell::unquoted)
                .toList();
    }

    private static String unquoted(String word) {
        return word.contains("'") ? word.replace("'", "") : word.replace("\"", "");
    }
}
