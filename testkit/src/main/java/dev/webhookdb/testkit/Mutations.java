package dev.webhookdb.testkit;

import java.util.List;
import java.util.Random;

/**
 * Small changes of a text, as a proxy, an attacker or a bad disk might make them: for tests that compare our verdict about a signature
 * with that of the provider's own library.
 *
 * @param characters what is put in, those that mean something to the provider as often as is worth to try
 * @param separators what may come between the text and its beginning once more; may be empty
 */
public record Mutations(String characters, List<String> separators) {
    private static final int SIMPLE = 4;

    /** Copies the separators. */
    public Mutations {
        separators = List.copyOf(separators);
    }

    /** Puts in printable ASCII characters, and of a few as many as of all others together. */
    public static Mutations ofAscii(String preferred, String... separators) {
        var characters = new StringBuilder();
        for (char c = ' '; c <= '~'; c++) {
            characters.append(c).append(preferred.charAt(c % preferred.length()));
        }
        return new Mutations(characters.toString(), List.of(separators));
    }

    /** Returns a text with one to three changes. */
    public String some(String text, Random random) {
        String changed = text;
        for (int changes = random.nextInt(1, 4); changes > 0; changes--) {
            changed = one(changed, random);
        }
        return changed;
    }

    /** Returns a text with one change; an empty one stays empty. */
    public String one(String text, Random random) {
        if (text.isEmpty()) {
            return text;
        }
        var changed = new StringBuilder(text);
        int at = random.nextInt(changed.length());
        int kind = random.nextInt(SIMPLE + separators.size());
        switch (kind) {
            case 0 -> changed.deleteCharAt(at);
            case 1 -> changed.insert(at, character(random));
            case 2 -> changed.setCharAt(at, character(random));
            case 3 -> changed.setLength(at);
            default -> changed.append(separators.get(kind - SIMPLE)).append(changed, 0, at);
        }
        return changed.toString();
    }

    private char character(Random random) {
        return characters.charAt(random.nextInt(characters.length()));
    }
}
