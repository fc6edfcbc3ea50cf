package dev.webhookdb.connector;

import dev.webhookdb.connector.ConnectorDirectory.Fingerprint;
import dev.webhookdb.connector.ConnectorDirectory.Listing;
import dev.webhookdb.observe.BackgroundTask;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.spi.Resource;
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
 * The connectors of this host: what lies in the connectors directory, and what became of it.
 *
 * <p>A JAR that is put into the directory while the host runs can be used within five seconds. One that is in use stays as it was
 * loaded, whatever happens to its file, until the host is restarted; {@link Installed.Ready#notes} then say what a restart would
 * change. One that was refused is tried again when its files, or what it conflicts with, change. No connector, however broken,
 * throws anything here. Safe for use by many threads.
 */
public final class ConnectorRegistry implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectorRegistry.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    /** How long newcomers wait for one another, so that twins are found out; one that hangs must not delay the others. */
    private static final Duration FOR_ONE_ANOTHER = Duration.ofSeconds(2);

    private final ConnectorDirectory directory;
    private final Duration patience;
    private final Promises promises;
    private final List<String> before;
    private final Watchdog watchdog;
    private final List<Consumer<List<Installed>>> listeners = new CopyOnWriteArrayList<>();
    private final BackgroundTask looking;

    private volatile List<Installed> installed = List.of();
    private volatile SortedMap<String, LoadedResource> resources = new TreeMap<>();

    // all below is used by one look at a time
    private final Map<Path, Candidate> working = new TreeMap<>();
    private final Map<Path, Candidate> waiting = new TreeMap<>();
    private Map<Path, Fingerprint> lastSeen = Map.of();

    private ConnectorRegistry(
            Path path,
            Optional<CallJournal> journal,
            Promises promises,
            BackgroundTasks tasks,
            Duration betweenLooks,
            Duration patience) {
        this.promises = promises;
        this.before = journal.map(CallJournal::found).orElse(List.of());
        this.watchdog = new Watchdog(journal, tasks);
        this.directory = new ConnectorDirectory(path.toAbsolutePath().normalize());
        this.patience = patience;
        firstLook();
        this.looking = tasks.startApart("connector-registry", betweenLooks, this::lookAgain);
    }

    /**
     * Loads every connector in a directory, which takes at most about five seconds, and goes on watching it. A directory that does
     * not exist is reported by {@link #all} and watched for.
     */
    public static ConnectorRegistry open(Path directory) {
        return open(directory, BETWEEN_LOOKS, ConnectorLoader.PATIENCE);
    }

    /**
     * Does the same, and writes down which calls are running, so that the next start can name the connector by which the process
     * ended.
     *
     * @param journal a file of this host alone
     * @param promises asked before a connector is used
     */
    public static ConnectorRegistry open(Path directory, Path journal, Promises promises, BackgroundTasks tasks) {
        Optional<CallJournal> kept = CallJournal.open(journal);
        kept.map(CallJournal::found)
                .orElse(List.of())
                .forEach(call -> LOG.warn(
                        "The host ended the last time without being stopped while a connector was called: {}", call));
        return new ConnectorRegistry(directory, kept, promises, tasks, BETWEEN_LOOKS, ConnectorLoader.PATIENCE);
    }

    static ConnectorRegistry open(Path directory, Duration betweenLooks, Duration patience) {
        return new ConnectorRegistry(
                directory, Optional.empty(), Promises.NONE, new BackgroundTasks(), betweenLooks, patience);
    }

    /** Returns what became of every entry of the directory, sorted by path. */
    public List<Installed> all() {
        return installed;
    }

    /** Returns a resource by the name of its service, for example {@code stripe_charge_v1}. */
    public Optional<LoadedResource> resource(String serviceName) {
        return Optional.ofNullable(resources.get(serviceName));
    }

    /** Returns all resources that can be replicated, sorted by name. */
    public List<LoadedResource> resources() {
        return List.copyOf(resources.values());
    }

    /**
     * Asks to be told, in the registry's own thread, whenever {@link #all} changes from now on. The listener must be quick; what it
     * throws is logged.
     */
    public void onChange(Consumer<List<Installed>> listener) {
        listeners.add(listener);
    }

    /** Stops watching the directory. What is loaded can still be used, but overlong calls are no longer interrupted. */
    @Override
    public void close() {
        looking.close();
        watchdog.close();
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
        Candidate known = waiting.get(path);
        boolean unchanged = known != null && known.fingerprint().equals(fingerprint);
        if (!working.containsKey(path) && !unchanged) {
            waiting.put(path, Candidate.load(path, fingerprint, patience));
        }
    }

    private void look(Listing listing, Duration atMost) {
        lastSeen = listing.entries();
        waiting.keySet().retainAll(listing.entries().keySet());
        long deadline = System.nanoTime() + atMost.toNanos();
        try {
            for (Candidate candidate : waiting.values()) {
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
        List<LoadedConnector> newcomers = loaded(waiting.values());
        Map<Path, Refusal> conflicts = new Admission(loaded(working.values()), removed, promises).refuse(newcomers);
        newcomers.stream()
                .filter(newcomer -> !conflicts.containsKey(newcomer.path()))
                .forEach(this::use);
        return conflicts;
    }

    private void use(LoadedConnector connector) {
        var guard = new Guard(connector.id() + " " + connector.version(), connector.loader(), watchdog);
        SortedMap<String, LoadedResource> more = new TreeMap<>(resources);
        for (Resource resource : connector.resources()) {
            more.put(resource.name(), new LoadedResource(resource, connector.owner(), guard.of(resource.name())));
        }
        promises.keep(connector.resources());
        resources = more;
        working.put(connector.path(), waiting.remove(connector.path()));
    }

    private List<Installed> outcomes(Listing listing, Map<Path, Refusal> conflicts) {
        SortedMap<Path, Installed> outcomes = new TreeMap<>();
        working.forEach((path, candidate) -> candidate
                .loaded()
                .ifPresent(connector -> outcomes.put(path, connector.installed(notes(candidate, connector, listing)))));
        waiting.forEach(
                (path, candidate) -> candidate.refusal().ifPresent(refusal -> outcomes.put(path, refusal.at(path))));
        conflicts.forEach((path, refusal) -> outcomes.put(path, refusal.at(path)));
        listing.problem().ifPresent(problem -> outcomes.put(directory.path(), problem.at(directory.path())));
        return List.copyOf(outcomes.values());
    }

    private List<String> notes(Candidate candidate, LoadedConnector connector, Listing listing) {
        List<String> notes = new ArrayList<>();
        Fingerprint now = listing.entries().get(candidate.path());
        if (now == null) {
            notes.add("It was removed; it works until the host is restarted.");
        } else if (!now.equals(candidate.fingerprint())) {
            notes.add("It changed; restart the host to use what is there now.");
        }
        before.stream()
                .filter(call -> call.startsWith(connector.id() + " "))
                .distinct()
                .map(call ->
                        "When the host ended the last time, without being stopped, this call was running: %s. It may have ended the host."
                                .formatted(call))
                .forEach(notes::add);
        loaded(waiting.values()).stream()
                .filter(newcomer -> now != null && newcomer.id().equals(connector.id()))
                .map(newcomer ->
                        "%s claims the same id; after a restart neither would work.".formatted(newcomer.label()))
                .forEach(notes::add);
        return notes;
    }

    private void publish(List<Installed> outcomes) {
        if (outcomes.equals(installed)) {
            return;
        }
        installed = outcomes;
        for (Consumer<List<Installed>> listener : listeners) {
            try {
                listener.accept(outcomes);
            } catch (RuntimeException e) {
                LOG.error("A listener for changes of connectors failed", e);
            }
        }
    }

    private static List<LoadedConnector> loaded(Collection<Candidate> candidates) {
        return candidates.stream().flatMap(one -> one.loaded().stream()).toList();
    }
}
