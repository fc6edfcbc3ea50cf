package dev.webhookdb.connector;

import dev.webhookdb.connector.PluginDirectory.Fingerprint;
import dev.webhookdb.connector.PluginDirectory.Listing;
import dev.webhookdb.observe.BackgroundTask;
import dev.webhookdb.observe.BackgroundTasks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches directories of connectors or of destinations: loads what is put there, and tells what became of it.
 *
 * <p>What is in use works until something that is at least as good is there: when its files change, or are gone while others with
 * the same id came, these are loaded beside it, judged, and take its place in one step. What is refused disturbs nothing, and is
 * tried again when its files, or what it conflicts with, change. What was replaced is held until nothing runs in it any more, but not
 * longer than {@link #LONGEST_END}. Files are read when two looks in a row find them the same, so that no copy is read that is under
 * way. See docs/adr/0040. Safe for use by many threads.
 *
 * @param <P> what was loaded
 * @param <O> what is told
 */
final class PluginWatch<P extends Plugin, O> implements AutoCloseable {
    static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    /** How long calls may go on in what was replaced; every call has a shorter limit, so that only what hangs is cut off. */
    static final Duration LONGEST_END = Duration.ofMinutes(30);

    private static final Logger LOG = LoggerFactory.getLogger(PluginWatch.class);

    /** How long newcomers wait for one another, so that twins are found out; one that hangs must not delay the others. */
    private static final Duration FOR_ONE_ANOTHER = Duration.ofSeconds(2);

    private final PluginKind<?> kind;
    private final List<PluginDirectory> directories;
    private final Duration patience;
    private final Handling<P, O> handling;
    private final List<Consumer<List<O>>> listeners = new CopyOnWriteArrayList<>();
    private final BackgroundTask looking;

    private volatile List<O> outcomes = List.of();

    // all below is used by one look at a time
    private final Map<Path, Candidate<P>> working = new TreeMap<>();
    private final Map<Path, Candidate<P>> waiting = new TreeMap<>();
    private final List<Replaced<P>> ending = new ArrayList<>();
    private Map<Path, Fingerprint> lastSeen = Map.of();

    /** What is done with what lies in the directories; called by one thread at a time. */
    interface Handling<P extends Plugin, O> extends Candidate.Loading<P>, AdmissionPolicy.Rules<P> {
        /** Puts into use what was loaded, in one step: whoever asks finds this, or what it replaces, and never nothing. */
        void use(P plugin, Optional<P> replaced);

        /** Returns whether something still runs in what was replaced and would miss it. */
        boolean isInUse(P replaced);

        /** Gives back what is held for what was replaced. */
        default void end(P replaced) {
            replaced.discard();
        }

        /** Returns what is told of something in use. */
        O ready(P plugin, List<String> notes);

        /** Returns what is told of something that cannot be used. */
        O refused(Path path, LoadProblem refusal);
    }

    /** What was replaced, and the value of {@link System#nanoTime} at which it is given up. */
    private record Replaced<P extends Plugin>(P plugin, long deadline) {
        boolean isOverdue() {
            return System.nanoTime() - deadline >= 0;
        }
    }

    /** Loads everything that is there, which takes at most about five seconds, and goes on watching. */
    PluginWatch(
            PluginKind<?> kind,
            List<Path> paths,
            BackgroundTasks tasks,
            Duration betweenLooks,
            Duration patience,
            Handling<P, O> handling) {
        this.kind = kind;
        this.directories = paths.stream()
                .map(path -> path.toAbsolutePath().normalize())
                .distinct()
                .map(path -> new PluginDirectory(kind, path))
                .toList();
        this.patience = patience;
        this.handling = handling;
        firstLook();
        this.looking = tasks.startApart(kind.noun() + "-registry", betweenLooks, this::lookAgain);
    }

    /** Returns what became of every entry of the directories, sorted by path. */
    List<O> all() {
        return outcomes;
    }

    /** Asks to be told, in the thread that watches, whenever {@link #all} changes. */
    void onChange(Consumer<List<O>> listener) {
        listeners.add(listener);
    }

    /** Stops watching, and gives back what is held open. */
    @Override
    public void close() {
        looking.close();
        waiting.values().forEach(Candidate::discard);
        working.values().forEach(Candidate::discard);
        ending.forEach(replaced -> handling.end(replaced.plugin()));
    }

    private void firstLook() {
        Listing listing = Listing.of(directories);
        listing.entries().forEach(this::startLoading);
        look(listing, patience.plusSeconds(1));
    }

    private void lookAgain() {
        Listing listing = Listing.of(directories);
        listing.entries().forEach((path, fingerprint) -> {
            boolean settled = fingerprint.equals(lastSeen.get(path));
            if (settled) {
                startLoading(path, fingerprint);
            }
        });
        look(listing, FOR_ONE_ANOTHER);
        endReplaced();
    }

    private void startLoading(Path path, Fingerprint fingerprint) {
        Candidate<P> known = waiting.containsKey(path) ? waiting.get(path) : working.get(path);
        if (known != null && known.fingerprint().equals(fingerprint)) {
            return;
        }
        stopWaiting(path);
        Candidate<P> used = working.get(path);
        boolean putBack = used != null && used.fingerprint().equals(fingerprint);
        if (!putBack) {
            waiting.put(path, Candidate.load(path, fingerprint, patience, handling));
        }
    }

    private void stopWaiting(Path path) {
        Candidate<P> candidate = waiting.remove(path);
        if (candidate != null) {
            candidate.discard();
        }
    }

    private void look(Listing listing, Duration atMost) {
        Map<Path, Fingerprint> before = lastSeen;
        lastSeen = listing.entries();
        List.copyOf(waiting.keySet()).stream()
                .filter(path -> !listing.entries().containsKey(path))
                .forEach(this::stopWaiting);
        long deadline = System.nanoTime() + atMost.toNanos();
        try {
            for (Candidate<P> candidate : waiting.values()) {
                candidate.await(deadline);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        Map<Path, LoadProblem> refused = admit(listing, before);
        publish(outcomes(listing, refused));
    }

    /** Lets all newcomers work that may, and returns why the others may not. */
    private Map<Path, LoadProblem> admit(Listing listing, Map<Path, Fingerprint> before) {
        var gone = working.keySet().stream()
                .filter(path -> listing.lacks(path) && !before.containsKey(path))
                .collect(Collectors.toSet());
        List<P> newcomers = loaded(waiting.values());
        var admission = new AdmissionPolicy<>(loaded(working.values()), gone, handling);
        Map<Path, LoadProblem> refused = admission.refuse(newcomers);
        waiting.forEach((path, candidate) -> candidate.refusal().ifPresent(refusal -> refused.put(path, refusal)));
        newcomers.stream()
                .filter(newcomer -> !refused.containsKey(newcomer.path()))
                .forEach(newcomer -> use(newcomer, admission.replacedBy(newcomer)));
        return refused;
    }

    private void use(P plugin, Optional<P> replaced) {
        handling.use(plugin, replaced);
        replaced.ifPresent(old -> {
            LOG.info("{} takes the place of {}", plugin.label(), old.label());
            working.remove(old.path());
            ending.add(new Replaced<>(old, System.nanoTime() + LONGEST_END.toNanos()));
        });
        working.put(plugin.path(), waiting.remove(plugin.path()));
    }

    private void endReplaced() {
        ending.removeIf(replaced -> {
            boolean inUse = handling.isInUse(replaced.plugin());
            if (inUse && !replaced.isOverdue()) {
                return false;
            }
            if (inUse) {
                LOG.warn(
                        "{} was replaced {} minutes ago, and a call of it has not returned; its JARs are closed",
                        replaced.plugin().label(),
                        LONGEST_END.toMinutes());
            }
            handling.end(replaced.plugin());
            return true;
        });
    }

    private List<O> outcomes(Listing listing, Map<Path, LoadProblem> refused) {
        SortedMap<Path, O> sorted = new TreeMap<>();
        refused.forEach((path, refusal) -> sorted.put(path, handling.refused(path, refusal)));
        working.forEach((path, candidate) -> candidate
                .loaded()
                .ifPresent(plugin -> sorted.put(path, handling.ready(plugin, notes(plugin, listing, refused)))));
        listing.problems().forEach((path, problem) -> sorted.put(path, handling.refused(path, problem)));
        return List.copyOf(sorted.values());
    }

    private List<String> notes(P plugin, Listing listing, Map<Path, LoadProblem> refused) {
        List<String> notes = new ArrayList<>();
        boolean removed = !listing.entries().containsKey(plugin.path());
        List<P> newcomers = loaded(waiting.values());
        if (removed) {
            notes.add("It was removed; it works until the host is restarted.");
        } else if (refused.containsKey(plugin.path())) {
            LoadProblem refusal = refused.get(plugin.path());
            String lies = newcomers.stream()
                    .filter(newcomer -> newcomer.path().equals(plugin.path()))
                    .findFirst()
                    .map(newcomer -> "%s %s lies there now, and".formatted(newcomer.id(), newcomer.version()))
                    .orElse("Its file changed, and what lies there now");
            notes.add("%s is not used; this one works until the host is restarted. %s %s"
                    .formatted(lies, refusal.getMessage(), refusal.remedy()));
        }
        newcomers.stream()
                .filter(newcomer -> newcomer.id().equals(plugin.id()))
                .filter(newcomer -> !removed && !newcomer.path().equals(plugin.path()))
                .map(newcomer ->
                        "%s claims the same id; after a restart neither would work.".formatted(newcomer.label()))
                .forEach(notes::add);
        return notes;
    }

    /** Keeps the newest in any case: what is equal may still hold what was replaced. */
    private void publish(List<O> now) {
        boolean changed = !now.equals(outcomes);
        outcomes = now;
        if (!changed) {
            return;
        }
        for (Consumer<List<O>> listener : listeners) {
            try {
                listener.accept(now);
            } catch (RuntimeException e) {
                LOG.error("A listener for changes of {}s failed", kind.noun(), e);
            }
        }
    }

    private static <P extends Plugin> List<P> loaded(Collection<Candidate<P>> candidates) {
        return candidates.stream().flatMap(one -> one.loaded().stream()).toList();
    }
}
