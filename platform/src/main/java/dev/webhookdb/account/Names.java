package dev.webhookdb.account;

import java.util.Optional;

/** What people may call something that others read. */
final class Names {
    static final int LONGEST = 100;

    private Names() {}

    /**
     * Returns what is wrong with a name: it has to be one line of characters that are seen. Others would let it pass for another name, or
     * turn around what is printed beside it.
     */
    static Optional<String> objection(String name) {
        if (name.isBlank() || name.codePointCount(0, name.length()) > LONGEST) {
            return Optional.of("has 1 to %d characters".formatted(LONGEST));
        }
        return name.codePoints()
                .filter(character -> !isSeen(character))
                .mapToObj("has no invisible characters such as U+%04X"::formatted)
                .findFirst();
    }

    private static boolean isSeen(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
