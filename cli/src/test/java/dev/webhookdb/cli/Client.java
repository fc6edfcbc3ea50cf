package dev.webhookdb.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The command line in this process, with a server whose answers are prepared, and somebody who types. */
final class Client implements AutoCloseable {
    private static final Instant NOW = Instant.parse("2026-06-30T12:00:00Z");

    private final Path home;
    private final FakeServer server = new FakeServer();
    private final Map<String, String> variables = new HashMap<>();
    private StringWriter out = new StringWriter();
    private StringWriter err = new StringWriter();
    private final Deque<String> typed = new ArrayDeque<>();
    private boolean person;
    private Environment.Screen screen = Environment.Screen.NONE;
    private ZoneId zone = ZoneOffset.UTC;

    /** One who has a token, and no session. */
    Client(Path home) throws IOException {
        this.home = home;
        variables.put("WEBHOOKDB_API_HOST", server.url());
        variables.put("WEBHOOKDB_API_TOKEN", FakeServer.TOKEN);
    }

    FakeServer server() {
        return server;
    }

    Path home() {
        return home;
    }

    Path preferences() {
        return home.resolve(".config/webhookdb/preferences.json");
    }

    Client with(String variable, String value) {
        variables.put(variable, value);
        return this;
    }

    Client without(String variable) {
        variables.remove(variable);
        return this;
    }

    /** What comes when something is asked; then the input is at its end. */
    Client types(String... lines) {
        typed.addAll(List.of(lines));
        return this;
    }

    Client in(String place) {
        zone = ZoneId.of(place);
        return this;
    }

    Client atTerminal(int columns) {
        person = true;
        screen = new Environment.Screen(true, () -> columns);
        return this;
    }

    /** Runs a command; output is that of the newest one. */
    int run(String... arguments) {
        out = new StringWriter();
        err = new StringWriter();
        return Main.run(environment(), arguments);
    }

    /** What surrounds a command, for what is called apart from one. */
    Environment environment() {
        return new Environment(
                variables,
                home,
                new PrintWriter(out),
                new PrintWriter(err),
                Clock.fixed(NOW, zone),
                new Typed(),
                screen);
    }

    /** Runs a command that has no blanks in its arguments. */
    int runLine(String line) {
        return run(line.isEmpty() ? new String[0] : line.split(" "));
    }

    String out() {
        return out.toString();
    }

    String err() {
        return err.toString();
    }

    @Override
    public void close() {
        server.close();
    }

    /** Shows in standard error what was asked, and with a star that it was hidden. */
    private final class Typed implements Input {
        @Override
        public boolean isPerson() {
            return person;
        }

        @Override
        public Optional<String> ask(String prompt, boolean hidden) {
            err.append(prompt).append(hidden ? "*\n" : "\n");
            return Optional.ofNullable(typed.poll());
        }

        @Override
        public String rest() {
            String rest = String.join("\n", typed);
            typed.clear();
            return rest;
        }
    }
}
