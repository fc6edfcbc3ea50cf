package dev.webhookdb.declare;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where declarations come from: it says of which things it can be said that no file has them any more. Whoever sends one file says nothing of
 * what others made, nor of organizations that the file does not name.
 *
 * @param directory the directory all of whose files were read; empty if some were sent
 * @param sent the names of those
 */
record Source(Optional<Path> directory, Set<String> sent) {
    static Source of(Path directory) {
        return new Source(Optional.of(directory), Set.of());
    }

    static Source of(List<DeclarationReader.Text> texts) {
        return new Source(
                Optional.empty(),
                texts.stream().map(DeclarationReader.Text::name).collect(Collectors.toSet()));
    }

    /** Returns whether organizations that are not in it are in no file any more. */
    boolean isWhole() {
        return directory.isPresent();
    }

    /** Returns whether a file belongs to it, or did before it was removed. */
    boolean has(String file) {
        return directory.map(one -> Path.of(file).startsWith(one)).orElseGet(() -> sent.contains(file));
    }
}
