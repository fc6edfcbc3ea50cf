package dev.webhookdb.testkit.simulator;

import java.util.List;
import java.util.Locale;
import java.util.Random;

/** What the seed decides: numbers, choices and identifiers in the provider's own shapes. */
final class Chance {
    private static final String BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final List<String> FIRST_NAMES = List.of(
            "Ada",
            "Grace",
            "Alan",
            "Barbara",
            "Edsger",
            "Katherine",
            "Linus",
            "Margaret",
            "Niklaus",
            "Radia",
            "José",
            "Zoë");
    private static final List<String> LAST_NAMES = List.of(
            "Lovelace",
            "Hopper",
            "Turing",
            "Liskov",
            "Dijkstra",
            "Johnson",
            "Torvalds",
            "Hamilton",
            "Wirth",
            "Perlman",
            "Müller",
            "O'Neil");
    private static final List<String> CITIES = List.of("Portland", "Lisboa", "Kraków", "Nairobi", "Oslo", "Sapporo");

    private final Random random;

    Chance(long seed) {
        this.random = new Random(seed);
    }

    /** From 0 to one less than the bound. */
    int below(int bound) {
        return random.nextInt(bound);
    }

    int between(int lowest, int highest) {
        return lowest + random.nextInt(highest - lowest + 1);
    }

    boolean percent(int probability) {
        return random.nextInt(100) < probability;
    }

    <T> T oneOf(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    String identifier(String prefix, int length) {
        StringBuilder id = new StringBuilder(prefix);
        for (int i = 0; i < length; i++) {
            id.append(BASE62.charAt(random.nextInt(BASE62.length())));
        }
        return id.toString();
    }

    String digits(int length) {
        StringBuilder digits = new StringBuilder();
        for (int i = 0; i < length; i++) {
            digits.append(random.nextInt(10));
        }
        return digits.toString();
    }

    String name() {
        return oneOf(FIRST_NAMES) + " " + oneOf(LAST_NAMES);
    }

    String email() {
        return identifier("", 8).toLowerCase(Locale.ROOT) + "@example.com";
    }

    String city() {
        return oneOf(CITIES);
    }
}
