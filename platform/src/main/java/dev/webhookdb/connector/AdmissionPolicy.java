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
 * Decides which newcomers may work beside those of their kind that already do, or in the place of one of them.
 *
 * <p>An id, a service or a scheme that two claim would make it a matter of chance which one is called. Of newcomers that claim the
 * same, all are refused; one that already works is stopped by a newcomer only if the newcomer lies where it lay, or its own files are
 * gone.
 *
 * @param working what is in use
 * @param gone those of them whose files are gone
 */
record AdmissionPolicy<P extends Plugin>(Collection<P> working, Set<Path> gone, Rules<P> rules) {
    /** What a kind wants besides that ids differ. */
    interface Rules<P> {
        /**
         * Returns why a newcomer may not work.
         *
         * @param replaced the one with the same id in whose place it would work
         * @param others those that work and the other newcomers, which have other ids
         */
        Optional<LoadProblem> refusal(P newcomer, Optional<P> replaced, List<P> others);
    }

    /** Returns in whose place a newcomer would work. */
    Optional<P> replacedBy(P newcomer) {
        return working.stream()
                .filter(one -> one.id().equals(newcomer.id()))
                .filter(one -> one.path().equals(newcomer.path()) || gone.contains(one.path()))
                .findFirst();
    }

    /** Returns why each newcomer that may not work may not. */
    Map<Path, LoadProblem> refuse(Collection<P> newcomers) {
        Map<Path, LoadProblem> refused = new TreeMap<>();
        for (P newcomer : newcomers) {
            astray(newcomer)
                    .or(() -> refusal(newcomer, newcomers))
                    .ifPresent(refusal -> refused.put(newcomer.path(), refusal));
        }
        return refused;
    }

    /** What lies where something else was loaded from would push it out, and nobody said that this was wanted. */
    private Optional<LoadProblem> astray(P newcomer) {
        return working.stream()
                .filter(one -> one.path().equals(newcomer.path()) && !one.id().equals(newcomer.id()))
                .findFirst()
                .map(one -> new LoadProblem(
                        "It is %s %s, and lies where %s %s was loaded from, which works until the host is restarted."
                                .formatted(newcomer.id(), newcomer.version(), one.id(), one.version()),
                        "Give it a name of its own, and put %s back.".formatted(one.id())));
    }

    private Optional<LoadProblem> refusal(P newcomer, Collection<P> newcomers) {
        Optional<P> replaced = replacedBy(newcomer);
        boolean inPlace =
                replaced.filter(one -> one.path().equals(newcomer.path())).isPresent();
        List<P> others = Stream.concat(
                        working.stream()
                                .filter(one -> !replaced.map(Plugin::path).equals(Optional.of(one.path()))),
                        newcomers.stream()
                                .filter(one -> !one.path().equals(newcomer.path()))
                                .filter(one -> !(inPlace && one.id().equals(newcomer.id()))))
                .sorted(Comparator.comparing(Plugin::path))
                .toList();
        List<P> twins = others.stream()
                .filter(other -> other.id().equals(newcomer.id()))
                .toList();
        return twins.isEmpty()
                ? rules.refusal(newcomer, replaced, others)
                : Optional.of(new LoadProblem(
                        "The id '%s' is also claimed by %s.".formatted(newcomer.id(), labels(twins)),
                        "Keep one of them and remove the others."));
    }

    private static String labels(List<? extends Plugin> plugins) {
        return plugins.stream().map(Plugin::label).distinct().collect(Collectors.joining(" and "));
    }
}
