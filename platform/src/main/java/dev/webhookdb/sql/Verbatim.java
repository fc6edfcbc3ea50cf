package dev.webhookdb.sql;

import org.jdbi.v3.core.statement.ParsedSql;
import org.jdbi.v3.core.statement.SqlParser;
import org.jdbi.v3.core.statement.StatementContext;

/** Sends a text as it is: what looks like a parameter in a function's body is none. */
enum Verbatim implements SqlParser {
    INSTANCE;

    @Override
    public ParsedSql parse(String sql, StatementContext context) {
        return ParsedSql.builder().append(sql).build();
    }

    @Override
    public String nameParameter(String name, StatementContext context) {
        return ":" + name;
    }
}
