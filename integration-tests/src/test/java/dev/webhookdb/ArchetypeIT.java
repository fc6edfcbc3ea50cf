package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.RunningHost.Made;
import dev.webhookdb.connector.ConnectorCheck;
import dev.webhookdb.connector.Installed;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.spi.Secret;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An author starts from the archetype, and has a connector that passes the kit, loads and stores webhooks. */
class ArchetypeIT {
    private static final String ORDER =
            "{\"type\":\"order.created\",\"order\":{\"id\":\"order_7\",\"status\":\"open\",\"total\":\"12.50\",\"currency\":\"EUR\",\"updated_at\":\"2026-01-05T08:00:00Z\"}}";
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    @Test
    void a_generated_connector_passes_the_kit_and_stores_webhooks() throws Exception {
        Path jar = generatedAndVerified();

        assertThat(ConnectorCheck.check(jar)).isInstanceOfSatisfying(Installed.Ready.class, ready -> {
            assertThat(ready.id()).isEqualTo("globex");
            assertThat(ready.version()).isEqualTo("1.0.0");
            assertThat(ready.resources()).extracting(Resource::name).containsExactly("globex_order_v1");
        });
        Path connectors = Files.createDirectories(directory.resolve("host/connectors"));
        Files.copy(jar, connectors.resolve("globex.jar"));
        try (RunningHost host = RunningHost.start(directory.resolve("host"), Map.of())) {
            Made orders = host.integrate("archetype", "globex_order_v1").getFirst();

            int status = host.call(
                            "POST",
                            "/v1/service_integrations/" + orders.id(),
                            ORDER.getBytes(StandardCharsets.UTF_8),
                            Map.of("X-Globex-Signature", signature(ORDER)))
                    .status();

            assertThat(status).isEqualTo(202);
            await().untilAsserted(() -> assertThat(
                            host.sql("archetype", "select globex_id, status, total from " + orders.table()))
                    .containsExactly("order_7|open|12.50"));

            Path newer = withAnotherColumn();
            Files.move(
                    Files.copy(newer, connectors.resolve(".newer")),
                    connectors.resolve("globex.jar"),
                    StandardCopyOption.REPLACE_EXISTING);

            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(
                                    host.operator("GET", "/connectors", "").json().items("items").stream()
                                            .filter(one ->
                                                    one.text("id").orElse("").equals("globex"))
                                            .map(one -> one.text("version").orElse("")))
                            .containsExactly("1.1.0"));
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(columns(host, orders)).contains("currency"));
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(host.sql("archetype", "select currency from " + orders.table()))
                            .containsExactly("EUR"));
        }
    }

    private static List<String> columns(RunningHost host, Made orders) {
        return host.asAdministrator(
                "archetype",
                "select attname from pg_attribute where attrelid = 'public.%s'::regclass".formatted(orders.table()));
    }

    /** The author publishes a release, which is put over the one in use. */
    private Path withAnotherColumn() throws Exception {
        Path project = directory.resolve("globex-connector");
        replace(
                project.resolve("src/main/java/com/example/globex/GlobexConnector.java"),
                "numeric(\"total\"),",
                "numeric(\"total\"), text(\"currency\"),");
        replace(
                project.resolve("pom.xml"),
                "<artifactId>globex-connector</artifactId>\n  <version>1.0.0</version>",
                "<artifactId>globex-connector</artifactId>\n  <version>1.1.0</version>");
        Maven.withThisBuild().run(project, "package", "-DskipTests");
        return project.resolve("target/globex-connector-1.1.0.jar");
    }

    private static void replace(Path file, String text, String other) throws IOException {
        String before = Files.readString(file);
        assertThat(before).contains(text);
        Files.writeString(file, before.replace(text, other));
    }

    private Path generatedAndVerified() throws Exception {
        Maven maven = Maven.withThisBuild();
        maven.run(
                directory,
                "org.apache.maven.plugins:maven-archetype-plugin:3.4.0:generate",
                "-DinteractiveMode=false",
                "-DarchetypeCatalog=internal",
                "-DarchetypeGroupId=dev.webhookdb",
                "-DarchetypeArtifactId=webhookdb-connector-archetype",
                "-DarchetypeVersion=" + System.getProperty("version"),
                "-DgroupId=com.example",
                "-DartifactId=globex-connector",
                "-Dversion=1.0.0",
                "-Dpackage=com.example.globex",
                "-Dprovider=Globex");
        Path project = directory.resolve("globex-connector");
        maven.run(project, "verify");
        String report = "TEST-com.example.globex.GlobexConformanceTest.xml";
        assertThat(project.resolve("target/surefire-reports"))
                .as("the kit ran")
                .isDirectoryContaining("glob:**/" + report);
        assertThat(project.resolve("target/surefire-reports/jar"))
                .as("the kit looked at the JAR")
                .isDirectoryContaining("glob:**/" + report);
        return project.resolve("target/globex-connector-1.0.0.jar");
    }

    private static String signature(String body) {
        byte[] hmac = Secret.of(RunningHost.SECRET)
                .hmac("HmacSHA256", ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)));
        return Base64.getEncoder().encodeToString(hmac);
    }
}
