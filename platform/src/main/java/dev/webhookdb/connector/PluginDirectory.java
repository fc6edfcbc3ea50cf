package dev.webhookdb.connector;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A directory with connectors, or with destinations: what lies in it, without looking into it. */
record PluginDirectory(PluginKind<?> kind, Path path) {
    /**
     * What lies in directories at one moment.
     *
     * @param entries everything that might be a connector or a destination
     * @param problems why directories cannot be used, of those that cannot
     */
    record Listing(Map<Path, Fingerprint> entries, Map<Path, LoadProblem> problems) {
        static Listing of(List<PluginDirectory> directories) {
            var all = new Listing(new TreeMap<>(), new TreeMap<>());
            for (PluginDirectory directory : directories) {
                Listing one = directory.list();
                all.entries.putAll(one.entries);
                all.problems.putAll(one.problems);
            }
            return all;
        }

        /** Returns whether something does not lie there any more; what lies in a directory that cannot be read now may be there. */
        boolean lacks(Path entry) {
            return !entries.containsKey(entry) && !problems.containsKey(entry.getParent());
        }
    }

    /** Changes whenever the files of an entry do. */
    record Fingerprint(List<FileState> files) {}

    private record FileState(String name, long size, FileTime modified, String key) {}

    Listing list() {
        if (!Files.exists(path)) {
            return unusable("The %ss directory %s does not exist.", "Create it, or configure the one that exists.");
        }
        if (!Files.isDirectory(path)) {
            return unusable("The %ss directory %s is a file.", "Configure a directory.");
        }
        try (Stream<Path> children = Files.list(path)) {
            Map<Path, Fingerprint> entries = new TreeMap<>();
            for (Path child : children.filter(PluginDirectory::isCandidate).toList()) {
                entries.put(child, fingerprint(child));
            }
            return new Listing(entries, Map.of());
        } catch (IOException | UncheckedIOException e) {
            return unusable("The %ss directory %s cannot be listed.", "Let the user who runs the host read it.");
        }
    }

    /** Loads what does not lie there yet, exactly as it would be loaded there. */
    static <P> P loadAlone(Path path, Candidate.Loading<P> loading) throws LoadProblem {
        Path absolute = path.toAbsolutePath().normalize();
        if (Files.isRegularFile(absolute) && !PluginArchive.isJar(absolute)) {
            throw new LoadProblem(
                    "The host would not see %s: its name does not end in .jar, or starts with a dot."
                            .formatted(absolute.getFileName()),
                    "Rename it.");
        }
        return loading.load(absolute, PluginLoader.PATIENCE);
    }

    private Listing unusable(String problem, String remedy) {
        return new Listing(Map.of(), Map.of(path, new LoadProblem(problem.formatted(kind.noun(), path), remedy)));
    }

    private static boolean isCandidate(Path child) {
        boolean hidden = child.getFileName().toString().startsWith(".");
        return PluginArchive.isJar(child) || (!hidden && Files.isDirectory(child));
    }

    private static Fingerprint fingerprint(Path entry) {
        List<FileState> files = new ArrayList<>();
        if (Files.isDirectory(entry)) {
            try (Stream<Path> children = Files.list(entry)) {
                children.filter(PluginArchive::isJar).sorted().forEach(jar -> files.add(state(jar)));
            } catch (IOException | UncheckedIOException e) {
                files.add(unreadable(entry));
            }
        } else {
            files.add(state(entry));
        }
        return new Fingerprint(List.copyOf(files));
    }

    private static FileState state(Path file) {
        try {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new FileState(
                    file.getFileName().toString(),
                    attributes.size(),
                    attributes.lastModifiedTime(),
                    String.valueOf(attributes.fileKey()));
        } catch (IOException e) {
            return unreadable(file);
        }
    }

    /** Loading will say why. */
    private static FileState unreadable(Path file) {
        return new FileState(file.getFileName().toString(), -1, FileTime.fromMillis(0), "");
    }
}
