package dev.webhookdb.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.webhookdb.json.JsonReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** The guide for authors is true: its code compiles, its samples are samples, and with them its connector passes the kit. */
class GuideForAuthorsTest {
    private static final Path GUIDE = Path.of("../docs/connectors.md");
    private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern JSON = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);
    private static final Pattern CLASS = Pattern.compile("class (\\w+)");
    private static final Pattern SAMPLE = Pattern.compile("`src/test/resources/(samples/[a-z0-9_/]+\\.json)`");

    @TempDir
    private Path directory;

    private Path classes;

    @BeforeEach
    void compile() throws IOException {
        classes = Files.createDirectories(directory.resolve("classes"));
        List<String> arguments = new ArrayList<>(List.of(
                "-Xlint:all,-path",
                "-Werror",
                "-proc:none",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                classes.toString()));
        for (String code : blocks(JAVA)) {
            Matcher name = CLASS.matcher(code);
            assertThat(name.find()).as("a class in %s", code).isTrue();
            Path source = Files.writeString(directory.resolve(name.group(1) + ".java"), code);
            arguments.add(source.toString());
        }
        var problems = new ByteArrayOutputStream();
        int result = ToolProvider.getSystemJavaCompiler().run(null, null, problems, arguments.toArray(String[]::new));
        assertThat(result).as(() -> problems.toString(StandardCharsets.UTF_8)).isZero();
    }

    @Test
    void its_connector_passes_the_kit_with_its_samples() throws Exception {
        write("META-INF/services/dev.webhookdb.spi.Connector", "com.example.acme.AcmeConnector");
        for (MatchResult sample : JSON.matcher(guide()).results().toList()) {
            write(lastSampleNamedBefore(sample.start()), sample.group(1));
        }
        List<String> complaints = new ArrayList<>();
        List<String> passed = new ArrayList<>();
        var listener = new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                result.getThrowable().map(String::valueOf).ifPresent(complaints::add);
                passed.add(test.getDisplayName());
            }
        };
        try (var loader = new URLClassLoader(
                new URL[] {classes.toUri().toURL()}, getClass().getClassLoader())) {
            Class<?> test = loader.loadClass("com.example.acme.AcmeConformanceTest");

            LauncherFactory.create()
                    .execute(
                            LauncherDiscoveryRequestBuilder.request()
                                    .selectors(selectClass(test))
                                    .build(),
                            listener);
        }

        assertThat(complaints).isEmpty();
        assertThat(passed)
                .contains(
                        "the host loads it",
                        "webhook1.json: genuine, it is accepted",
                        "it can be resumed from any cursor")
                .hasSizeGreaterThan(40);
    }

    @Test
    void every_piece_of_json_is_json() throws IOException {
        assertThat(blocks(JSON))
                .isNotEmpty()
                .allSatisfy(text -> JsonReader.read(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** The text says which file a sample is, before it. */
    private static String lastSampleNamedBefore(int position) throws IOException {
        return SAMPLE.matcher(guide().substring(0, position))
                .results()
                .reduce((one, later) -> later)
                .orElseThrow()
                .group(1);
    }

    private void write(String name, String text) throws IOException {
        Path file = classes.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static List<String> blocks(Pattern kind) throws IOException {
        return kind.matcher(guide()).results().map(block -> block.group(1)).toList();
    }

    private static String guide() throws IOException {
        return Files.readString(GUIDE);
    }
}
