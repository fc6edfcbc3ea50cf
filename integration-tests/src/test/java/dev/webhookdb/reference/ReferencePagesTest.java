package dev.webhookdb.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.spi.Connector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/services} says what the bundled connectors declare. It is generated: a test run with {@code -Ddocs=write} writes it, and any
 * other compares.
 */
class ReferencePagesTest {
    private static final Path PAGES = Path.of("../docs/services");
    private static final String REMEDY =
            "docs/services is stale: run 'mvn -pl integration-tests -am test -Dtest=ReferencePagesTest -Dsurefire.failIfNoSpecifiedTests=false -Ddocs=write'.";

    @Test
    void the_pages_about_services_say_what_is_declared() throws IOException {
        Map<String, String> pages = pages(ConnectorModules.all());
        if (System.getProperty("docs", "").equals("write")) {
            write(pages);
        }

        assertThat(written()).as(REMEDY).isEqualTo(pages);
    }

    private static Map<String, String> pages(List<Connector> connectors) {
        Map<String, String> pages = new TreeMap<>();
        StringBuilder index = new StringBuilder("""
                # Services

                What can be replicated with the connectors that come along. Each page says which settings a service asks for, which events to
                subscribe to, and which columns its table has. The pages are generated from what the connectors declare.
                """);
        for (Connector connector : connectors) {
            List<ServicePage> services = connector.resources().stream()
                    .map(resource -> new ServicePage(connector, resource))
                    .toList();
            services.forEach(page -> pages.put(page.name() + ".md", page.text()));
            index.append("""

                    ## %s

                    | service | replicates | webhooks | lists | deletions |
                    | --- | --- | --- | --- | --- |
                    """.formatted(connector.title()));
            services.forEach(page -> index.append(page.row()));
        }
        pages.put("README.md", index.toString());
        return pages;
    }

    private static void write(Map<String, String> pages) throws IOException {
        Files.createDirectories(PAGES);
        for (String stale : written().keySet()) {
            Files.delete(PAGES.resolve(stale));
        }
        for (var page : pages.entrySet()) {
            Files.writeString(PAGES.resolve(page.getKey()), page.getValue());
        }
    }

    private static Map<String, String> written() throws IOException {
        if (!Files.isDirectory(PAGES)) {
            return Map.of();
        }
        Map<String, String> written = new TreeMap<>();
        try (Stream<Path> files = Files.list(PAGES)) {
            for (Path file : files.toList()) {
                written.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        return written;
    }
}
