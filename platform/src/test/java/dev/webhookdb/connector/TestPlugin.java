package dev.webhookdb.connector;

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

/** Writes JARs for the loader: a class from a template with parts that can be replaced, and whatever else is to be in it. */
abstract class TestPlugin<T extends TestPlugin<T>> {
    private final PluginKind<?> kind;
    private final String fixture;
    private final Map<String, String> parts = new LinkedHashMap<>();
    private final Map<String, String> sources = new LinkedHashMap<>();
    private final Map<String, String> manifest = new LinkedHashMap<>();
    private final Map<String, byte[]> entries = new LinkedHashMap<>();
    private final List<Path> classPath = new ArrayList<>();
    private Map<String, byte[]> visible = Map.of();
    private String service = "fixture.Fixture";
    private boolean template = true;

    /** @param fixture the source of the class {@code fixture.Fixture} */
    TestPlugin(PluginKind<?> kind, String fixture) {
        this.kind = kind;
        this.fixture = fixture;
        classPath.add(JavaSources.homeOf(kind.service()));
        manifest.put(kind.spiVersionAttribute(), "1.0");
        manifest.put(kind.versionAttribute(), "1.2.3");
    }

    abstract T self();

    T part(String name, String code) {
        parts.put(name, code);
        return self();
    }

    /** Compiles another class with it. */
    T source(String className, String text) {
        sources.put(className, text);
        return self();
    }

    /** Leaves the usual class out. */
    T withoutFixture() {
        template = false;
        return self();
    }

    T compiledWith(Path library) {
        classPath.add(library);
        return self();
    }

    /** Compiles with classes that are not packaged. */
    T compiledWith(Map<String, byte[]> classes) {
        visible = classes;
        return self();
    }

    /** Sets an attribute of the manifest. */
    public T manifest(String name, String value) {
        manifest.put(name, value);
        return self();
    }

    T withoutManifest(String name) {
        manifest.remove(name);
        return self();
    }

    /** Sets the text of the service file; an empty one is left out. */
    T service(String text) {
        service = text;
        return self();
    }

    T entry(String name, byte[] contents) {
        entries.put(name, contents);
        return self();
    }

    Map<String, byte[]> compile() {
        Map<String, String> all = new LinkedHashMap<>(sources);
        if (template) {
            String text = fixture;
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
            all.put(kind.serviceFile(), service.getBytes(StandardCharsets.UTF_8));
        }
        return write(jar, manifest, all);
    }

    /** Writes a JAR to a name that no loader looks at, and moves it into place, as a careful copy does. */
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
