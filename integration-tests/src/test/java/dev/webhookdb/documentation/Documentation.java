package dev.webhookdb.documentation;

import dev.webhookdb.documentation.MarkdownPage.Found;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The pages of a checkout, and what is wrong with them: in sentences that name the page and the line. */
final class Documentation {
    private static final Path INDEX = Path.of("docs/README.md");
    private static final List<Path> OUTSIDE_OF_DOCS = List.of(
            Path.of("README.md"),
            Path.of("CONTRIBUTING.md"),
            Path.of("SECURITY.md"),
            Path.of("CHANGELOG.md"),
            Path.of("benchmarks/README.md"));

    private static final Pattern ABSOLUTE = Pattern.compile("(?i)[a-z][a-z0-9+.-]*:.*|//.*");

    /** A type, or a member of one: with a small letter, because {@code NULL} and {@code README} are none. */
    private static final Pattern TYPE =
            Pattern.compile("(?<type>[A-Z][A-Z0-9]*[a-z][A-Za-z0-9]*)(?:\\.(?<member>\\w+))?(?:\\(\\))?");

    private static final Pattern DECLARED = Pattern.compile("\\b(?:class|interface|record|enum)\\s+(?<name>[A-Z]\\w*)");

    private final Path root;
    private final Map<Path, MarkdownPage> pages;

    private Documentation(Path root, Map<Path, MarkdownPage> pages) {
        this.root = root;
        this.pages = pages;
    }

    /** Reads the pages of a checkout: those of {@code docs/}, and those of the root that a newcomer looks for. */
    static Documentation of(Path root) throws IOException {
        List<Path> files = new ArrayList<>(OUTSIDE_OF_DOCS);
        walk(root.resolve("docs"), ".md").forEach(file -> files.add(root.relativize(file)));
        Map<Path, MarkdownPage> pages = new TreeMap<>();
        for (Path file : files) {
            pages.put(file, MarkdownPage.read(root.resolve(file)));
        }
        return new Documentation(root, pages);
    }

    /** Returns how many pages there are. */
    int size() {
        return pages.size();
    }

    /** Says which links lead to no file of the checkout, or to no heading of a page. */
    List<String> brokenLinks() {
        List<String> broken = new ArrayList<>();
        pages.forEach((file, page) -> page.links()
                .forEach(link -> problem(file, link.text())
                        .ifPresent(problem -> broken.add("%s, line %d: %s".formatted(file, link.line(), problem)))));
        return broken;
    }

    private Optional<String> problem(Path file, String link) {
        if (ABSOLUTE.matcher(link).matches()) {
            return Optional.empty();
        }
        if (link.startsWith("/")) {
            return Optional.of("%s is no relative link. Write it from this page on.".formatted(link));
        }
        Path target = target(file, link);
        if (target.startsWith("..") || !Files.exists(root.resolve(target))) {
            return Optional.of("%s leads to no file. Correct the link, or remove it.".formatted(link));
        }
        MarkdownPage page = pages.get(target);
        String anchor = anchor(link);
        if (anchor.isEmpty() || page == null || page.anchors().contains(anchor)) {
            return Optional.empty();
        }
        return Optional.of("%s leads to no heading of %s. Correct what is behind the #.".formatted(link, target));
    }

    /** Says which pages of {@code docs/} nobody finds who begins at its index. */
    List<String> unreachable() {
        Set<Path> reached = new HashSet<>(Set.of(INDEX));
        Deque<Path> ahead = new ArrayDeque<>(reached);
        while (!ahead.isEmpty()) {
            Path file = ahead.pop();
            pages.get(file).links().stream()
                    .filter(link -> !ABSOLUTE.matcher(link.text()).matches())
                    .map(link -> target(file, link.text()))
                    .filter(pages::containsKey)
                    .filter(reached::add)
                    .forEach(ahead::push);
        }
        return pages.keySet().stream()
                .filter(file -> file.startsWith("docs") && !reached.contains(file))
                .map(file -> "%s cannot be reached from %s. Link to it from there, or from a page that is."
                        .formatted(file, INDEX))
                .toList();
    }

    /** Says which types that pages name, and which members, no Java source of the checkout has. */
    List<String> unknownTypes(List<Path> files) throws IOException {
        Map<String, List<String>> sources = sourcesByType();
        List<String> unknown = new ArrayList<>();
        for (Path file : files) {
            for (Found code : pages.get(file).codeThatIs(TYPE)) {
                Matcher name = TYPE.matcher(code.text());
                if (name.matches()
                        && !isKnown(sources, name.group("type"), Optional.ofNullable(name.group("member")))) {
                    unknown.add("%s, line %d: there is no %s in the sources. Name what is there now."
                            .formatted(file, code.line(), code.text()));
                }
            }
        }
        return unknown;
    }

    private static boolean isKnown(Map<String, List<String>> sources, String type, Optional<String> member) {
        Pattern used = Pattern.compile("\\b" + member.orElse(type) + "\\b");
        return sources.getOrDefault(type, List.of()).stream()
                .anyMatch(source -> used.matcher(source).find());
    }

    private Map<String, List<String>> sourcesByType() throws IOException {
        Map<String, List<String>> sources = new HashMap<>();
        for (Path file : walk(root, ".java")) {
            String source = Files.readString(file);
            DECLARED.matcher(source)
                    .results()
                    .map(declared -> declared.group("name"))
                    .distinct()
                    .forEach(name -> sources.computeIfAbsent(name, any -> new ArrayList<>())
                            .add(source));
        }
        return sources;
    }

    /** Returns the file that a link means, from the root. */
    private static Path target(Path file, String link) {
        String path = link.split("#", 2)[0];
        if (path.isEmpty()) {
            return file;
        }
        Path directory = Optional.ofNullable(file.getParent()).orElse(Path.of(""));
        return directory
                .resolve(URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8))
                .normalize();
    }

    private static String anchor(String link) {
        int begin = link.indexOf('#');
        return begin < 0 ? "" : URLDecoder.decode(link.substring(begin + 1), StandardCharsets.UTF_8);
    }

    /** Returns the files whose names end so, without what a build or a tool made. */
    private static List<Path> walk(Path directory, String ending) throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path entered, BasicFileAttributes attributes) {
                String name = entered.getFileName().toString();
                boolean made = !entered.equals(directory) && (name.equals("target") || name.startsWith("."));
                return made ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.getFileName().toString().endsWith(ending)) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return files;
    }
}
