package dev.webhookdb.tenancy;

import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Session;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** What the platform's records say of how many organizations are on which server. Thread-safe. */
final class Occupancy {
    private final Database platform;

    Occupancy(Database platform) {
        this.platform = platform;
    }

    /**
     * Decides something by how many databases each server has, while no other host does: who decides next counts what is recorded.
     *
     * @param decision in a transaction of the platform's database, which may be repeated
     */
    <T> T counting(BiFunction<Session, List<Occupied>, T> decision) {
        return platform.transaction(session -> {
            session.sql("select pg_advisory_xact_lock(hashtextextended('webhookdb.placement', 0))")
                    .list(row -> true);
            return decision.apply(session, occupied(session));
        });
    }

    /** A database that is being made for a move counts where it is going to be. */
    private static List<Occupied> occupied(Session session) {
        return session.sql("""
                        select server, host, port, count(*) as databases
                          from (select server, host, port from organization_database
                                 union all
                                select retired_database.server, retired_database.host, retired_database.port from retired_database
                                  join database_migration as move on move.id = migration_id
                                 where move.state in ('enqueued', 'in_progress')) as taken (server, host, port)
                         group by server, host, port""")
                .list(row -> new Occupied(
                        row.text("server"), row.text("host"), row.integer("port"), row.number("databases")));
    }

    /**
     * How many databases there are where records say the same of the server.
     *
     * @param server its name at the time
     * @param host where it was at the time
     * @param port likewise
     */
    record Occupied(String server, String host, int port, long databases) {}

    /** What a record says of the server. */
    record Place(String server, String host, int port) {}

    /** Returns the keys of the organizations, in alphabetical order, by where their databases are. */
    Map<Place, List<String>> keysByServer() {
        Map<Place, List<String>> keys = new HashMap<>();
        platform.run(session -> session.sql("""
                        select server, host, port, organization.key as organization_key
                          from organization_database join organization on organization.id = organization_id
                         order by organization.key""")
                .list(row -> keys.computeIfAbsent(
                                new Place(row.text("server"), row.text("host"), row.integer("port")),
                                place -> new ArrayList<>())
                        .add(row.text("organization_key"))));
        return keys;
    }
}
