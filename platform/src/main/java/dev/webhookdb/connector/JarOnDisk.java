package dev.webhookdb.connector;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One JAR, of which only the directory is in memory: for drivers of a hundred megabytes.
 *
 * <p>The file stays open. It can be removed, or replaced by <em>moving</em> another one over it, while its classes are in use; one
 * that is overwritten in place is damaged for who uses it, which the checksums show.
 */
final class JarOnDisk implements JarContents {
    private static final Logger LOG = LoggerFactory.getLogger(JarOnDisk.class);

    private final Path file;
    private final JarFile jar;
    private final Attributes manifest;

    private JarOnDisk(Path file, JarFile jar, Attributes manifest) {
        this.file = file;
        this.jar = jar;
        this.manifest = manifest;
    }

    static JarOnDisk open(PluginKind<?> kind, Path file) throws LoadProblem {
        return JarFiles.read(kind, file, jar -> opened(file, jar));
    }

    private static JarOnDisk opened(Path file, JarFile jar) throws IOException {
        try {
            JarEntry manifest = jar.getJarEntry(JarFile.MANIFEST_NAME);
            if (manifest != null) {
                JarFiles.contents(jar, manifest);
            }
            return new JarOnDisk(file, jar, JarFiles.manifestOf(jar));
        } catch (IOException | RuntimeException e) {
            jar.close();
            throw e;
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
        return jar.versionedStream().map(JarEntry::getName).anyMatch(JarFiles::isClassOfSpi);
    }

    @Override
    public boolean has(String name) {
        return entry(name).isPresent();
    }

    @Override
    public Optional<byte[]> bytes(String name) throws IOException {
        Optional<JarEntry> entry = entry(name);
        return entry.isEmpty() ? Optional.empty() : Optional.of(JarFiles.contents(jar, entry.get()));
    }

    @Override
    public InputStream open(String name) throws IOException {
        JarEntry entry = entry(name)
                .orElseThrow(() -> new FileNotFoundException("%s holds no %s".formatted(file.getFileName(), name)));
        return jar.getInputStream(entry);
    }

    @Override
    public long size(String name) {
        return entry(name).map(JarEntry::getSize).orElse(-1L);
    }

    /** A JAR that was closed holds nothing any more. */
    private Optional<JarEntry> entry(String name) {
        try {
            return Optional.ofNullable(jar.getJarEntry(name)).filter(entry -> !entry.isDirectory());
        } catch (IllegalStateException closed) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        try {
            jar.close();
        } catch (IOException e) {
            LOG.warn("{} could not be closed: {}", file, e.toString());
        }
    }
}
