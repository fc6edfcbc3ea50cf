package dev.webhookdb.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What PostgreSQL itself can do: the rows of a table, upserted into one like it by statements of a thousand rows through one psql. */
final class CopyLimit {
    private static final int ROWS_PER_STATEMENT = 1_000;

    private final Path directory;

    CopyLimit(Path directory) {
        this.directory = directory;
    }

    /** @param database {@code postgresql://host:port/database?user=...}, of a role that may do everything */
    double rowsPerSecond(String database, String table) {
        Path statements = directory.resolve("copy_limit.sql");
        String columns = query(database, """
                select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute
                where attrelid = '%s'::regclass and attnum > 0 and not attisdropped and attname <> 'pk'""".formatted(table));
        String updates = query(database, """
                select string_agg(format('%%1$I = excluded.%%1$I', attname), ', ' order by attnum) from pg_attribute
                where attrelid = '%s'::regclass and attnum > 0 and not attisdropped and attname not in ('pk', 'stripe_id')""".formatted(table));
        query(
                database,
                "drop table if exists copy_limit; create table copy_limit (like %s including all)".formatted(table));
        psql(database, statements, List.of("-c", """
                select format('insert into copy_limit as known (%1$s) values %%s on conflict (stripe_id) do update set %2$s where known._as_of < excluded._as_of;',
                  string_agg(values, ','))
                from (
                  select pk / %3$d as batch, '(' || concat_ws(',', %4$s) || ')' as values from %5$s
                ) as rows group by batch""".formatted(
                        columns, updates.replace("'", "''"), ROWS_PER_STATEMENT, quoted(columns), table)));
        long rows = Long.parseLong(query(database, "select count(*) from " + table));
        long begun = System.nanoTime();
        psql(database, directory.resolve("copy_limit.out"), List.of("-q", "-f", statements.toString()));
        double rate = rows / ((System.nanoTime() - begun) / 1e9);
        query(database, "drop table copy_limit");
        try {
            Files.delete(statements);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return rate;
    }

    private static String quoted(String columns) {
        return List.of(columns.split(", ", -1)).stream()
                .map("quote_nullable(%s)"::formatted)
                .reduce((one, other) -> one + "," + other)
                .orElseThrow();
    }

    private String query(String database, String sql) {
        Path output = directory.resolve("query.out");
        psql(database, output, List.of("-c", sql));
        try {
            return Files.readString(output, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void psql(String database, Path output, List<String> arguments) {
        try {
            var command = new ArrayList<>(
                    List.of("psql", "-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-v", "FETCH_COUNT=10", "-d", database));
            command.addAll(arguments);
            Process process = new ProcessBuilder(command)
                    .redirectOutput(output.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            if (process.waitFor() != 0) {
                throw new IllegalStateException("psql failed");
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
