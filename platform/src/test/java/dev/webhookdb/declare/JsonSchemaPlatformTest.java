package dev.webhookdb.declare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.webhookdb.config.ConfigurationException;
import dev.webhookdb.config.ConfigurationLoader;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an editor that knows the schema says of the server's configuration. */
class JsonSchemaPlatformTest {
    private static final Path SHIPPED = Path.of("../distribution/src/main/conf/webhookdb.yaml");
    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(JsonSchema.ofPlatform(), InputFormat.JSON);

    @TempDir
    private Path directory;

    /** The keys are nobody's business but the package's, and a schema without one of them calls a right file wrong. */
    @Test
    void every_key_is_known() throws ReflectiveOperationException {
        Class<?> keys = Class.forName("dev.webhookdb.config.Key");
        Field path = keys.getDeclaredField("path");
        path.setAccessible(true);
        List<String> paths = new ArrayList<>();
        for (Object key : keys.getEnumConstants()) {
            paths.add((String) path.get(key));
        }

        assertThat(JsonSchemaPlatform.paths()).containsExactlyElementsOf(paths);
    }

    @Test
    void the_file_that_comes_along_is_right_with_every_section_in_use() throws IOException {
        String used = Files.readString(SHIPPED).replaceAll("(?m)^#(?=[a-z]|  )", "");

        assertThat(errors(used)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "server.port: 80",
                "server: {port: '80', trusted-proxies: [127.0.0.1]}\nlog.level: DEBUG",
                "ingest: {max-body: 5242880, rejected-per-hour: 5MB, retention: P90D}",
                "database:\n  url: postgresql://localhost:5432/w\n  username: u\n  password: 1234\n  servers: [{url: 'postgresql://a@h/d', password: }]",
                "database: {servers: [{url: 'postgresql://a@h/d', name: eu-1, weight: 3, tags: [eu, fast]}, {url: 'postgresql://a@i/d', weight: '0', tags: eu}]}",
                "metrics: {enabled: yes}\nmail:\naccounts: {sign-up: Allow-List, allowed: 'example.com, a@example.com'}",
                "traces: {endpoint: 'http://localhost:4318', sample: 0.25, headers: 'x-api-key=abc, tenant=1', service-name: hooks}",
                "traces: {endpoint: 'https://otlp.example.com/otlp/v1/traces', sample: '1'}",
                "backfill: {reconcile-every: 0s, retention: 14d}\naudit: {retention: P400D}\nshutdown-timeout: 500ms\npublic-url: https://example.com"
            })
    void what_the_server_takes_is_right(String yaml) throws IOException {
        assertThat(errors(yaml)).isEmpty();
        assertThat(load(yaml)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "server: {prot: 80}",
                "servers.port: 80",
                "server.port: 65536",
                "database: {pool-size: 1}",
                "database: {servers: [{uri: x}]}",
                "database: {servers: [{url: 'postgresql://a@h/d', name: own}]}",
                "database: {servers: [{url: 'postgresql://a@h/d', weight: 1001}]}",
                "ingest: {max-body: big}",
                "ingest: {retention: 90}",
                "backfill: {retention: soon}",
                "audit: {retention: -1d}",
                "log: {level: loud}",
                "metrics: {enabled: maybe}",
                "traces: {endpoint: 'localhost:4318'}",
                "traces: {endpoint: 'http://localhost:4318', sample: 1.5}",
                "traces: {endpoint: 'http://localhost:4318', headers: abc}",
                "public-url: example.com",
                "outbound: {proxy: 'https://proxy:3128'}"
            })
    void what_the_server_refuses_is_wrong(String yaml) {
        assertThat(errors(yaml)).isNotEmpty();
        assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> load(yaml));
    }

    private Object load(String yaml) throws IOException {
        Path file = Files.writeString(directory.resolve("webhookdb.yaml"), yaml);
        return ConfigurationLoader.load(Optional.of(file), Map.of(), directory);
    }

    private static List<String> errors(String yaml) {
        return SCHEMA.validate(yaml, InputFormat.YAML).stream()
                .map(Error::toString)
                .toList();
    }
}
