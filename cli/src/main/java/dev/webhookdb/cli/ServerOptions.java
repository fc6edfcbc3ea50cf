package dev.webhookdb.cli;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which server a command talks to, and with which operator token. */
final class ServerOptions {
    private static final String DEFAULT_HOST = "http://localhost:18001";

    @Option(
            names = "--host",
            paramLabel = "URL",
            description = "Where the server is. Default: $WEBHOOKDB_API_HOST, else " + DEFAULT_HOST + ".")
    private String host;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description =
                    "The file with the operator token. Default: $WEBHOOKDB_OPERATOR_TOKEN is the token itself, else"
                            + " operator-token in $WEBHOOKDB_DATA_DIR or ~/.webhookdb/data.")
    private Path tokenFile;

    OperatorApi connect(Environment environment) {
        String url = Optional.ofNullable(host)
                .or(() -> environment.variable("WEBHOOKDB_API_HOST"))
                .orElse(DEFAULT_HOST);
        return new OperatorApi(baseOf(url), token(environment));
    }

    private static URI baseOf(String url) {
        String whole = url.contains("://") ? url : "http://" + url;
        try {
            URI base = new URI(whole.replaceAll("/+$", ""));
            boolean web = "http".equals(base.getScheme()) || "https".equals(base.getScheme());
            if (web && base.getHost() != null) {
                return base;
            }
        } catch (URISyntaxException e) {
            throw notAnAddress(url);
        }
        throw notAnAddress(url);
    }

    private static Failure notAnAddress(String url) {
        return Failure.ofUsage("'" + url + "' is not the address of a server. Write it like " + DEFAULT_HOST + ".");
    }

    private Token token(Environment environment) {
        if (tokenFile == null) {
            Optional<String> given = environment.variable("WEBHOOKDB_OPERATOR_TOKEN");
            if (given.isPresent()) {
                return new Token(given.get().strip(), "WEBHOOKDB_OPERATOR_TOKEN");
            }
        }
        Path file = Optional.ofNullable(tokenFile).orElseGet(() -> defaultFile(environment));
        try {
            return new Token(Files.readString(file).strip(), file.toString());
        } catch (NoSuchFileException e) {
            throw Failure.ofUsage(
                    "There is no operator token in " + file + ". The server writes it to its data directory"
                            + " when it starts: start it with 'webhookdb server', or name the file with --token-file.");
        } catch (IOException e) {
            throw Failure.ofUsage("The operator token in " + file + " cannot be read ("
                    + e.getClass().getSimpleName()
                    + "). Run the command as the user who runs the server, or name another file with --token-file.");
        }
    }

    private static Path defaultFile(Environment environment) {
        return environment
                .variable("WEBHOOKDB_DATA_DIR")
                .map(Path::of)
                .orElseGet(() -> environment.home().resolve(".webhookdb").resolve("data"))
                .resolve("operator-token");
    }

    /** The token, and where it came from for messages; never printed. */
    record Token(String text, String origin) {
        @Override
        public String toString() {
            return "[secret from " + origin + "]";
        }
    }
}
