package dev.webhookdb.connectors.increase;

import java.util.List;
import java.util.Random;

/** Small changes, as a proxy, an attacker or a bad disk might make them. */
final class Mutations {
    private Mutations() {}

    static <T> T oneOf(List<T> choices, Random random) {
        return choices.get(random.nextInt(choices.size()));
    }

    /** One to three changes. */
    static String mutated(String text, Random random) {
        var changed = new StringBuilder(text);
        for (int changes = random.nextInt(1, 4); changes > 0 && !changed.isEmpty(); changes--) {
            int at = random.nextInt(changed.length());
            switch (random.nextInt(7)) {
                case 0 -> changed.deleteCharAt(at);
                case 1 -> changed.insert(at, character(random));
                case 2 -> changed.setCharAt(at, character(random));
                case 3 -> changed.setLength(at);
                case 4 -> changed.append(" ").append(changed, 0, at);
                case 5 -> changed.append(",").append(character(random));
                default -> changed.insert(at, "+-0 ,=tv1".charAt(random.nextInt(9)));
            }
        }
        return changed.toString();
    }

    private static char character(Random random) {
        return (char) random.nextInt(' ', '~' + 1);
    }
}
