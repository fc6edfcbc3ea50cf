package dev.webhookdb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code db psql}, with a program in the place of psql that writes down how it was called. */
class PsqlTest {
    private static final String URL =
            "{\"connection_url\":\"postgresql://whdb_1_reader:p%2B%40%3Ass@[::1]:5433/whdb_1?sslmode=require\"}";

    @TempDir
    private Path home;

    @Test
    void psqlGetsTheConnectionByItsEnvironmentAndTheArgumentsAsTheyAre() throws IOException {
        Path note = home.resolve("note");
        program(
                "printf '%s|' \"$@\" \"$PGHOST\" \"$PGPORT\" \"$PGDATABASE\" \"$PGUSER\" \"$PGPASSWORD\" \"$PGSSLMODE\" >"
                        + note);
        try (Client client = client()) {
            assertThat(client.run("db", "psql", "-o", "a", "--", "--csv", "-c", "SELECT 1"))
                    .isZero();
        }

        assertThat(note).content().isEqualTo("--csv|-c|SELECT 1|::1|5433|whdb_1|whdb_1_reader|p+@:ss|require|");
    }

    @Test
    void itsExitStatusIsTheCommands() throws IOException {
        program("exit 3");
        try (Client client = client()) {
            assertThat(client.runLine("db psql -o a")).isEqualTo(3);
        }
    }

    @Test
    void withoutPsqlTheRemedyIsTold() throws IOException {
        try (Client client = client()) {
            assertThat(client.runLine("db psql -o a")).isEqualTo(2);
            assertThat(client.err()).contains("no psql", "db sql");
            assertThat(client.server().requests()).isEmpty();
        }
    }

    private Client client() throws IOException {
        Client client = new Client(home).with("PATH", "/nowhere:" + home.resolve("bin"));
        client.server().answers("GET /v1/db/a/connection", 200, URL);
        return client;
    }

    private void program(String script) throws IOException {
        Path bin = Files.createDirectory(home.resolve("bin"));
        Path psql = Files.writeString(bin.resolve("psql"), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(psql, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
