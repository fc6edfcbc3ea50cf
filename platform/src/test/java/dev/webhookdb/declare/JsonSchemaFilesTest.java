package dev.webhookdb.declare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code conf/schema} of the distribution is generated: a test run with {@code -Ddocs=write} writes it, and any other compares. */
class JsonSchemaFilesTest {
    private static final Path DIRECTORY = Path.of("../distribution/src/main/conf/schema");
    private static final String REMEDY =
            "conf/schema is stale: run 'mvn -pl platform -am test -Dtest=JsonSchemaFilesTest -Dsurefire.failIfNoSpecifiedTests=false -Ddocs=write'.";

    @Test
    void the_schema_of_organizations_is_the_one_that_comes_along() throws IOException {
        assertCurrent("organizations.schema.json", JsonSchema.ofOrganizations());
    }

    @Test
    void the_schema_of_the_configuration_is_the_one_that_comes_along() throws IOException {
        assertCurrent("webhookdb.schema.json", JsonSchema.ofPlatform());
    }

    private static void assertCurrent(String name, String schema) throws IOException {
        Path file = DIRECTORY.resolve(name);
        if (System.getProperty("docs", "").equals("write")) {
            Files.createDirectories(DIRECTORY);
            Files.writeString(file, schema);
        }

        assertThat(file).as(REMEDY).hasContent(schema);
    }
}
