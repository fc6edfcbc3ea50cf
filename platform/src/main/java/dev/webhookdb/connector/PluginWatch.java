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
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches a directory of connectors or of destinations: loads what is put there, and tells what became of it.
 *
 * <p>What was loaded and conflicts with nobody works until the host is restarted, whatever happens to its file. What was refused is
 * tried again when its files, or what it conflicts with, change. Safe for use by many threads.
 *
 * @param <P> what was loaded
 * @param <O> what is told
 */
final class PluginWatch<P extends Plugin, O> implements AutoCloseable {
    static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(PluginWatch.class);

    /** How long newcomers wait for one another, so that twins are found out; one that hangs must not delay the others. */
    private static final Duration FOR_ONE_ANOTHER = Duration.ofSeconds(2);

    private final PluginDirectory directory;
    private final Duration patience;
    private final Handling<P, O> handling;
    private final List<Consumer<List<O>>> listeners = new CopyOnWriteArrayList<>();
    private final BackgroundTask looking;

    private volatile List<O> outcomes = List.of();

    // all below is used by one look at a time
    private final Map<Path, Candidate<P>> working = new TreeMap<>();
    private final Map<Path, Candidate<P>> waiting = new TreeMap<>();
    private Map<Path, Fingerprint> lastSeen = Map.of();

    /** What is done with what lies in the directory; called by one thread at a time. */
    interface Handling<P extends Plugin, O> extends Candidate.Loading<P>, Admission.Rules<P> {
        /** Puts into use what was loaded. */
        void use(P plugin);

        /** Returns what is told of something in use. */
        O ready(P plugin, List<String> notes);

        /** Returns what is told of something that cannot be used. */
        O refused(Path path, Refusal refusal);
    }

    /** Loads everything that is there, which takes at most about five seconds, and goes on watching. */
    PluginWatch(
            PluginKind<?> kind,
            Path path,
            BackgroundTasks tasks,
            Duration betweenLooks,
            Duration patience,
            Handling<P, O> handling) {
        this.directory = new PluginDirectory(kind, path.toAbsolutePath().normalize());
        this.patience = patience;
        this.handling = handling;
        firstLook();
        this.looking = tasks.startApart(kind.noun() + "-registry", betweenLooks, this::lookAgain);
    }

    /** Returns what became of every entry of the directory, sorted by path. */
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
    }

    private void firstLook() {
        Listing listing = directory.list();
        listing.entries().forEach(this::startLoading);
        look(listing, patience.plusSeconds(1));
    }

    private void lookAgain() {
        Listing listing = directory.list();
        listing.entries().forEach((path, fingerprint) -> {
            boolean settled = fingerprint.equals(lastSeen.get(path));
            if (settled) {
                startLoading(path, fingerprint);
            }
        });
        look(listing, FOR_ONE_ANOTHER);
    }

    private void startLoading(Path path, Fingerprint fingerprint) {
        Candidate<P> known = waiting.get(path);
        boolean unchanged = known != null && known.fingerprint().equals(fingerprint);
        if (working.containsKey(path) || unchanged) {
            return;
        }
        if (known != null) {
            known.discard();
        }
        waiting.put(path, Candidate.load(path, fingerprint, patience, handling));
    }

    private void look(Listing listing, Duration atMost) {
        lastSeen = listing.entries();
        waiting.entrySet().removeIf(entry -> {
            boolean gone = !listing.entries().containsKey(entry.getKey());
            if (gone) {
                entry.getValue().discard();
            }
            return gone;
        });
        long deadline = System.nanoTime() + atMost.toNanos();
        try {
            for (Candidate<P> candidate : waiting.values()) {
                candidate.await(deadline);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        Map<Path, Refusal> conflicts = admit(listing);
        publish(outcomes(listing, conflicts));
    }

    /** Lets all newcomers work that conflict with nobody, and returns why the others may not. */
    private Map<Path, Refusal> admit(Listing listing) {
        var removed = working.keySet().stream()
                .filter(path -> !listing.entries().containsKey(path))
                .collect(Collectors.toSet());
        List<P> newcomers = loaded(waiting.values());
        Map<Path, Refusal> conflicts = new Admission<>(loaded(working.values()), removed, handling).refuse(newcomers);
        newcomers.stream()
                .filter(newcomer -> !conflicts.containsKey(newcomer.path()))
                .forEach(this::use);
        return conflicts;
    }

    private void use(P plugin) {
        handling.use(plugin);
        working.put(plugin.path(), waiting.remove(plugin.path()));
    }

    private List<O> outcomes(Listing listing, Map<Path, Refusal> conflicts) {
        SortedMap<Path, O> sorted = new TreeMap<>();
        working.forEach((path, candidate) -> candidate
                .loaded()
                .ifPresent(plugin -> sorted.put(path, handling.ready(plugin, notes(candidate, plugin, listing)))));
        waiting.forEach((path, candidate) ->
                candidate.refusal().ifPresent(refusal -> sorted.put(path, handling.refused(path, refusal))));
        conflicts.forEach((path, refusal) -> sorted.put(path, handling.refused(path, refusal)));
        listing.problem()
                .ifPresent(problem -> sorted.put(directory.path(), handling.refused(directory.path(), problem)));
        return List.copyOf(sorted.values());
    }

    private List<String> notes(Candidate<P> candidate, P plugin, Listing listing) {
        List<String> notes = new ArrayList<>();
        Fingerprint now = listing.entries().get(candidate.path());
        if (now == null) {
            notes.add("It was removed; it works until the host is restarted.");
        } else if (!now.equals(candidate.fingerprint())) {
            notes.add("It changed; restart the host to use what is there now.");
        }
        loaded(waiting.values()).stream()
                .filter(newcomer -> now != null && newcomer.id().equals(plugin.id()))
                .map(newcomer ->
                        "%s claims the same id; after a restart neither would work.".formatted(newcomer.label()))
                .forEach(notes::add);
        return notes;
    }

    private void publish(List<O> changed) {
        if (changed.equals(outcomes)) {
            return;
        }
        outcomes = changed;
        for (Consumer<List<O>> listener : listeners) {
            try {
                listener.accept(changed);
            } catch (RuntimeException e) {
                LOG.error(
                        "A listener for changes of {}s failed", directory.kind().noun(), e);
            }
        }
    }

    private static <P extends Plugin> List<P> loaded(Collection<Candidate<P>> candidates) {
        return candidates.stream().flatMap(one -> one.loaded().stream()).toList();
    }
}
