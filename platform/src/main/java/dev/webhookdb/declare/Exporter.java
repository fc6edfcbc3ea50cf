package dev.webhookdb.declare;

import dev.webhookdb.account.Organization;
import dev.webhookdb.outbound.MaskedUrl;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/**
 * Writes files for what there is. Secrets are references that fall back to what is stored: here they say that nothing changes, and on another
 * installation which variable is missing. Thread-safe.
 */
public final class Exporter {
    private static final String INTEGRATION = IntegrationReferences.ATTRIBUTE;

    private final Ownership ownership;
    private final List<ManagedKind> kinds;

    Exporter(Ownership ownership, List<ManagedKind> kinds) {
        this.ownership = ownership;
        this.kinds = List.copyOf(kinds);
    }

    /** Returns a document for each organization, as YAML; what cannot be read is said in a comment above it. */
    public String export(List<Organization> organizations) {
        Map<String, String> names = new HashMap<>();
        ownership.all().forEach(one -> names.put(key(one.organization(), one.kind(), one.id()), one.name()));
        return organizations.stream()
                .map(organization -> {
                    List<String> unreadable = new ArrayList<>();
                    String document = yaml().dump(document(organization, names, unreadable));
                    return String.join("", unreadable) + document;
                })
                .collect(Collectors.joining("---\n"));
    }

    private static String key(String organization, Kind kind, String id) {
        return "%s %s %s".formatted(organization, kind, id);
    }

    private static Yaml yaml() {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setWidth(Integer.MAX_VALUE);
        options.setSplitLines(false);
        return new Yaml(options);
    }

    private Map<String, Object> document(
            Organization organization, Map<String, String> names, List<String> unreadable) {
        Map<String, Object> document = new LinkedHashMap<>();
        Map<String, String> tables = new HashMap<>();
        for (ManagedKind kind : kinds) {
            Map<String, Object> section = new LinkedHashMap<>();
            for (Existing existing : kind.existing(organization)) {
                String name = Optional.ofNullable(names.get(key(organization.key(), kind.kind(), existing.id())))
                        .orElseGet(() -> free(existing.label(), section.keySet()));
                if (kind.kind() == Kind.INTEGRATION) {
                    note(tables, name, existing);
                }
                if (!existing.unreadable().isEmpty()) {
                    unreadable.add(comment(kind.kind(), name, existing));
                }
                section.put(name, body(organization, kind.kind(), name, existing, tables));
            }
            if (kind.kind() == Kind.ORGANIZATION) {
                document.put(kind.kind().section(), section.get(organization.key()));
            } else if (!section.isEmpty()) {
                document.put(kind.kind().section(), section);
            }
        }
        return document;
    }

    private static String comment(Kind kind, String name, Existing existing) {
        List<String> paths = existing.unreadable().stream().sorted().toList();
        return "# %s\n"
                .formatted(Existing.unreadable(kind, name, new Position("", 0), paths)
                        .sentence());
    }

    /** What is known by its name has a label that is one; others get a name that can be written without quotes. */
    private static String free(String label, Set<String> taken) {
        String name = label;
        for (int number = 2; taken.contains(name); number++) {
            name = "%s-%d".formatted(label, number);
        }
        return name;
    }

    /** By which name files find the integration of each table. */
    private static void note(Map<String, String> tables, String name, Existing existing) {
        List<String> services = existing.attributes().get("services").texts();
        services.forEach(service -> tables.put(
                existing.attributes().get("tables." + service).text(),
                services.size() == 1 ? name : "%s/%s".formatted(name, service)));
    }

    private static Object body(
            Organization organization, Kind kind, String name, Existing existing, Map<String, String> tables) {
        Map<String, Object> body = new LinkedHashMap<>();
        if (kind == Kind.ORGANIZATION) {
            body.put("key", organization.key());
        }
        if (kind.attributes().stream().anyMatch(attribute -> attribute.name().equals("id"))) {
            body.put("id", existing.id());
        }
        existing.attributes().forEach((path, value) -> {
            Attribute attribute = kind.attribute(path).orElseThrow();
            if (!value.texts().isEmpty() && !isUsual(attribute, value)) {
                put(body, attribute, path, written(organization, kind, name, path, attribute, value, tables));
            }
        });
        simplify(body);
        return kind.shorthand()
                .filter(only -> body.keySet().equals(Set.of(only)))
                .<Object>map(body::get)
                .orElse(body);
    }

    private static boolean isUsual(Attribute attribute, Value value) {
        return attribute.otherwise().filter(value.text()::equals).isPresent();
    }

    private static void put(Map<String, Object> body, Attribute attribute, String path, Object written) {
        if (attribute.isNamed()) {
            @SuppressWarnings("unchecked")
            Map<String, Object> named =
                    (Map<String, Object>) body.computeIfAbsent(attribute.name(), ignored -> new LinkedHashMap<>());
            named.put(path.substring(attribute.name().length() + 1), written);
        } else {
            body.put(path, written);
        }
    }

    private static Object written(
            Organization organization,
            Kind kind,
            String name,
            String path,
            Attribute attribute,
            Value value,
            Map<String, String> tables) {
        boolean hidden = value.isSecret()
                && (attribute.type() != Attribute.Type.URL
                        || !MaskedUrl.of(value.text()).equals(value.text()));
        if (hidden) {
            return reference(organization, kind, name, path);
        }
        return switch (attribute.type()) {
            case TEXTS ->
                new ArrayList<>(value.texts().stream().map(References::escaped).toList());
            case FLAG -> Boolean.valueOf(value.text());
            case NUMBER -> Integer.valueOf(value.text());
            case TEXT ->
                References.escaped(
                        path.equals(INTEGRATION) ? tables.getOrDefault(value.text(), value.text()) : value.text());
            case SECRET, URL, DURATION, CHOICE, NAMED_TEXTS, NAMED_SECRETS -> References.escaped(value.text());
        };
    }

    private static String reference(Organization organization, Kind kind, String name, String path) {
        String last = path.substring(path.indexOf('.') + 1);
        String said = kind == Kind.INTEGRATION ? name : kind.section().replaceFirst("s$", "") + "_" + name;
        return "${env:%s|stored}"
                .formatted("%s_%s_%s"
                        .formatted(organization.key(), said, last)
                        .toUpperCase(Locale.ROOT)
                        .replaceAll("[^A-Z0-9]+", "_"));
    }

    /** One service is written shorter. */
    private static void simplify(Map<String, Object> body) {
        if (body.get("services") instanceof List<?> services && services.size() == 1) {
            body.remove("services");
            body.put("service", services.getFirst());
            if (body.remove("tables") instanceof Map<?, ?> named) {
                body.put("table", named.get(services.getFirst()));
            }
        }
    }
}
