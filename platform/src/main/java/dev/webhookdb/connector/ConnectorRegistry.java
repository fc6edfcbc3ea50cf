package dev.webhookdb.connector;

import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.spi.Resource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connectors of this host: what lies in the connectors directories, and what became of it.
 *
 * <p>A JAR that is put into a directory while the host runs can be used within five seconds. So can one that is put over another, or
 * that comes with the id of another whose file is gone: it takes the other's place in one step, unless it is refused, in which case the
 * other goes on working and {@link Installed.Ready#notes} say why. A {@link LoadedResource} that somebody holds works as it did; who
 * wants the newest asks for it with each call, page or batch. A connector whose file was removed works until the host is restarted. One
 * that was refused is tried again when its files, or what it conflicts with, change. No connector, however broken, throws anything here.
 * Safe for use by many threads.
 */
public final class ConnectorRegistry implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectorRegistry.class);

    private final Promises promises;
    private final ConnectorRules rules;
    private final List<String> before;
    private final Watchdog watchdog;
    private final PluginWatch<LoadedConnector, Installed> watch;

    private volatile SortedMap<String, LoadedResource> resources = new TreeMap<>();

    /** By the connector's id; used by the watching thread alone. */
    private final Map<String, Guard> guards = new HashMap<>();

    private ConnectorRegistry(
            List<Path> paths,
            Optional<CallJournal> journal,
            Promises promises,
            BackgroundTasks tasks,
            Duration betweenLooks,
            Duration patience) {
        this.promises = promises;
        this.rules = new ConnectorRules(promises);
        this.before = journal.map(CallJournal::found).orElse(List.of());
        this.watchdog = new Watchdog(journal, tasks);
        this.watch = new PluginWatch<>(PluginKind.CONNECTOR, paths, tasks, betweenLooks, patience, new Connectors());
    }

    /**
     * Loads every connector in a directory, which takes at most about five seconds, and goes on watching it. A directory that does
     * not exist is reported by {@link #all} and watched for.
     */
    public static ConnectorRegistry open(Path directory) {
        return open(directory, PluginWatch.BETWEEN_LOOKS, PluginLoader.PATIENCE);
    }

    /**
     * Does the same with several directories, and writes down which calls are running, so that the next start can name the connector by
     * which the process ended.
     *
     * @param journal a file of this host alone
     * @param promises asked before a connector is used
     */
    public static ConnectorRegistry open(
            List<Path> directories, Path journal, Promises promises, BackgroundTasks tasks) {
        Optional<CallJournal> kept = CallJournal.open(journal);
        kept.map(CallJournal::found)
                .orElse(List.of())
                .forEach(call -> LOG.warn(
                        "The host ended the last time without being stopped while a connector was called: {}", call));
        return new ConnectorRegistry(
                directories, kept, promises, tasks, PluginWatch.BETWEEN_LOOKS, PluginLoader.PATIENCE);
    }

    /**
     * Loads every connector in directories as a host does, for looking at them beside one: no journal is written.
     *
     * @param promises asked before a connector is used
     */
    public static ConnectorRegistry inspect(List<Path> directories, Promises promises) {
        return open(directories, promises, PluginWatch.BETWEEN_LOOKS, PluginLoader.PATIENCE);
    }

    static ConnectorRegistry open(Path directory, Duration betweenLooks, Duration patience) {
        return open(List.of(directory), Promises.NONE, betweenLooks, patience);
    }

    static ConnectorRegistry open(List<Path> directories, Promises promises, Duration betweenLooks, Duration patience) {
        return new ConnectorRegistry(
                directories, Optional.empty(), promises, new BackgroundTasks(), betweenLooks, patience);
    }

    /** Returns what became of every entry of the directories, sorted by path. */
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

    /** Stops watching the directories. What is loaded can still be used, but overlong calls are no longer interrupted. */
    @Override
    public void close() {
        watch.close();
        watchdog.close();
    }

    private final class Connectors implements PluginWatch.Handling<LoadedConnector, Installed> {
        @Override
        public LoadedConnector load(Path path, Duration patience) throws LoadProblem {
            return ConnectorLoader.load(path, patience);
        }

        @Override
        public Optional<LoadProblem> refusal(
                LoadedConnector newcomer, Optional<LoadedConnector> replaced, List<LoadedConnector> others) {
            return rules.refusal(newcomer, replaced, others);
        }

        @Override
        public void use(LoadedConnector connector, Optional<LoadedConnector> replaced) {
            var guard = new Guard(connector.id() + " " + connector.version(), connector.loader(), watchdog);
            SortedMap<String, LoadedResource> changed = new TreeMap<>(resources);
            replaced.ifPresent(old -> old.resources().forEach(resource -> changed.remove(resource.name())));
            for (Resource resource : connector.resources()) {
                changed.put(
                        resource.name(), new LoadedResource(resource, connector.owner(), guard.of(resource.name())));
            }
            promises.keep(connector.resources());
            resources = changed;
            Guard before = guards.put(connector.id(), guard);
            if (before != null) {
                before.retire();
            }
        }

        /** Its JARs are in memory: calls under way miss nothing, and what they use is gone with the last of them. */
        @Override
        public boolean isInUse(LoadedConnector replaced) {
            return false;
        }

        @Override
        public Installed ready(LoadedConnector connector, List<String> notes) {
            return connector.installed(
                    Stream.concat(notes.stream(), endings(connector)).toList());
        }

        @Override
        public Installed refused(Path path, LoadProblem refusal) {
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
