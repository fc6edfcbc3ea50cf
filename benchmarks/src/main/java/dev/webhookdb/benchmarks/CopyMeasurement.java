package dev.webhookdb.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** How fast a table is copied to another database, and how fast {@code psql} does the same: COPY out, COPY in, one upsert. */
final class CopyMeasurement {
    private static final String COPIED = "copied";
    private static final String REFERENCE = "reference";

    private final HostProcess host;
    private final SyncedTable source;
    private final URI server;
    private final Path directory;
    private final Report report;

    /**
     * Creates the measurement.
     *
     * @param server where a database for copies is made: {@code postgresql://user@host:port/database}
     */
    CopyMeasurement(HostProcess host, SyncedTable source, String server, Path directory, Report report) {
        this.host = host;
        this.source = source;
        this.server = URI.create(server);
        this.directory = directory;
        this.report = report;
    }

    void run() throws InterruptedException {
        String origin = URI.create(source.connection()).getPath().substring(1);
        long rows = number(origin, "select count(*) from \"%s\"".formatted(source.table()));
        psql(server.getPath().substring(1), "drop database if exists copies");
        psql(server.getPath().substring(1), "create database copies");
        psql(
                "copies",
                "create role copying login superuser password 'copying'; alter database copies owner to copying");
        Cpu before = Cpu.now(host.pid());
        long begun = System.nanoTime();
        String id = source.create(
                "db",
                "postgres://copying:copying@%s:%d/copies".formatted(server.getHost(), server.getPort()),
                "\"period_seconds\":3600,\"table\":\"%s\"".formatted(COPIED));
        while (number("copies", "select count(*) from " + COPIED) < rows) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        double ours = rows / seconds(begun);
        System.out.printf(
                "# dbsync.postgresql: processor time of %s%n",
                Cpu.now(host.pid()).since(before));
        source.delete("db", id);
        double theirs = rows / reference(origin);
        report.figure("copy.rows_per_s", theirs);
        report.figure("dbsync.postgresql.rows_per_s", ours);
        report.atLeast("dbsync.postgresql_ratio", ours / theirs, 0.6);
        psql(server.getPath().substring(1), "drop database copies with (force)");
        psql(server.getPath().substring(1), "drop role copying");
    }

    /** Returns how many seconds it took. */
    private double reference(String origin) throws InterruptedException {
        psql("copies", "create table %s (like %s including all)".formatted(REFERENCE, COPIED));
        List<String> columns = Arrays.asList(psql(
                        "copies",
                        "select string_agg(quote_ident(attname), ',' order by attnum) from pg_attribute where attrelid = '%s'::regclass and attnum > 0"
                                .formatted(COPIED))
                .strip()
                .split(","));
        String names = String.join(", ", columns);
        String assignments = columns.stream()
                .filter(name -> !name.equals("stripe_id"))
                .map(name -> "%s = excluded.%1$s".formatted(name))
                .collect(Collectors.joining(", "));
        try {
            Path load = Files.writeString(directory.resolve("load.sql"), """
                    begin;
                    create temporary table batch (like %1$s);
                    \\copy batch from pstdin
                    insert into %1$s as known select * from batch on conflict (stripe_id) do update set %2$s where excluded._change > known._change;
                    commit;
                    """.formatted(REFERENCE, assignments));
            long begun = System.nanoTime();
            run(List.of(
                    "sh",
                    "-c",
                    "%s -c '\\copy (select %s from \"%s\") to stdout' | %s -f %s"
                            .formatted(
                                    String.join(" ", command(origin)),
                                    names,
                                    source.table(),
                                    String.join(" ", command("copies")),
                                    load)));
            return seconds(begun);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static double seconds(long begun) {
        return Duration.ofNanos(System.nanoTime() - begun).toMillis() / 1e3;
    }

    private long number(String database, String query) throws InterruptedException {
        return Long.parseLong(psql(database, query).strip());
    }

    private String psql(String database, String statement) throws InterruptedException {
        List<String> command = new ArrayList<>(command(database));
        command.addAll(List.of("-c", statement));
        return run(command);
    }

    private List<String> command(String database) {
        return List.of(
                "psql",
                "-X",
                "-q",
                "-A",
                "-t",
                "-v",
                "ON_ERROR_STOP=1",
                "-h",
                server.getHost(),
                "-p",
                Integer.toString(server.getPort()),
                "-U",
                server.getUserInfo(),
                database);
    }

    private static String run(List<String> command) throws InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(String.join(" ", command) + ": " + output);
            }
            return output;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
