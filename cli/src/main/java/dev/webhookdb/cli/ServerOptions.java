package dev.webhookdb.cli;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** Which server a command talks to, and who asks. */
final class ServerOptions {
    private static final String DEFAULT_HOST = "http://localhost:18001";
    private static final Pattern THIS_MACHINE = Pattern.compile("localhost|127(\\.\\d+){3}|\\[::1]");

    @Option(
            names = "--host",
            paramLabel = "URL",
            description =
                    "Where the server is. Default: $WEBHOOKDB_API_HOST, else what 'webhookdb config set host' or a log-in with --host"
                            + " said, else " + DEFAULT_HOST + ".")
    private String host;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "A file with the token to use instead of your session: see 'webhookdb docs'.")
    private Path tokenFile;

    /** Where the server is, without a slash at the end. */
    URI base(Environment environment) {
        return address(Optional.ofNullable(host)
                .or(() -> environment.variable("WEBHOOKDB_API_HOST"))
                .or(() -> new Preferences(environment).host())
                .orElse(DEFAULT_HOST));
    }

    /** Whether the command says where the server is. */
    boolean isNamed() {
        return host != null;
    }

    /** Reads where a server is; the scheme may be left out. */
    static URI address(String url) {
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

    static boolean isThisMachine(URI server) {
        return THIS_MACHINE.matcher(server.getHost()).matches();
    }

    private static Failure notAnAddress(String url) {
        return Failure.ofUsage("'" + url + "' is not the address of a server. Write it like " + DEFAULT_HOST + ".");
    }

    /** Who asks. */
    Token token(Environment environment, Preferences preferences, URI base) {
        return given(environment)
                .or(() -> session(preferences, base))
                .or(() -> operator(environment, base))
                .orElseThrow(() -> Failure.ofUsage("You are not logged in at " + base
                        + ". Use 'webhookdb auth login', or give a token with --token-file or WEBHOOKDB_API_TOKEN."));
    }

    /** Who asks what only the operator may: not somebody who is logged in. */
    Token operatorToken(Environment environment, URI base) {
        return given(environment)
                .or(() -> operator(environment, base))
                .orElseThrow(() -> Failure.ofUsage(
                        "This takes the operator's token, which the server writes to the file operator-token"
                                + " in its data directory when it starts. Name that file with --token-file."));
    }

    private Optional<Token> given(Environment environment) {
        if (tokenFile != null) {
            return Optional.of(read(tokenFile, Token.Kind.GIVEN));
        }
        return environment
                .variable("WEBHOOKDB_API_TOKEN")
                .map(text -> new Token(text.strip(), Token.Kind.GIVEN, "WEBHOOKDB_API_TOKEN"))
                .or(() -> environment
                        .variable("WEBHOOKDB_TOKEN_FILE")
                        .map(file -> read(Path.of(file), Token.Kind.GIVEN)));
    }

    private static Optional<Token> session(Preferences preferences, URI base) {
        return preferences.of(base).token().map(text -> new Token(text, Token.Kind.SESSION, "your session"));
    }

    /** The file is only looked for when the server is on this machine: nobody else is to get the token in it. */
    private static Optional<Token> operator(Environment environment, URI base) {
        return environment
                .variable("WEBHOOKDB_OPERATOR_TOKEN")
                .map(text -> new Token(text.strip(), Token.Kind.OPERATOR, "WEBHOOKDB_OPERATOR_TOKEN"))
                .or(() -> Optional.of(written(environment))
                        .filter(file -> isThisMachine(base) && Files.exists(file))
                        .map(file -> read(file, Token.Kind.OPERATOR)));
    }

    private static Path written(Environment environment) {
        return environment
                .variable("WEBHOOKDB_DATA_DIR")
                .map(Path::of)
                .orElseGet(() -> environment.home().resolve(".webhookdb").resolve("data"))
                .resolve("operator-token");
    }

    private static Token read(Path file, Token.Kind kind) {
        try {
            return new Token(Files.readString(file).strip(), kind, file.toString());
        } catch (NoSuchFileException e) {
            throw Failure.ofUsage("There is no token in " + file + ": there is no such file.");
        } catch (IOException e) {
            throw Failure.ofUsage(
                    "The token in " + file + " cannot be read (" + e.getClass().getSimpleName()
                            + "). Run the command as the user who owns the file, or name another one with --token-file.");
        }
    }
}
