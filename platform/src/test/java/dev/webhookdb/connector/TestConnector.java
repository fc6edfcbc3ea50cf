package dev.webhookdb.connector;

import dev.webhookdb.spi.Connector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

/** Writes connectors: a good one, unless told what to do badly. */
public final class TestConnector {
    private static final String TEMPLATE = """
            package fixture;
            import static dev.webhookdb.spi.Column.*;
            import dev.webhookdb.spi.*;
            import java.util.*;
            public final class Fixture implements Connector {
                $MEMBERS
                public Fixture() { $CONSTRUCTOR }
                public String id() { $ID }
                public String title() { return "Fixture"; }
                public List<Resource> resources() { $RESOURCES }
                static Resource resource(String name) {
                    return Resource.named(name, "Thing").key(text("id")).columns(timestamp("updated")).orderedBy("updated")
                        .webhook(Webhook.of(Fixture::verify, Fixture::read)).backfill(Fixture::fetch).build();
                }
                static Webhook.Verdict verify(Request request, Settings settings) { $VERIFY }
                static List<Item> read(Request request, Json body) { $READ }
                static Backfill.Page fetch(Optional<String> cursor, Backfill.Context context) throws java.io.IOException, InterruptedException { $FETCH }
            }
            """;

    private final Map<String, String> parts = new LinkedHashMap<>();
    private final Map<String, String> sources = new LinkedHashMap<>();
    private final Map<String, String> manifest = new LinkedHashMap<>();
    private final Map<String, byte[]> entries = new LinkedHashMap<>();
    private final List<Path> classPath = new ArrayList<>(List.of(JavaSources.homeOf(Connector.class)));
    private Map<String, byte[]> visible = Map.of();
    private String service = "fixture.Fixture";
    private boolean template = true;

    private TestConnector(String id) {
        part("MEMBERS", "");
        part("CONSTRUCTOR", "");
        part("ID", "return \"" + id + "\";");
        part("RESOURCES", "return List.of(resource(\"" + id + "_thing_v1\"));");
        part("VERIFY", "return Webhook.Verdict.accept();");
        part("READ", "return List.of();");
        part("FETCH", "return Backfill.Page.of(List.of(), Optional.empty());");
        manifest("Connector-Spi-Version", "1.0");
        manifest("Connector-Version", "1.2.3");
    }

    /** A good connector with one service, {@code <id>_thing_v1}. */
    public static TestConnector named(String id) {
        return new TestConnector(id);
    }

    private TestConnector part(String name, String code) {
        parts.put(name, code);
        return this;
    }

    /** Replaces that part of the code. */
    public TestConnector members(String code) {
        return part("MEMBERS", code);
    }

    TestConnector constructor(String code) {
        return part("CONSTRUCTOR", code);
    }

    TestConnector id(String code) {
        return part("ID", code);
    }

    /** Replaces that part of the code. */
    public TestConnector resources(String code) {
        return part("RESOURCES", code);
    }

    /** Replaces that part of the code. */
    public TestConnector verify(String code) {
        return part("VERIFY", code);
    }

    /** Replaces that part of the code. */
    public TestConnector read(String code) {
        return part("READ", code);
    }

    /** Replaces that part of the code. */
    public TestConnector fetch(String code) {
        return part("FETCH", code);
    }

    /** Compiles another class with the connector. */
    TestConnector source(String className, String text) {
        sources.put(className, text);
        return this;
    }

    /** Leaves the usual class out. */
    TestConnector withoutFixture() {
        template = false;
        return this;
    }

    TestConnector compiledWith(Path library) {
        classPath.add(library);
        return this;
    }

    /** Compiles with classes that are not packaged. */
    TestConnector compiledWith(Map<String, byte[]> classes) {
        visible = classes;
        return this;
    }

    /** Sets an attribute of the manifest. */
    public TestConnector manifest(String name, String value) {
        manifest.put(name, value);
        return this;
    }

    TestConnector withoutManifest(String name) {
        manifest.remove(name);
        return this;
    }

    /** Sets the text of the service file; an empty one is left out. */
    TestConnector service(String text) {
        service = text;
        return this;
    }

    TestConnector entry(String name, byte[] contents) {
        entries.put(name, contents);
        return this;
    }

    Map<String, byte[]> compile() {
        Map<String, String> all = new LinkedHashMap<>(sources);
        if (template) {
            String text = TEMPLATE;
            for (var part : parts.entrySet()) {
                text = text.replace("$" + part.getKey(), part.getValue());
            }
            all.put("fixture.Fixture", text);
        }
        return JavaSources.compile(all, visible, classPath);
    }

    /** Compiles it and puts it in place, all at once. */
    public Path writeTo(Path jar) {
        Map<String, byte[]> all = JavaSources.merged(compile(), entries);
        if (!service.isEmpty()) {
            all.put("META-INF/services/dev.webhookdb.spi.Connector", service.getBytes(StandardCharsets.UTF_8));
        }
        return write(jar, manifest, all);
    }

    /** Writes a JAR to a name that is no connector's, and moves it into place, as a careful copy does. */
    static Path write(Path jar, Map<String, String> manifest, Map<String, byte[]> entries) {
        var head = new Manifest();
        head.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.forEach(head.getMainAttributes()::putValue);
        try {
            Files.createDirectories(jar.getParent());
            Path part = Files.createTempFile(jar.getParent(), ".", ".part");
            try (var out = new JarOutputStream(Files.newOutputStream(part), head)) {
                for (var entry : entries.entrySet()) {
                    out.putNextEntry(new ZipEntry(entry.getKey()));
                    out.write(entry.getValue());
                    out.closeEntry();
                }
            }
            return Files.move(part, jar, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
