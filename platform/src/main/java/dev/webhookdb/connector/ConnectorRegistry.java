package dev.webhookdb.connector;

import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.spi.Resource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
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

    private final Promises promises;
    private final ConnectorRules rules;
    private final List<String> before;
    private final Watchdog watchdog;
    private final PluginWatch<LoadedConnector, Installed> watch;

    private volatile SortedMap<String, LoadedResource> resources = new TreeMap<>();

    private ConnectorRegistry(
            Path path,
            Optional<CallJournal> journal,
            Promises promises,
            BackgroundTasks tasks,
            Duration betweenLooks,
            Duration patience) {
        this.promises = promises;
        this.rules = new ConnectorRules(promises);
        this.before = journal.map(CallJournal::found).orElse(List.of());
        this.watchdog = new Watchdog(journal, tasks);
        this.watch = new PluginWatch<>(PluginKind.CONNECTOR, path, tasks, betweenLooks, patience, new Connectors());
    }

    /**
     * Loads every connector in a directory, which takes at most about five seconds, and goes on watching it. A directory that does
     * not exist is reported by {@link #all} and watched for.
     */
    public static ConnectorRegistry open(Path directory) {
        return open(directory, PluginWatch.BETWEEN_LOOKS, PluginLoader.PATIENCE);
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
        return new ConnectorRegistry(
                directory, kept, promises, tasks, PluginWatch.BETWEEN_LOOKS, PluginLoader.PATIENCE);
    }

    /**
     * Loads every connector in a directory as a host does, for looking at them beside one: no journal is written.
     *
     * @param promises asked before a connector is used
     */
    public static ConnectorRegistry inspect(Path directory, Promises promises) {
        return new ConnectorRegistry(
                directory,
                Optional.empty(),
                promises,
                new BackgroundTasks(),
                PluginWatch.BETWEEN_LOOKS,
                PluginLoader.PATIENCE);
    }

    static ConnectorRegistry open(Path directory, Duration betweenLooks, Duration patience) {
        return new ConnectorRegistry(
                directory, Optional.empty(), Promises.NONE, new BackgroundTasks(), betweenLooks, patience);
    }

    /** Returns what became of every entry of the directory, sorted by path. */
    public List<Installed> all() {
        return watch.all();
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
        watch.onChange(listener);
    }

    /** Stops watching the directory. What is loaded can still be used, but overlong calls are no longer interrupted. */
    @Override
    public void close() {
        watch.close();
        watchdog.close();
    }

    private final class Connectors implements PluginWatch.Handling<LoadedConnector, Installed> {
        @Override
        public LoadedConnector load(Path path, Duration patience) throws Refusal {
            return ConnectorLoader.load(path, patience);
        }

        @Override
        public Optional<Refusal> refusal(LoadedConnector newcomer, List<LoadedConnector> others) {
            return rules.refusal(newcomer, others);
        }

        @Override
        public void use(LoadedConnector connector) {
            var guard = new Guard(connector.id() + " " + connector.version(), connector.loader(), watchdog);
            SortedMap<String, LoadedResource> more = new TreeMap<>(resources);
            for (Resource resource : connector.resources()) {
                more.put(resource.name(), new LoadedResource(resource, connector.owner(), guard.of(resource.name())));
            }
            promises.keep(connector.resources());
            resources = more;
        }

        @Override
        public Installed ready(LoadedConnector connector, List<String> notes) {
            return connector.installed(
                    Stream.concat(notes.stream(), endings(connector)).toList());
        }

        @Override
        public Installed refused(Path path, Refusal refusal) {
            return refusal.at(path);
        }

        private Stream<String> endings(LoadedConnector connector) {
            return before.stream()
                    .filter(call -> call.startsWith(connector.id() + " "))
                    .distinct()
                    .map(call ->
                            "When the host ended the last time, without being stopped, this call was running: %s. It may have ended the host."
                                    .formatted(call));
        }
    }
}
