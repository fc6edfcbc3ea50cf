package dev.webhookdb.declare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What an integration can say of what it replicates, and into which tables. */
final class IntegrationRules {
    private static final List<String> SUBJECTS = List.of("connector", "services", "service");
    private static final String TABLE = "table";
    private static final String TABLES = "tables";

    private final Mistakes mistakes;

    IntegrationRules(Mistakes mistakes) {
        this.mistakes = mistakes;
    }

    /** Returns the same with {@code service: x} as a list of services, and {@code table: y} as the table of that service. */
    Map<String, Value> apply(Yaml.Mapping said, Map<String, Value> values) {
        List<String> subjects =
                SUBJECTS.stream().filter(said.entries()::containsKey).toList();
        if (subjects.isEmpty()) {
            mistakes.add(said.place(), "This integration replicates nothing. Write connector, services or service.");
        }
        subjects.stream()
                .skip(1)
                .forEach(subject -> mistakes.add(
                        said.entries().get(subject).place(),
                        "What is replicated is said by '%s' already. Write one of the two."
                                .formatted(subjects.getFirst())));

        Map<String, Value> canonical = new LinkedHashMap<>();
        services(values).ifPresent(services -> canonical.put("services", services));
        values.forEach((path, value) -> {
            if (!path.equals("service") && !path.equals(TABLE) && !path.equals("services")) {
                canonical.put(path, value);
            }
        });
        if (subjects.size() == 1) {
            checkTables(said, values);
            oneTable(said, values).ifPresent(canonical::putAll);
        }
        return inOrder(canonical);
    }

    private static Optional<Value> services(Map<String, Value> values) {
        return Optional.ofNullable(values.getOrDefault("services", values.get("service")));
    }

    private void checkTables(Yaml.Mapping said, Map<String, Value> values) {
        Optional<Value> services = services(values);
        if (services.isEmpty() || !(said.entries().get(TABLES) instanceof Yaml.Mapping tables)) {
            return;
        }
        tables.entries().forEach((service, table) -> {
            if (!services.get().texts().contains(service)) {
                mistakes.add(
                        table.place(),
                        AttributeReader.unknown(
                                "This is none of the services of this integration.",
                                service,
                                services.get().texts()));
            }
        });
    }

    private Optional<Map<String, Value>> oneTable(Yaml.Mapping said, Map<String, Value> values) {
        Yaml table = said.entries().get(TABLE);
        if (table == null) {
            return Optional.empty();
        }
        if (said.entries().containsKey(TABLES)) {
            mistakes.add(table.place(), "The tables are named by 'tables' already. Write this one there.");
            return Optional.empty();
        }
        boolean several = said.entries().containsKey("connector")
                || services(values)
                        .filter(services -> services.texts().size() > 1)
                        .isPresent();
        if (several) {
            mistakes.add(
                    table.place(),
                    "There are several services, and each has its table. Write tables: {service: name}.");
            return Optional.empty();
        }
        return services(values)
                .filter(services -> values.containsKey(TABLE))
                .map(services -> Map.of("tables." + services.text(), values.get(TABLE)));
    }

    private static Map<String, Value> inOrder(Map<String, Value> values) {
        List<String> paths = new ArrayList<>();
        for (Attribute attribute : Kind.INTEGRATION.attributes()) {
            values.keySet().stream()
                    .filter(path -> Kind.INTEGRATION
                            .attribute(path)
                            .filter(attribute::equals)
                            .isPresent())
                    .forEach(paths::add);
        }
        Map<String, Value> ordered = new LinkedHashMap<>();
        paths.forEach(path -> ordered.put(path, values.get(path)));
        return ordered;
    }
}
