package dev.webhookdb.declare;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The files of a directory, as they are when nobody writes to them. */
final class DeclarationFiles {
    /** How often a directory that changes is looked at. */
    private static final int MOST_LOOKS = 5;

    /** The longest text that the reader takes, in bytes. */
    private static final int LARGEST = 4 * YamlReader.LONGEST;

    private final Path directory;
    private final Mistakes mistakes;

    private DeclarationFiles(Path directory, Mistakes mistakes) {
        this.directory = directory;
        this.mistakes = mistakes;
    }

    /** What was in a file, or why nobody can say. */
    sealed interface Content {
        record Bytes(ByteBuffer bytes) implements Content {}

        record Unreadable(String sentence) implements Content {}
    }

    /** Returns the texts of a directory's files by name; none where there is no directory. */
    static List<DeclarationReader.Text> in(Path directory, Mistakes mistakes) {
        return new DeclarationFiles(directory, mistakes).texts();
    }

    private List<DeclarationReader.Text> texts() {
        if (Files.notExists(directory)) {
            return List.of();
        }
        List<DeclarationReader.Text> texts = new ArrayList<>();
        try {
            settled(this::look)
                    .ifPresentOrElse(
                            files -> files.forEach(
                                    (file, content) -> text(file, content).ifPresent(texts::add)),
                            () -> mistakes.add(
                                    whole(),
                                    "The files of this directory change while they are read. Read again when they are written."));
        } catch (UncheckedIOException | SecurityException e) {
            mistakes.add(
                    whole(),
                    "This is no directory that can be read. Give the path of a directory, and its rights to the server's user.");
        }
        return texts;
    }

    private Position whole() {
        return new Position(directory.toString(), 1);
    }

    /**
     * Looks until two looks in a row have seen the same.
     *
     * @return empty if there were none
     */
    static <T> Optional<T> settled(Supplier<T> look) {
        T before = look.get();
        for (int looks = 1; looks < MOST_LOOKS; looks++) {
            T now = look.get();
            if (now.equals(before)) {
                return Optional.of(now);
            }
            before = now;
        }
        return Optional.empty();
    }

    private Map<Path, Content> look() {
        Map<Path, Content> files = new TreeMap<>();
        try (Stream<Path> all = Files.list(directory)) {
            all.filter(DeclarationFiles::isMeant).forEach(file -> files.put(file, content(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    private static boolean isMeant(Path file) {
        String name = file.getFileName().toString();
        return !name.startsWith(".") && (name.endsWith(".yaml") || name.endsWith(".yml")) && !Files.isDirectory(file);
    }

    private static Content content(Path file) {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            return new Content.Unreadable("This is a device, a pipe or a socket. Put an ordinary file here.");
        }
        try (InputStream stream = Files.newInputStream(file)) {
            byte[] bytes = stream.readNBytes(LARGEST + 1);
            return bytes.length > LARGEST
                    ? new Content.Unreadable(YamlReader.tooLong())
                    : new Content.Bytes(ByteBuffer.wrap(bytes));
        } catch (IOException | SecurityException e) {
            return new Content.Unreadable(
                    "This file cannot be read. Give the server's user the right to, or remove a link that leads nowhere.");
        }
    }

    private Optional<DeclarationReader.Text> text(Path file, Content content) {
        return switch (content) {
            case Content.Unreadable(String sentence) -> {
                mistakes.add(new Position(file.toString(), 1), sentence);
                yield Optional.empty();
            }
            case Content.Bytes(ByteBuffer bytes) ->
                decoded(file, bytes.duplicate())
                        .map(yaml -> new DeclarationReader.Text(file.toString(), yaml, Optional.of(directory)));
        };
    }

    private Optional<String> decoded(Path file, ByteBuffer bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CharBuffer text = CharBuffer.allocate(bytes.remaining());
        CoderResult result = decoder.decode(bytes, text, true);
        text.flip();
        if (result.isError()) {
            int line = 1
                    + (int) text.chars().filter(character -> character == '\n').count();
            mistakes.add(new Position(file.toString(), line), "This line is not UTF-8. Save the file as UTF-8.");
            return Optional.empty();
        }
        return Optional.of(text.toString());
    }
}
