package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.RunningHost.Made;
import dev.webhookdb.connector.ConnectorCheck;
import dev.webhookdb.connector.Installed;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.spi.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An author starts from the archetype, and has a connector that passes the kit, loads and stores webhooks. */
class ArchetypeIT {
    private static final String ORDER =
            "{\"type\":\"order.created\",\"order\":{\"id\":\"order_7\",\"status\":\"open\",\"total\":\"12.50\",\"updated_at\":\"2026-01-05T08:00:00Z\"}}";

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
        }
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
