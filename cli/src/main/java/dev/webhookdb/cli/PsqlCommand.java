package dev.webhookdb.cli;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExitCodeGenerator;
import picocli.CommandLine.Parameters;

/** {@code db psql}: PostgreSQL's own terminal. */
@Command(
        name = "psql",
        description = {
            "Starts psql, connected as the role that may only read. What follows -- goes to psql.",
            "The password goes there by its environment, where other users of this machine do not see it."
        },
        footer = {
            "webhookdb db psql",
            "webhookdb db psql -- --csv --command 'SELECT count(*) FROM stripe_charge_v1_d50b'"
        })
final class PsqlCommand extends OrganizationCommand implements IExitCodeGenerator {
    private static final String PROGRAM = "psql";

    @Parameters(paramLabel = "ARGUMENT", arity = "0..*", description = "An argument of psql.")
    private List<String> arguments = List.of();

    private int status = ExitCode.OK;

    @Override
    public void run() {
        Path program = program();
        String url = api().get(databasePath("/connection")).text("connection_url");
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().putAll(variables(url));
        try {
            status = waited(builder.start());
        } catch (IOException e) {
            throw Failure.ofUsage("%s cannot be started: %s.".formatted(program, e.getMessage()));
        }
    }

    @Override
    public int getExitCode() {
        return status;
    }

    private Path program() {
        String directories = environment().variable("PATH").orElse("");
        return Stream.of(directories.split(File.pathSeparator, -1))
                .map(directory -> Path.of(directory).resolve(PROGRAM))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> Failure.ofUsage(
                        "There is no psql on this machine. Install PostgreSQL's client (postgresql-client), use 'webhookdb db sql', or connect"
                                + " another tool with 'webhookdb db connection'."));
    }

    /** An interrupt at the terminal is psql's: it ends the query there, and this process must not be gone before psql is. */
    private static int waited(Process psql) {
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> await(psql)));
        return await(psql);
    }

    private static int await(Process process) {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.ofServer("Interrupted.");
        }
    }

    /** The parts of a connection URL, as libpq reads them from the environment. */
    static Map<String, String> variables(String url) {
        URI parts = URI.create(url);
        String[] login = parts.getRawUserInfo().split(":", 2);
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("PGHOST", parts.getHost().replaceAll("[\\[\\]]", ""));
        variables.put("PGPORT", Integer.toString(parts.getPort()));
        variables.put("PGDATABASE", decoded(parts.getRawPath().substring(1)));
        variables.put("PGUSER", decoded(login[0]));
        variables.put("PGPASSWORD", decoded(login[1]));
        Stream.of(String.valueOf(parts.getRawQuery()).split("&", -1))
                .filter(parameter -> parameter.startsWith("sslmode="))
                .forEach(parameter -> variables.put("PGSSLMODE", decoded(parameter.substring("sslmode=".length()))));
        return variables;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
