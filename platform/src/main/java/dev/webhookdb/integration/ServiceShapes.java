package dev.webhookdb.integration;

import dev.webhookdb.connector.Promises;
import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers, for all hosts, what the tables of each service look like. It counts as a promise as long as there is an integration of
 * the service: before, whoever writes a connector may change his mind. Thread-safe.
 *
 * <p>Columns that a release lacks are no broken promise: it may be an older one beside a newer one.
 */
public final class ServiceShapes implements Promises {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceShapes.class);
    private static final String KEY = "KEY";
    private static final String TOMBSTONE = "TOMBSTONE";
    private static final Set<String> WHOLE = Set.of(Column.Type.INTEGER.name(), Column.Type.BIGINT.name());

    private final Database platform;

    /** @param platform where the shapes are kept */
    public ServiceShapes(Database platform) {
        this.platform = platform;
    }

    @Override
    public Optional<String> broken(Resource resource) {
        try {
            Map<String, String> promised = promised(resource.name());
            return promised.isEmpty() ? Optional.empty() : broken(resource, promised);
        } catch (DatabaseException e) {
            LOG.warn("Whether {} is as it was promised could not be looked up: {}", resource.name(), e.getMessage());
            return Optional.empty();
        }
    }

    private static Optional<String> broken(Resource resource, Map<String, String> promised) {
        Map<String, String> declared = shape(resource);
        for (Map.Entry<String, String> column : promised.entrySet()) {
            String now = declared.get(column.getKey());
            if (column.getValue().equals(KEY) && !KEY.equals(now)) {
                return Optional.of(
                        "The key of the service '%s' is '%s' in the tables that exist, but the connector declares '%s'."
                                .formatted(
                                        resource.name(),
                                        column.getKey(),
                                        resource.key().name()));
            }
            if (now != null && !fits(column.getValue(), now)) {
                return Optional.of(
                        "The column '%s' of the service '%s' is %s in the tables that exist, but the connector declares %s."
                                .formatted(column.getKey(), resource.name(), column.getValue(), now));
            }
        }
        return resource.deletable() && !promised.containsValue(TOMBSTONE)
                ? Optional.of(
                        "The tables of the service '%s' that exist have no deletions, but the connector declares some."
                                .formatted(resource.name()))
                : Optional.empty();
    }

    /** A whole number may become wider: {@link Tables} knows what to do. And a release of before that may come back. */
    private static boolean fits(String promised, String declared) {
        return promised.equals(declared) || WHOLE.containsAll(Set.of(promised, declared));
    }

    @Override
    public Optional<String> needed(Collection<String> services) {
        try {
            return platform.transaction(session -> session.sql("""
                            select service_name, count(*) as integrations from integration
                            where service_name = any(:services)
                            group by service_name order by service_name limit 1""")
                            .bind("services", services.toArray(String[]::new))
                            .first(row -> new Needed(row.text("service_name"), row.number("integrations"))))
                    .map(needed -> "It lacks the service '%s', which %s."
                            .formatted(
                                    needed.service(),
                                    needed.integrations() == 1
                                            ? "an integration uses"
                                            : needed.integrations() + " integrations use"));
        } catch (DatabaseException e) {
            LOG.debug("Which services are used cannot be looked up now", e);
            return Optional.of("Nobody can say what integrations rely on, because the database is away.");
        }
    }

    private record Needed(String service, long integrations) {}

    @Override
    public void keep(Collection<Resource> resources) {
        try {
            resources.forEach(this::keep);
        } catch (DatabaseException e) {
            LOG.warn("What is promised of tables could not be written down: {}", e.getMessage());
        }
    }

    private void keep(Resource resource) {
        Map<String, String> shape = shape(resource);
        platform.run(session -> {
            session.sql("""
                            delete from service_column
                            where service_name = :service
                              and not exists (select from integration where service_name = :service)""").bind("service", resource.name()).execute();
            session.sql("""
                            insert into service_column (service_name, column_name, kind)
                            select :service, name, kind from unnest(:names, :kinds) as declared (name, kind)
                            on conflict do nothing""")
                    .bind("service", resource.name())
                    .bind("names", shape.keySet().toArray(String[]::new))
                    .bind("kinds", shape.values().toArray(String[]::new))
                    .execute();
        });
    }

    /** Returns what each column is, the key first. */
    private Map<String, String> promised(String service) {
        Map<String, String> promised = new LinkedHashMap<>();
        platform.transaction(session -> session.sql("""
                        select column_name, kind from service_column
                        where service_name = :service
                          and exists (select from integration where service_name = :service)
                        order by kind <> 'KEY', column_name""")
                .bind("service", service)
                .list(row -> promised.put(row.text("column_name"), row.text("kind"))));
        return promised;
    }

    private static Map<String, String> shape(Resource resource) {
        Map<String, String> shape = new LinkedHashMap<>();
        shape.put(resource.key().name(), KEY);
        Stream.of(resource.columns(), resource.optionalColumns())
                .flatMap(List::stream)
                .forEach(column -> shape.put(column.name(), column.type().name()));
        if (resource.deletable()) {
            shape.put("deleted_at", TOMBSTONE);
        }
        return shape;
    }
}
