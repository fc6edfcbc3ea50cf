package dev.webhookdb.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs what most commands do once, against a server in this process, for a JVM that writes down which classes that takes: see
 * {@code bin/webhookdb}. Reads and writes nothing of whoever runs it.
 */
final class Training {
    private static final List<String> COMMANDS = List.of(
            "org list",
            "org list --format json",
            "integrations list --org training",
            "integrations list --org training --format json",
            "services list --format csv",
            "integrations info training --org training");

    private static final String LIST = """
            {"object":"list","items":[{"id":"training","name":"Training","amount":1250}],"message":"A hint.",
             "display_headers":[["id","Id"],["name","Name"],["amount","Amount"]]}""";

    private static final String REFUSAL = """
            {"error":{"message":"There is none.","status":403,"code":"forbidden"}}""";

    private static final String ROWS = """
            {"headers":["id","amount"],"rows":[["a",1],["b",null]],"max_rows_reached":false}""";

    private Training() {}

    /** Runs the commands, and prints nothing. */
    public static void main(String[] args) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", Training::answer);
        server.start();
        try {
            train(server.getAddress().getPort());
        } finally {
            server.stop(0);
        }
        Main.environment(new StandardOutput());
        StartCache.makeIfMissing();
    }

    private static void train(int port) throws IOException {
        Environment environment = new Environment(
                Map.of("WEBHOOKDB_API_HOST", "http://127.0.0.1:" + port, "WEBHOOKDB_API_TOKEN", "training"),
                Path.of("/nowhere"),
                new PrintWriter(OutputStream.nullOutputStream(), false, UTF_8),
                new PrintWriter(OutputStream.nullOutputStream(), true, UTF_8),
                Clock.systemUTC(),
                nobody(),
                Environment.Screen.NONE);
        for (String command : COMMANDS) {
            Main.run(environment, command.split(" ", -1));
        }
        Main.run(environment, "db", "sql", "--org", "training", "SELECT 1");
        Main.run(environment, "--version");
        Main.run(environment, "org", "list", "--host", "http://127.0.0.1:9");
        trainForTls(environment);
    }

    /** What is needed until a server answers that it speaks TLS, which this one never does. */
    private static void trainForTls(Environment environment) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> closeNext(server));
            Main.run(environment, "org", "list", "--host", "https://127.0.0.1:" + server.getLocalPort());
        }
    }

    private static void closeNext(ServerSocket server) {
        try {
            server.accept().close();
        } catch (IOException e) {
            // nobody came
            return;
        }
    }

    private static void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        boolean refused = path.endsWith("/training");
        byte[] body = (refused ? REFUSAL : path.endsWith("/sql") ? ROWS : LIST).getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(refused ? 403 : 200, body.length);
        try (exchange) {
            exchange.getResponseBody().write(body);
        }
    }

    private static Input nobody() {
        return new Input() {
            @Override
            public boolean isPerson() {
                return true;
            }

            @Override
            public Optional<String> ask(String prompt, boolean hidden) {
                return Optional.empty();
            }

            @Override
            public String rest() {
                return "";
            }
        };
    }
}
