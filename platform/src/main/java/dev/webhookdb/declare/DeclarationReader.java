package dev.webhookdb.declare;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes declarations of YAML. Thread-safe. */
public final class DeclarationReader {
    private final Map<String, String> environment;

    /**
     * Reads with an environment.
     *
     * @param environment what {@code ${env:NAME}} refers to
     */
    public DeclarationReader(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /**
     * A text with documents in it.
     *
     * @param name how it is called in messages
     * @param directory what {@code ${file:PATH}} is relative to; empty if it cannot refer to files, because it was sent
     */
    public record Text(String name, String yaml, Optional<Path> directory) {}

    /**
     * Reads texts as one.
     *
     * @return declarations by kind in their order, of a kind as they are written, views behind those that they read
     * @throws DeclarationException with everything that is wrong
     */
    public List<Declaration> read(List<Text> texts) {
        return read(texts, new ReferencedFiles(), new Mistakes());
    }

    /**
     * Reads the files of a directory whose names end with {@code .yaml} or {@code .yml}, by name; hidden ones are left out, and so are those in
     * directories of it. A directory that is not there is an empty one.
     *
     * @throws DeclarationException with everything that is wrong
     */
    public List<Declaration> read(Path directory) {
        return read(directory, new ReferencedFiles());
    }

    /** The same; remembers the files that references name, also if something is wrong. */
    List<Declaration> read(Path directory, ReferencedFiles files) {
        Mistakes mistakes = new Mistakes();
        return read(DeclarationFiles.in(directory, mistakes), files, mistakes);
    }

    private List<Declaration> read(List<Text> texts, ReferencedFiles files, Mistakes mistakes) {
        List<Said> documents = new ArrayList<>();
        for (Text text : texts) {
            DocumentReader reader = new DocumentReader(new References(environment, text.directory(), files), mistakes);
            YamlReader.documents(text.name(), text.yaml(), mistakes)
                    .forEach(document -> reader.read(document).ifPresent(documents::add));
        }
        List<Declaration> declarations = AcrossFiles.join(documents, mistakes);
        mistakes.throwIfAny();
        return declarations;
    }
}
