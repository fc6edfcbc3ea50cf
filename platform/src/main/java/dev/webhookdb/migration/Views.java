package dev.webhookdb.migration;

import static dev.webhookdb.schema.Identifiers.quote;

import dev.webhookdb.database.Database;
import dev.webhookdb.database.DatabaseException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the views of one database again in another: as PostgreSQL understands them by now, whatever tables are called. */
final class Views {
    private static final Logger LOG = LoggerFactory.getLogger(Views.class);
    private static final int SECURITY_INVOKER_SINCE = 150_000;

    private Views() {}

    /** Returns the names of those that cannot be made. */
    static List<String> copy(Database source, Database target) {
        List<View> left = source.transaction(session -> {
            // so that every name in a definition has its schema
            session.sql("set local search_path = pg_catalog").execute();
            return session.sql("""
                            select relname::text as name, pg_get_viewdef(oid) as definition from pg_class
                             where relnamespace = 'public'::regnamespace and relkind = 'v' order by oid""").list(row -> new View(row.text("name"), row.text("definition")));
        });
        boolean progress = true;
        while (progress && !left.isEmpty()) {
            // one that needs another is made after it
            List<View> failed =
                    left.stream().filter(view -> !made(target, view)).toList();
            progress = failed.size() < left.size();
            left = new ArrayList<>(failed);
        }
        return left.stream().map(View::name).toList();
    }

    private static boolean made(Database target, View view) {
        try {
            target.run(session -> {
                boolean invoker = session.sql("select current_setting('server_version_num')::integer as version")
                        .one(row -> row.integer("version") >= SECURITY_INVOKER_SINCE);
                session.sql("create or replace view public.%s%s as %s"
                                .formatted(
                                        quote(view.name()),
                                        invoker ? " with (security_invoker = true)" : "",
                                        view.definition()))
                        .execute();
            });
            return true;
        } catch (DatabaseException e) {
            if (e.kind() == DatabaseException.Kind.UNAVAILABLE) {
                throw e;
            }
            LOG.debug("The view {} is not made yet: {}", view.name(), e.getMessage());
            return false;
        }
    }

    private record View(String name, String definition) {}
}
