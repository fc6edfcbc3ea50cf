package dev.webhookdb.observe;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Values of a label of which there are only so many, whatever others send: those that came first, and one for the rest. Thread-safe. */
final class BoundedLabel {
    /** What stands for all values that came later. */
    static final String OTHER = "other";

    private final Set<String> known = ConcurrentHashMap.newKeySet();
    private final int most;

    BoundedLabel(int most) {
        this.most = most;
    }

    String of(String value) {
        if (known.contains(value)) {
            return value;
        }
        synchronized (known) {
            return known.contains(value) || (known.size() < most && known.add(value)) ? value : OTHER;
        }
    }
}
