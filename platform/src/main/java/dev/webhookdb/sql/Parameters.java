package dev.webhookdb.sql;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.jdbi.v3.core.statement.ColonPrefixSqlParser;
import org.jdbi.v3.core.statement.ParsedSql;
import org.jdbi.v3.core.statement.SqlParser;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * Finds the named parameters of a text, once for all databases: most texts are sent to each of them, and to read one takes longer than to
 * send it. Jdbi's own parser remembers what it read, but each {@link Database} would have one.
 *
 * <p>Thread-safe.
 */
final class Parameters implements SqlParser {
    static final Parameters OF_ALL = new Parameters();

    /** Some ten thousand statements. */
    private static final long CHARACTERS = 16L * 1024 * 1024;

    private final SqlParser parser = new ColonPrefixSqlParser();
    private final Cache<String, ParsedSql> read = Caffeine.newBuilder()
            .maximumWeight(CHARACTERS)
            .weigher((String sql, ParsedSql parsed) -> sql.length())
            .build();

    private Parameters() {}

    @Override
    public ParsedSql parse(String sql, StatementContext context) {
        return read.get(sql, text -> parser.parse(text, context));
    }

    @Override
    public String nameParameter(String name, StatementContext context) {
        return parser.nameParameter(name, context);
    }
}
