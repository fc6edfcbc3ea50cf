package dev.webhookdb.declare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong. Not thread-safe. */
final class Mistakes {
    /** Nobody reads more, and a hostile text could have millions. */
    private static final int MOST = 1_000;

    private final List<Mistake> mistakes = new ArrayList<>();

    void add(Place place, String sentence) {
        if (mistakes.size() < MOST) {
            mistakes.add(new Mistake(place.at(), place.key(), sentence));
        } else if (mistakes.size() == MOST) {
            mistakes.add(new Mistake(
                    place.at(), "", "There are more mistakes than are listed. Correct these first, and read again."));
        }
    }

    void add(Position at, String sentence) {
        add(new Place(at, ""), sentence);
    }

    int count() {
        return mistakes.size();
    }

    /** @throws DeclarationException if there are any, by file and line */
    void throwIfAny() {
        if (!mistakes.isEmpty()) {
            throw new DeclarationException(mistakes.stream()
                    .sorted(Comparator.comparing(
                                    (Mistake mistake) -> mistake.at().file())
                            .thenComparingInt(mistake -> mistake.at().line()))
                    .toList());
        }
    }
}
