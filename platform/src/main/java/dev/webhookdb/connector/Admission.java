package dev.webhookdb.connector;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Decides which newcomers may work beside those of their kind that already do.
 *
 * <p>An id, a service or a scheme that two claim would make it a matter of chance which one is called. Of newcomers that claim the
 * same, all are refused; one that already works is never stopped by a newcomer.
 *
 * @param working what is in use, and stays so until the host is restarted
 * @param removed those of them whose files are gone
 */
record Admission<P extends Plugin>(Collection<P> working, Set<Path> removed, Rules<P> rules) {
    /** What a kind wants besides that ids differ. */
    interface Rules<P> {
        /**
         * Returns why a newcomer may not work.
         *
         * @param others those that work and the other newcomers, which have other ids
         */
        Optional<Refusal> refusal(P newcomer, List<P> others);
    }

    /** Returns why each newcomer that may not work may not. */
    Map<Path, Refusal> refuse(Collection<P> newcomers) {
        Map<Path, Refusal> refused = new TreeMap<>();
        for (P newcomer : newcomers) {
            List<P> others = Stream.concat(working.stream(), newcomers.stream())
                    .filter(other -> !other.path().equals(newcomer.path()))
                    .sorted(Comparator.comparing(Plugin::path))
                    .toList();
            refusal(newcomer, others).ifPresent(refusal -> refused.put(newcomer.path(), refusal));
        }
        return refused;
    }

    private Optional<Refusal> refusal(P newcomer, List<P> others) {
        List<P> twins = others.stream()
                .filter(other -> other.id().equals(newcomer.id()))
                .toList();
        if (twins.isEmpty()) {
            return rules.refusal(newcomer, others);
        }
        return Optional.of(
                twins.stream().allMatch(twin -> removed.contains(twin.path()))
                        ? new Refusal(
                                "It replaces %s, which works until the host is restarted.".formatted(labels(twins)),
                                "Restart the host.")
                        : new Refusal(
                                "The id '%s' is also claimed by %s.".formatted(newcomer.id(), labels(twins)),
                                "Keep one of them and remove the others."));
    }

    private static String labels(List<? extends Plugin> plugins) {
        return plugins.stream().map(Plugin::label).collect(Collectors.joining(" and "));
    }
}
