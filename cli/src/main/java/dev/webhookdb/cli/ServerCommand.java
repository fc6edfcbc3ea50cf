package dev.webhookdb.cli;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that asks the server something and prints the answer. */
abstract class ServerCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ServerOptions server;

    private Optional<Connection> connection = Optional.empty();

    final Environment environment() {
        return Webhookdb.environmentOf(spec);
    }

    final Output output() {
        return Output.of(spec, environment());
    }

    /** The server, as who is logged in or whose token is given. */
    final Connection connection() {
        if (connection.isEmpty()) {
            Preferences preferences = preferences();
            URI base = base();
            Token token = server.token(environment(), preferences, base);
            connection = Optional.of(new Connection(api(Optional.of(token)), Optional.of(token), preferences));
        }
        return connection.get();
    }

    final Api api() {
        return connection().api();
    }

    /** The server, as whoever a token stands for. */
    final Api api(Optional<Token> token) {
        return new Api(base(), token, WebProxy.to(base(), environment()::variable), Forcible.isGiven(spec));
    }

    /** The server, as nobody in particular. */
    final Connection anonymous() {
        return new Connection(api(Optional.empty()), Optional.empty(), preferences());
    }

    /** The server, as its operator. */
    final Api operator() {
        return api(Optional.of(server.operatorToken(environment(), base())));
    }

    final URI base() {
        return server.base(environment());
    }

    /** Whether the command itself says where the server is. */
    final boolean namesServer() {
        return server.isNamed();
    }

    final Preferences preferences() {
        return new Preferences(environment());
    }

    /** Posts, and answers what the server asks before it does it. */
    final Json ask(String path, Map<String, ?> body, Map<String, String> options) {
        return new Conversation(api(), environment(), Map.of(), options)
                .post(path, body)
                .body();
    }

    /** What an option or else the first argument says; without either the command cannot do anything. */
    final String required(Optional<String> option, Optional<String> argument, String what) {
        return option.or(() -> argument)
                .filter(text -> !text.isBlank())
                .orElseThrow(() -> Failure.ofUsage("%s? Write: %s %s"
                        .formatted(
                                what,
                                spec.qualifiedName(),
                                spec.positionalParameters().getFirst().paramLabel())));
    }

    /** A body of the parameters that have a value. */
    static Map<String, Object> body(Object... namesAndValues) {
        Map<String, Object> body = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            if (namesAndValues[i + 1] instanceof Optional<?> optional) {
                String name = (String) namesAndValues[i];
                optional.ifPresent(value -> body.put(name, value));
            } else {
                body.put((String) namesAndValues[i], namesAndValues[i + 1]);
            }
        }
        return body;
    }
}
