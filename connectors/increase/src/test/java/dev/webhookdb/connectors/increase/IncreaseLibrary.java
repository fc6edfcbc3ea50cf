package dev.webhookdb.connectors.increase;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * Increase's own library, on Node. Where Node, npm or npm's registry are missing, the tests that need it are aborted and say so; where
 * they are there, it has to work.
 */
final class IncreaseLibrary {
    private static final Path SOURCES = Path.of("src/test/node");
    private static final Path HOME = Path.of("target/node");
    private static final List<String> FILES = List.of("package.json", "package-lock.json", "verdicts.mjs", "pages.mjs");
    private static final int MINUTES = 5;

    private IncreaseLibrary() {}

    /** Brings the library into target/, unless it is there. */
    static synchronized IncreaseLibrary installed() {
        try {
            Files.createDirectories(HOME);
            for (String file : FILES) {
                Files.copy(SOURCES.resolve(file), HOME.resolve(file), StandardCopyOption.REPLACE_EXISTING);
            }
            if (!Files.exists(HOME.resolve("node_modules/increase-of-old"))) {
                install();
            }
            return new IncreaseLibrary();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void install() throws IOException {
        try {
            run(List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"), List.of());
        } catch (IOException | IllegalStateException e) {
            Assumptions.abort(
                    "Increase's library for Node cannot be installed here, thus is not asked: " + e.getMessage());
        }
    }

    /** Runs one of the scripts, and returns the lines that it prints. */
    List<String> run(String script, List<String> input, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("node", script));
        command.addAll(Arrays.asList(arguments));
        return run(command, input);
    }

    private static List<String> run(List<String> command, List<String> input) throws IOException {
        Path in = Files.write(HOME.resolve("input"), input);
        Path out = HOME.resolve("output");
        Path problems = HOME.resolve("problems");
        Process process = new ProcessBuilder(command)
                .directory(HOME.toFile())
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectError(problems.toFile())
                .start();
        if (!ended(process) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IllegalStateException(
                    "%s failed: %s".formatted(String.join(" ", command), Files.readString(problems, UTF_8)));
        }
        return Files.readAllLines(out, UTF_8);
    }

    private static boolean ended(Process process) {
        try {
            return process.waitFor(MINUTES, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
