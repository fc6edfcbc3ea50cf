package dev.webhookdb.reader;

/** Shows a place in a statement: the line, and a caret below it. */
final class ErrorPosition {
    /** What fits into a terminal beside the line's number. */
    private static final int WIDEST = 70;

    private ErrorPosition() {}

    /** @param position in characters, beginning with 1, as PostgreSQL counts; one more than there are for the end */
    static String under(String text, int position) {
        int at = text.offsetByCodePoints(0, Math.clamp(position - 1L, 0, text.codePointCount(0, text.length())));
        int begin = text.lastIndexOf('\n', at - 1) + 1;
        int end = text.indexOf('\n', at) < 0 ? text.length() : text.indexOf('\n', at);
        long number = text.substring(0, begin).chars().filter(c -> c == '\n').count() + 1;
        String before = last(text.substring(begin, at));
        String after = first(text.substring(at, end).stripTrailing());
        String prefix = "LINE %d: ".formatted(number);
        return prefix + before + after + "\n" + " ".repeat(prefix.length()) + blank(before) + "^";
    }

    private static String last(String line) {
        int characters = line.codePointCount(0, line.length());
        return characters <= WIDEST / 2
                ? line
                : "..." + line.substring(line.offsetByCodePoints(line.length(), -WIDEST / 2));
    }

    private static String first(String line) {
        int characters = line.codePointCount(0, line.length());
        return characters <= WIDEST / 2 ? line : line.substring(0, line.offsetByCodePoints(0, WIDEST / 2)) + "...";
    }

    /** A tab stays one, so that the caret is where the terminal puts what is above it. */
    private static String blank(String line) {
        StringBuilder blank = new StringBuilder();
        line.codePoints().forEach(point -> blank.append(point == '\t' ? '\t' : ' '));
        return blank.toString();
    }
}
