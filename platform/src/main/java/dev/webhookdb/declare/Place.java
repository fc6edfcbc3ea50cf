package dev.webhookdb.declare;

/**
 * Where something is within a document.
 *
 * @param key the path to it; empty for the document
 */
record Place(Position at, String key) {
    private static final int LONGEST = 80;

    /** Returns the place of what is written below a key of it. */
    Place below(String name, int line) {
        String shown = shown(name);
        return new Place(new Position(at.file(), line), key.isEmpty() ? shown : key + "." + shown);
    }

    /** A key may be any text; sentences are about one line. */
    static String shown(String text) {
        String line = text.replaceAll("\\p{Cntrl}", " ");
        return line.codePointCount(0, line.length()) <= LONGEST
                ? line
                : line.substring(0, line.offsetByCodePoints(0, LONGEST)) + "...";
    }
}
