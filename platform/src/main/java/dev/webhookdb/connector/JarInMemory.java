package dev.webhookdb.connector;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * One JAR, read into memory whole.
 *
 * <p>Nothing is read from the file afterwards, so that it can be replaced or removed while its classes are in use, and what was
 * checked is what runs. Connectors are small; the price is their size in heap.
 */
final class JarInMemory implements JarContents {
    private final Path file;
    private final Attributes manifest;
    private final Map<String, byte[]> entries;

    private JarInMemory(Path file, Attributes manifest, Map<String, byte[]> entries) {
        this.file = file;
        this.manifest = manifest;
        this.entries = entries;
    }

    static JarInMemory read(PluginKind<?> kind, Path file) throws LoadProblem {
        return JarFiles.read(kind, file, jar -> whole(file, jar));
    }

    private static JarInMemory whole(Path file, JarFile opened) throws IOException {
        try (JarFile jar = opened) {
            Attributes manifest = JarFiles.manifestOf(jar);
            Map<String, byte[]> entries = new LinkedHashMap<>();
            for (JarEntry entry : jar.versionedStream().toList()) {
                if (!entry.isDirectory()) {
                    entries.put(entry.getName(), JarFiles.contents(jar, entry));
                }
            }
            return new JarInMemory(file, manifest, entries);
        }
    }

    @Override
    public Path file() {
        return file;
    }

    @Override
    public Attributes manifest() {
        return manifest;
    }

    @Override
    public boolean copiesSpi() {
        return entries.keySet().stream().anyMatch(JarFiles::isClassOfSpi);
    }

    @Override
    public boolean has(String name) {
        return entries.containsKey(name);
    }

    @Override
    public Optional<byte[]> bytes(String name) {
        return Optional.ofNullable(entries.get(name));
    }

    @Override
    public InputStream open(String name) {
        return new ByteArrayInputStream(entries.get(name));
    }

    @Override
    public long size(String name) {
        return entries.get(name).length;
    }

    /** Does nothing: there is nothing open. */
    @Override
    public void close() {}
}
