package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.RunningHost.Answer;
import dev.webhookdb.spi.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The OpenAPI document says what there is: every route, and nothing else. */
class OpenApiTest {
    private static final String RECEIVER = "/v1/service_integrations/{id}";

    @TempDir
    private static Path directory;

    private static RunningHost host;
    private static OpenApi document;

    @BeforeAll
    static void start() {
        host = RunningHost.start(directory, Map.of());
        document = OpenApi.of(host);
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    @Test
    void every_route_is_in_the_document_and_nothing_else() {
        List<String> documented = document.operations().stream()
                .filter(operation -> !operation.path().equals(RECEIVER))
                .map(operation -> operation.method() + " " + operation.path())
                .toList();
        List<String> served = host.routes().stream()
                .filter(route -> !route.startsWith("ANY "))
                .toList();

        assertThat(documented).containsExactlyInAnyOrderElementsOf(served);
        assertThat(host.routes()).contains("ANY " + RECEIVER);
    }

    @Test
    void what_the_document_refers_to_is_in_it() {
        List<String> references = new ArrayList<>();
        collect(document.json(), references);

        assertThat(references).isNotEmpty().allSatisfy(reference -> {
            Json found = document.json();
            for (String part : reference.substring(2).split("/", -1)) {
                found = found.at(part);
            }
            assertThat(found).as(reference).isInstanceOf(Json.Obj.class);
        });
    }

    @Test
    void every_operation_has_an_id_of_its_own_and_says_what_role_it_takes() {
        assertThat(document.operations()).extracting(OpenApi.Operation::id).doesNotHaveDuplicates();
        assertThat(document.operations())
                .extracting(OpenApi.Operation::role)
                .isSubsetOf("none", "person", "viewer", "member", "admin", "operator", "key");
    }

    @Test
    void it_is_served_as_yaml_to_whoever_asks_for_nothing_else() {
        Answer answer = host.call("GET", "/openapi", new byte[0], Map.of());

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers().get("content-type")).isEqualTo("application/vnd.oai.openapi");
    }

    private static void collect(Json json, List<String> references) {
        switch (json) {
            case Json.Obj(Map<String, Json> fields) -> {
                json.text("$ref").ifPresent(references::add);
                fields.values().forEach(value -> collect(value, references));
            }
            case Json.Arr(List<Json> items) -> items.forEach(item -> collect(item, references));
            case Json.Str text -> {}
            case Json.Num number -> {}
            case Json.Bool truth -> {}
            case Json.Null none -> {}
        }
    }
}
