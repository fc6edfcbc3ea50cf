package dev.webhookdb.cli;

import picocli.CommandLine.Option;

/** The query that is kept by a name. */
final class QueryOption {
    @Option(
            names = {"-u", "--sql"},
            paramLabel = "SQL",
            defaultValue = "",
            description = "The query, which is asked for otherwise.")
    private String sql;

    String sql() {
        return sql;
    }
}
