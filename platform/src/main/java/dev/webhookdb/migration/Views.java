package dev.webhookdb.migration;

import dev.webhookdb.schema.View;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the views of one database again in another: as PostgreSQL understands them by now, whatever tables are called. */
final class Views {
    private static final Logger LOG = LoggerFactory.getLogger(Views.class);

    private Views() {}

    /** Returns the names of those that cannot be made. */
    static List<String> copy(Database source, Database target) {
        List<Seen> left = source.transaction(session -> {
            // so that every name in a definition has its schema
            session.sql("set local search_path = pg_catalog").execute();
            return session.sql("""
                            select relname::text as name, pg_get_viewdef(oid) as definition from pg_class
                             where relnamespace = 'public'::regnamespace and relkind = 'v' order by oid""").list(row -> new Seen(row.text("name"), row.text("definition")));
        });
        boolean progress = true;
        while (progress && !left.isEmpty()) {
            // one that needs another is made after it
            List<Seen> failed =
                    left.stream().filter(view -> !made(target, view)).toList();
            progress = failed.size() < left.size();
            left = new ArrayList<>(failed);
        }
        return left.stream().map(Seen::name).toList();
    }

    private static boolean made(Database target, Seen view) {
        try {
            target.run(session -> session.sql(View.create(view.name(), view.definition(), session.version()))
                    .execute());
            return true;
        } catch (DatabaseException e) {
            if (e.kind() == DatabaseException.Kind.UNAVAILABLE) {
                throw e;
            }
            LOG.debug("The view {} is not made yet: {}", view.name(), e.getMessage());
            return false;
        }
    }

    private record Seen(String name, String definition) {}
}
