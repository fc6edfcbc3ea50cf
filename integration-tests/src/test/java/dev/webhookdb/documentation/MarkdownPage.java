package dev.webhookdb.documentation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page of Markdown, as far as links are concerned: what it links to, which headings can be linked to, and what it writes as code.
 *
 * <p>It knows fenced code, code in a line, headings that begin with {@code #}, inline links and definitions of references. Indented code,
 * underlined headings and HTML are not used in this project, and are taken for text.
 *
 * @param file where it lies
 * @param prose the text without code: each character of code is a space, so that everything is where it was
 * @param code what stands between backquotes in a line
 * @param anchors what can be written behind {@code #} in a link, as GitHub makes it of headings
 */
record MarkdownPage(Path file, String prose, List<Found> code, Set<String> anchors) {
    private static final Pattern FENCE = Pattern.compile("^ {0,3}(?<fence>`{3,}|~{3,})(?<info>[^\\n]*)$");
    private static final Pattern CODE = Pattern.compile(
            "(?<!`)(?<ticks>`+)(?!`)(?<text>(?:(?!\\n\\s*\\n).)+?)(?<!`)\\k<ticks>(?!`)", Pattern.DOTALL);
    private static final Pattern HEADING = Pattern.compile("^ {0,3}#{1,6}[ \\t]+(?<text>.*?)(?:[ \\t]+#+)?[ \\t]*$");
    private static final Pattern LINK =
            Pattern.compile("\\]\\(\\s*<?(?<target>[^()\\s<>]+)>?(?:\\s+\"[^\"]*\")?\\s*\\)");
    private static final Pattern DEFINITION =
            Pattern.compile("(?m)^ {0,3}\\[[^\\]\\n]+\\]:[ \\t]*<?(?<target>[^\\s<>]+)>?");
    private static final Pattern LINKED_TEXT = Pattern.compile("!?\\[(?<text>[^\\]]*)\\]\\([^)]*\\)");
    private static final Pattern NOT_IN_ANCHORS = Pattern.compile("[^\\p{L}\\p{M}\\p{Nd}\\p{Pc}\\- ]");

    /**
     * Something on a page.
     *
     * @param line counts from 1
     */
    record Found(int line, String text) {}

    /** Reads a page. */
    static MarkdownPage read(Path file) throws IOException {
        return of(file, Files.readString(file));
    }

    /** Makes a page of its text. */
    static MarkdownPage of(Path file, String text) {
        String outsideOfFences = withoutFences(text);
        List<Found> code = new ArrayList<>();
        String prose = CODE.matcher(outsideOfFences).replaceAll(span -> {
            code.add(new Found(line(outsideOfFences, span.start()), span.group("text")));
            return Matcher.quoteReplacement(blank(span.group()));
        });
        return new MarkdownPage(file, prose, List.copyOf(code), anchorsOf(outsideOfFences));
    }

    /** Returns what is linked to, as it is written. */
    List<Found> links() {
        List<Found> links = new ArrayList<>();
        for (Pattern pattern : List.of(LINK, DEFINITION)) {
            pattern.matcher(prose)
                    .results()
                    .map(link -> new Found(line(prose, link.start()), link.group("target")))
                    .forEach(links::add);
        }
        return links;
    }

    private static String withoutFences(String text) {
        StringBuilder kept = new StringBuilder();
        String open = "";
        for (String line : text.split("\n", -1)) {
            Matcher fence = FENCE.matcher(line);
            boolean isFence = fence.matches();
            if (open.isEmpty()
                    && isFence
                    && !(line.contains("`") && fence.group("info").contains("`"))) {
                open = fence.group("fence");
                kept.append(blank(line));
            } else if (open.isEmpty()) {
                kept.append(line);
            } else {
                boolean closes = isFence
                        && fence.group("fence").startsWith(open)
                        && fence.group("info").isBlank();
                open = closes ? "" : open;
                kept.append(blank(line));
            }
            kept.append('\n');
        }
        return kept.toString();
    }

    /** A heading that is there twice gets a number the second time. */
    private static Set<String> anchorsOf(String text) {
        Set<String> anchors = new HashSet<>();
        for (String line : text.split("\n", -1)) {
            Matcher heading = HEADING.matcher(line);
            if (heading.matches()) {
                String anchor = anchor(heading.group("text"));
                String unique = anchor;
                for (int number = 1; !anchors.add(unique); number++) {
                    unique = anchor + "-" + number;
                }
            }
        }
        return Set.copyOf(anchors);
    }

    private static String anchor(String heading) {
        String text = LINKED_TEXT.matcher(heading).replaceAll(link -> Matcher.quoteReplacement(link.group("text")));
        return NOT_IN_ANCHORS
                .matcher(text.strip().toLowerCase(Locale.ROOT))
                .replaceAll("")
                .replace(' ', '-');
    }

    private static String blank(String text) {
        return text.replaceAll("[^\n]", " ");
    }

    private static int line(String text, int position) {
        return 1
                + Math.toIntExact(text.substring(0, position)
                        .chars()
                        .filter(character -> character == '\n')
                        .count());
    }

    /** Returns the parts of the text between backquotes that a pattern matches as a whole. */
    List<Found> codeThatIs(Pattern pattern) {
        return code.stream()
                .filter(one -> pattern.matcher(one.text()).matches())
                .toList();
    }
}
