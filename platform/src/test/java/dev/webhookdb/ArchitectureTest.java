package dev.webhookdb;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The table of docs/architecture.md: who may import whom, and which library is used where. */
class ArchitectureTest {
    private static final String ROOT = "dev.webhookdb";

    /** What each package may import of ours, besides itself and the SPI. */
    private static final Map<String, List<String>> EDGES = Map.ofEntries(
            Map.entry("config", List.of()),
            Map.entry("json", List.of()),
            Map.entry("observe", List.of()),
            Map.entry("retry", List.of()),
            Map.entry("trace", List.of("config", "crypto", "observe")),
            Map.entry("queue", List.of("observe", "sql", "retry")),
            Map.entry("connector", List.of("observe", "spi.destination")),
            Map.entry("sql", List.of("config", "observe", "retry")),
            Map.entry("crypto", List.of("sql")),
            Map.entry("embedded", List.of("config", "crypto", "observe", "sql")),
            Map.entry("platform", List.of("config", "embedded", "observe", "sql")),
            Map.entry("reader", List.of("config", "crypto", "observe", "sql")),
            Map.entry("schema", List.of("spi.destination", "sql")),
            Map.entry("tenancy", List.of("config", "crypto", "observe", "outbound", "reader", "schema", "sql")),
            Map.entry(
                    "migration",
                    List.of("config", "crypto", "observe", "queue", "reader", "retry", "schema", "sql", "tenancy")),
            Map.entry("account", List.of("crypto", "event", "observe", "platform", "schedule", "sql", "tenancy")),
            Map.entry(
                    "integration",
                    List.of(
                            "connector",
                            "crypto",
                            "event",
                            "json",
                            "observe",
                            "platform",
                            "schema",
                            "sql",
                            "store",
                            "tenancy")),
            Map.entry("drift", List.of("connector", "integration", "json", "observe", "schema", "sql")),
            Map.entry("store", List.of("crypto", "json", "schema", "sql")),
            Map.entry("change", List.of("json", "schema", "sql", "store")),
            Map.entry("event", List.of("crypto", "json", "observe", "queue", "sql")),
            Map.entry(
                    "notify",
                    List.of(
                            "account",
                            "change",
                            "connector",
                            "crypto",
                            "event",
                            "integration",
                            "json",
                            "mail",
                            "observe",
                            "outbound",
                            "queue",
                            "reader",
                            "retry",
                            "schema",
                            "sql",
                            "store",
                            "tenancy",
                            "trace")),
            Map.entry(
                    "sync",
                    List.of(
                            "account",
                            "connector",
                            "crypto",
                            "event",
                            "integration",
                            "json",
                            "mail",
                            "notify",
                            "observe",
                            "outbound",
                            "queue",
                            "retry",
                            "schema",
                            "spi.destination",
                            "sql",
                            "tenancy",
                            "trace")),
            Map.entry(
                    "erase",
                    List.of(
                            "account",
                            "apply",
                            "connector",
                            "drift",
                            "event",
                            "integration",
                            "platform",
                            "sql",
                            "store",
                            "sync")),
            Map.entry("query", List.of("crypto", "observe", "platform", "reader", "schema", "sql", "tenancy")),
            Map.entry("outbound", List.of("observe", "retry")),
            Map.entry("schedule", List.of("sql")),
            Map.entry(
                    "alert",
                    List.of(
                            "account",
                            "crypto",
                            "event",
                            "json",
                            "mail",
                            "observe",
                            "outbound",
                            "queue",
                            "retry",
                            "sql",
                            "webhooklog")),
            Map.entry(
                    "declare",
                    List.of(
                            "account",
                            "alert",
                            "backfill",
                            "config",
                            "crypto",
                            "integration",
                            "json",
                            "notify",
                            "observe",
                            "outbound",
                            "query",
                            "retry",
                            "sql",
                            "sync",
                            "tenancy")),
            Map.entry("mail", List.of("config", "crypto", "observe", "queue", "retry", "sql")),
            Map.entry("ledger", List.of("observe", "sql")),
            Map.entry("webhooklog", List.of("sql")),
            Map.entry("journal", List.of("observe")),
            Map.entry(
                    "ingest",
                    List.of(
                            "observe",
                            "integration",
                            "connector",
                            "drift",
                            "journal",
                            "json",
                            "ledger",
                            "sql",
                            "trace",
                            "webhooklog")),
            Map.entry(
                    "apply",
                    List.of(
                            "observe",
                            "integration",
                            "connector",
                            "ledger",
                            "schema",
                            "store",
                            "sql",
                            "json",
                            "queue",
                            "retry",
                            "trace",
                            "webhooklog")),
            Map.entry(
                    "backfill",
                    List.of(
                            "event",
                            "observe",
                            "integration",
                            "connector",
                            "schema",
                            "store",
                            "outbound",
                            "crypto",
                            "sql",
                            "json",
                            "queue",
                            "retry",
                            "trace")),
            Map.entry(
                    "doctor",
                    List.of(
                            "config",
                            "connector",
                            "crypto",
                            "declare",
                            "drift",
                            "integration",
                            "journal",
                            "json",
                            "ledger",
                            "mail",
                            "observe",
                            "outbound",
                            "platform",
                            "sql",
                            "tenancy")),
            Map.entry(
                    "api",
                    List.of(
                            "observe",
                            "account",
                            "alert",
                            "integration",
                            "ingest",
                            "apply",
                            "backfill",
                            "query",
                            "declare",
                            "ledger",
                            "migration",
                            "drift",
                            "event",
                            "notify",
                            "sync",
                            "erase",
                            "store",
                            "connector",
                            "schema",
                            "reader",
                            "tenancy",
                            "sql",
                            "json")));

    /** The packages that may use a library; the empty name is the composition root. */
    private static final Map<String, List<String>> LIBRARIES = Map.ofEntries(
            Map.entry("io.helidon.config", List.of("config")),
            Map.entry("io.helidon.webserver", List.of("", "ingest", "api")),
            Map.entry("io.helidon.openapi", List.of("api")),
            Map.entry("io.helidon.webclient", List.of("outbound")),
            Map.entry("org.quartz", List.of("schedule")),
            Map.entry("io.helidon.http", List.of("ingest", "api", "outbound")),
            Map.entry("io.helidon.common", List.of("ingest", "api", "outbound")),
            Map.entry("io.micrometer", List.of("observe")),
            Map.entry("io.opentelemetry", List.of("trace")),
            Map.entry("tools.jackson", List.of("json")),
            Map.entry("java.sql", List.of("connector", "embedded", "platform", "reader", "schedule", "sql")),
            Map.entry("javax.sql", List.of("sql")),
            Map.entry("com.zaxxer", List.of("sql")),
            Map.entry("org.flywaydb", List.of("platform")),
            Map.entry("org.jdbi", List.of("sql")),
            Map.entry("org.postgresql", List.of("embedded", "platform", "reader", "sql")),
            Map.entry("io.zonky", List.of("embedded")),
            Map.entry("org.apache.commons.compress", List.of("embedded")),
            Map.entry("org.apache.commons.text", List.of("integration")),
            Map.entry("org.tukaani.xz", List.of("embedded")),
            Map.entry("jakarta.mail", List.of("mail")),
            Map.entry("org.eclipse.angus", List.of("mail")),
            Map.entry("org.yaml.snakeyaml", List.of("declare")),
            Map.entry("com.google.crypto.tink", List.of("crypto")),
            Map.entry("com.github.benmanes.caffeine", List.of("integration", "sql")));

    /** What any package may use besides. */
    private static final List<String> EVERYWHERE =
            List.of("java", "javax.crypto", "javax.net", "jdk.management", "org.slf4j");

    private static final List<String> PACKAGES = List.copyOf(new TreeSet<>(EDGES.keySet()));
    private static final List<String> NAMES = List.copyOf(new TreeSet<>(LIBRARIES.keySet()));
    private static final JavaClasses PLATFORM = new ClassFileImporter().importPath(home());

    @Test
    void every_package_is_in_the_table() {
        assertThat(PLATFORM.stream()
                        .map(type -> type.getPackageName())
                        .filter(name -> !name.equals(ROOT))
                        .map(name -> name.substring(ROOT.length() + 1))
                        .collect(Collectors.toSet()))
                .containsExactlyInAnyOrderElementsOf(PACKAGES);
    }

    @ParameterizedTest
    @FieldSource("PACKAGES")
    void a_package_imports_only_what_the_table_allows(String name) {
        String[] allowed = Stream.concat(Stream.of(name, "spi"), EDGES.get(name).stream())
                .map(other -> ROOT + "." + other)
                .toArray(String[]::new);

        noClasses()
                .that()
                .resideInAPackage(ROOT + "." + name)
                .should()
                .dependOnClassesThat(resideInAPackage(ROOT + "..").and(not(resideInAnyPackage(allowed))))
                .check(PLATFORM);
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void a_library_appears_only_in_the_packages_named_for_it(String library) {
        String[] users = LIBRARIES.get(library).stream()
                .map(name -> name.isEmpty() ? ROOT : ROOT + "." + name)
                .toArray(String[]::new);

        noClasses()
                .that()
                .resideOutsideOfPackages(users)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library + "..")
                .check(PLATFORM);
    }

    @Test
    void no_library_is_used_that_the_table_does_not_know() {
        String[] known = Stream.of(EVERYWHERE.stream(), NAMES.stream(), Stream.of(ROOT))
                .flatMap(names -> names)
                .map(name -> name + "..")
                .toArray(String[]::new);

        classes()
                .that()
                .doNotHaveFullyQualifiedName(Main.class.getName())
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(known))
                .check(PLATFORM);
    }

    @Test
    void packages_form_no_cycles() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(PLATFORM);
    }

    private static Path home() {
        try {
            return Path.of(Host.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
