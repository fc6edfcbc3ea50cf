package dev.webhookdb.connectors.transistor;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Summary and description of an episode, whichever way they were written. Transistor once had two fields; later, one editor for
 * both, whose first line is the summary.
 *
 * @param format 1 for two fields, 2 for one
 * @param summary text with inline tags
 * @param description HTML
 */
record Notes(int format, Optional<String> summary, Optional<String> description) {
    private static final String BLOCK =
            "(?:address|article|aside|blockquote|dd|div|dl|dt|figure|footer|h[1-6]|header|hr|li|ol|p|pre|section|table|ul)";
    private static final Pattern OPENING = Pattern.compile("(?i)\\s*<(" + BLOCK + ")\\b[^>]*>");
    private static final Pattern CLOSING = Pattern.compile("(?i)\\s*</" + BLOCK + "\\s*>");
    private static final Pattern BREAK = Pattern.compile("(?i)\\s*<br\\s*/?>");
    private static final Pattern END_OF_LINE = Pattern.compile("(?i)<br\\s*/?>|</?" + BLOCK + "\\b[^>]*>");
    private static final Pattern NOTHING = Pattern.compile("(?:\\s|&nbsp;|\\u00a0|<[^>]*>)*");

    static Notes of(Optional<String> summary, Optional<String> html) {
        return summary.isPresent()
                ? new Notes(1, summary, html)
                : html.map(Notes::split).orElse(empty());
    }

    private static Notes empty() {
        return new Notes(2, Optional.empty(), Optional.empty());
    }

    private static Notes split(String html) {
        Reader rest = new Reader(html);
        rest.toFirstText();
        String line = rest.line();
        rest.toNextText();
        return new Notes(
                2,
                Optional.of(line).filter(text -> !text.isEmpty()),
                Optional.of(rest.remaining())
                        .filter(text -> !NOTHING.matcher(text).matches()));
    }

    /** Where in the HTML we are, and inside which blocks, so that the remainder can begin inside them again. */
    private static final class Reader {
        private final Deque<String> inside = new ArrayDeque<>();
        private String rest;

        Reader(String html) {
            this.rest = html;
        }

        void toFirstText() {
            for (boolean moved = true; moved; ) {
                Optional<String> opening = skip(OPENING);
                opening.ifPresent(tag -> inside.addLast(tag.strip()));
                moved = opening.isPresent() || skip(BREAK).isPresent() || leave();
            }
        }

        String line() {
            Matcher end = END_OF_LINE.matcher(rest);
            int length = end.find() ? end.start() : rest.length();
            String line = rest.substring(0, length).strip();
            rest = rest.substring(length);
            return line;
        }

        void toNextText() {
            while (leave() || skip(BREAK).isPresent()) {
                // both move on
            }
        }

        String remaining() {
            return String.join("", inside) + rest.strip();
        }

        private boolean leave() {
            boolean left = skip(CLOSING).isPresent();
            if (left) {
                inside.pollLast();
            }
            return left;
        }

        private Optional<String> skip(Pattern pattern) {
            Matcher matcher = pattern.matcher(rest);
            if (!matcher.lookingAt()) {
                return Optional.empty();
            }
            rest = rest.substring(matcher.end());
            return Optional.of(matcher.group());
        }
    }
}
