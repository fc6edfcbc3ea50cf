package dev.webhookdb.connector;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The JARs of one connector or destination, checked as far as that is possible without loading a class.
 *
 * @param path a JAR, or a folder with its JAR and those of its libraries
 * @param version its release
 */
record PluginArchive<S>(PluginKind<S> kind, Path path, String version, List<JarContents> jars) {
    /** Opens the JARs, which are closed with the class loader that is made of them. */
    static <S> PluginArchive<S> read(PluginKind<S> kind, Path path) throws LoadProblem {
        List<JarContents> jars = new ArrayList<>();
        try {
            for (Path file : jarsAt(kind, path)) {
                jars.add(kind.inMemory() ? JarInMemory.read(kind, file) : JarOnDisk.open(kind, file));
            }
            return new PluginArchive<>(kind, path, version(kind, path, jars), List.copyOf(jars));
        } catch (LoadProblem refusal) {
            jars.forEach(JarContents::close);
            throw refusal;
        }
    }

    /** Returns the name that the class loader, and so the stack traces, bear. */
    String name() {
        return path.getFileName().toString().replaceFirst("\\.jar$", "");
    }

    static boolean isJar(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".jar") && !name.startsWith(".");
    }

    private static List<Path> jarsAt(PluginKind<?> kind, Path path) throws LoadProblem {
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (Stream<Path> files = Files.list(path)) {
            List<Path> jars = files.filter(PluginArchive::isJar).sorted().toList();
            if (jars.isEmpty()) {
                throw new LoadProblem(
                        "The folder %s holds no JAR.".formatted(path.getFileName()),
                        "Put the %s's JAR and those of its libraries into it, or remove the folder."
                                .formatted(kind.noun()));
            }
            return jars;
        } catch (IOException e) {
            throw JarFiles.unreadable(path, e);
        }
    }

    private static String version(PluginKind<?> kind, Path path, List<JarContents> jars) throws LoadProblem {
        refuseCopyOfSpi(kind, jars);
        Attributes manifest = onlyOne(kind, path, jars).manifest();
        SpiVersion.parse(kind, manifest.getValue(kind.spiVersionAttribute())).requireOffered(kind);
        String version = manifest.getValue(kind.versionAttribute());
        if (version == null || version.isBlank()) {
            throw new LoadProblem("Its manifest has no %s.".formatted(kind.versionAttribute()), inherit(kind));
        }
        return version.strip();
    }

    private static String inherit(PluginKind<?> kind) {
        return "Inherit from webhookdb-%s-parent, which writes both, or add it by hand.".formatted(kind.noun());
    }

    private static void refuseCopyOfSpi(PluginKind<?> kind, List<JarContents> jars) throws LoadProblem {
        for (JarContents jar : jars) {
            if (jar.copiesSpi()) {
                throw new LoadProblem(
                        "%s contains a copy of the SPI.".formatted(jar.file().getFileName()),
                        "Give the dependency on webhookdb-spi the scope 'provided' and package the %s again."
                                .formatted(kind.noun()));
            }
        }
    }

    private static JarContents onlyOne(PluginKind<?> kind, Path path, List<JarContents> jars) throws LoadProblem {
        List<JarContents> found = jars.stream()
                .filter(jar -> jar.manifest().getValue(kind.spiVersionAttribute()) != null)
                .toList();
        if (found.isEmpty()) {
            throw ofNone(kind, path, jars);
        }
        if (found.size() > 1) {
            throw new LoadProblem(
                    "Several of its JARs are %ss: %s.".formatted(kind.noun(), names(found)),
                    "Give each %s a folder of its own.".formatted(kind.noun()));
        }
        return found.getFirst();
    }

    private static LoadProblem ofNone(PluginKind<?> kind, Path path, List<JarContents> jars) {
        Optional<PluginKind<?>> other = jars.stream()
                .flatMap(jar -> PluginKind.of(jar.manifest()).stream())
                .findFirst();
        if (other.isPresent()) {
            return new LoadProblem(
                    "It is a %s: put it into %s."
                            .formatted(other.get().noun(), other.get().directory()),
                    "Move it from the directory of %ss to that of %ss."
                            .formatted(kind.noun(), other.get().noun()));
        }
        return new LoadProblem(
                Files.isDirectory(path)
                        ? "None of its JARs is a %s: no manifest has %s."
                                .formatted(kind.noun(), kind.spiVersionAttribute())
                        : "It is not a %s: its manifest has no %s.".formatted(kind.noun(), kind.spiVersionAttribute()),
                inherit(kind));
    }

    private static String names(List<JarContents> jars) {
        return jars.stream().map(jar -> jar.file().getFileName().toString()).collect(Collectors.joining(", "));
    }
}
