import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.FormatterException;
import com.palantir.javaformat.java.ImportOrderer;
import com.palantir.javaformat.java.JavaFormatterOptions;
import com.palantir.javaformat.java.JavaFormatterOptions.Style;
import com.palantir.javaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Checks or applies palantir-java-format on the JDK that compiles the project.
 *
 * <p>The formatter parses with the compiler of the JDK it runs on. Spotless runs it on Maven's own JDK, which may be older than
 * the language this project is written in: see docs/adr/0002.
 */
final class Format {
    private static final Formatter FORMATTER = Formatter.createFormatter(
            JavaFormatterOptions.builder().style(Style.PALANTIR).build());

    public static void main(String[] args) throws IOException {
        boolean apply = args[0].equals("apply");
        Path root = Path.of(args[1]);
        List<Path> wrong;
        try (Stream<Path> files = Files.walk(root)) {
            wrong = files.filter(file -> isSource(root.relativize(file))).toList().parallelStream()
                    .filter(file -> differs(file, apply))
                    .toList();
        }
        wrong.forEach(file -> System.out.println((apply ? "formatted " : "not formatted: ") + root.relativize(file)));
        if (!apply && !wrong.isEmpty()) {
            System.out.println("Run: mvn -N verify -Dformat=apply");
            System.exit(1);
        }
    }

    private static boolean isSource(Path file) {
        String name = file.toString().replace('\\', '/');
        boolean template = name.contains("archetype-resources/");
        return name.endsWith(".java") && !name.contains("target/") && !name.startsWith(".") && !template;
    }

    private static boolean differs(Path file, boolean apply) {
        try {
            String before = Files.readString(file);
            String ordered =
                    ImportOrderer.reorderImports(RemoveUnusedImports.removeUnusedImports(before), Style.PALANTIR);
            String after = FORMATTER.formatSource(ordered);
            if (apply && !after.equals(before)) {
                Files.writeString(file, after);
            }
            return !after.equals(before);
        } catch (FormatterException e) {
            throw new IllegalStateException(file + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
