package dev.webhookdb.connectors.shopify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Shopify's own library for Node, which has to be fetched from the npm registry. Where there is no Node or no registry, the tests that
 * need it are reported as aborted.
 */
final class ShopifyLibrary {
    private static final Path SCRIPTS = Path.of("src", "test", "node");
    private static final Path INSTALLED = Path.of("target", "node");
    private static final int LIMIT_SECONDS = 120;

    private ShopifyLibrary() {}

    /** Installs the library, once for all tests. */
    static synchronized void install() {
        try {
            Files.createDirectories(INSTALLED);
            try (Stream<Path> scripts = Files.list(SCRIPTS)) {
                for (Path script : scripts.toList()) {
                    Files.write(INSTALLED.resolve(script.getFileName()), Files.readAllBytes(script));
                }
            }
            Path log = INSTALLED.resolve("npm.log");
            Process npm = new ProcessBuilder("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
                    .directory(INSTALLED.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            if (!npm.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || npm.exitValue() != 0) {
                npm.destroyForcibly();
                abort("Shopify's library for Node could not be installed; see " + log + ".");
            }
        } catch (IOException e) {
            abort("Shopify's library for Node needs npm: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            abort("The installation of Shopify's library for Node was interrupted.");
        }
    }

    /** Runs a script with these arguments and this input; the lines it prints. */
    static List<String> run(String script, List<String> arguments, String input) {
        try {
            Path given = Files.writeString(INSTALLED.resolve(script + ".in"), input, UTF_8);
            Path printed = INSTALLED.resolve(script + ".out");
            Path complaints = INSTALLED.resolve(script + ".err");
            Process node = new ProcessBuilder(Stream.concat(Stream.of("node", script), arguments.stream())
                            .toList())
                    .directory(INSTALLED.toFile())
                    .redirectInput(given.toFile())
                    .redirectOutput(printed.toFile())
                    .redirectError(complaints.toFile())
                    .start();
            if (!node.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || node.exitValue() != 0) {
                node.destroyForcibly();
                throw new AssertionError(script + " failed: " + Files.readString(complaints));
            }
            return Files.readAllLines(printed, UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
