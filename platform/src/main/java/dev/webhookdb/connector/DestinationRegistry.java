package dev.webhookdb.connector;

import dev.webhookdb.observe.BackgroundTasks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The destinations of this host: what lies in the destinations directory, and what became of it.
 *
 * <p>A JAR that is put into the directory while the host runs can be used within five seconds. So can one that is <em>moved</em> over
 * another, or that comes with the id of another whose file is gone: sessions that are opened from then on are the new one's, unless it
 * is refused, in which case the other goes on working and {@link InstalledDestination.Ready#notes} say why. The JARs of one that was
 * replaced stay open until its sessions are closed; {@link LoadedDestination#isReplaced} tells who holds a session to close it soon. One
 * whose file was removed works until the host is restarted. One that was refused is tried again when its files, or what it conflicts
 * with, change. No destination, however broken, throws anything here. Safe for use by many threads.
 */
public final class DestinationRegistry implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DestinationRegistry.class);

    private final PluginWatch<DeclaredDestination, InstalledDestination> watch;

    private volatile Map<String, LoadedDestination> byId = new TreeMap<>();

    /** Those that were replaced and may have sessions still; used by the watching thread alone. */
    private final IdentityHashMap<DeclaredDestination, LoadedDestination> replaced = new IdentityHashMap<>();

    private DestinationRegistry(Path directory, BackgroundTasks tasks, Duration betweenLooks, Duration patience) {
        this.watch = new PluginWatch<>(
                PluginKind.DESTINATION, List.of(directory), tasks, betweenLooks, patience, new Destinations());
    }

    /**
     * Loads every destination in a directory, which takes at most about five seconds, and goes on watching it. A directory that does
     * not exist is reported by {@link #all} and watched for.
     */
    public static DestinationRegistry open(Path directory, BackgroundTasks tasks) {
        return new DestinationRegistry(directory, tasks, PluginWatch.BETWEEN_LOOKS, PluginLoader.PATIENCE);
    }

    static DestinationRegistry open(Path directory, Duration betweenLooks, Duration patience) {
        return new DestinationRegistry(directory, new BackgroundTasks(), betweenLooks, patience);
    }

    /** Returns what became of every entry of the directory, sorted by path. */
    public List<InstalledDestination> all() {
        return watch.all();
    }

    /** Returns the destination whose URLs have a scheme, for example {@code mysql}; capitals do not matter. */
    public Optional<LoadedDestination> withScheme(String scheme) {
        String lower = scheme.toLowerCase(Locale.ROOT);
        return byId.values().stream()
                .filter(one -> one.schemes().contains(lower))
                .findFirst();
    }

    /** Returns all destinations that can be used, sorted by id. */
    public List<LoadedDestination> loaded() {
        return List.copyOf(byId.values());
    }

    /**
     * Asks to be told, in the registry's own thread, whenever {@link #all} changes from now on. The listener must be quick; what it
     * throws is logged.
     */
    public void onChange(Consumer<List<InstalledDestination>> listener) {
        watch.onChange(listener);
    }

    /** Stops watching the directory and closes the JARs. Close all sessions before: what they have not loaded yet is missing then. */
    @Override
    public void close() {
        watch.close();
    }

    private final class Destinations implements PluginWatch.Handling<DeclaredDestination, InstalledDestination> {
        @Override
        public DeclaredDestination load(Path path, Duration patience) throws LoadProblem {
            return DestinationLoader.load(path, patience);
        }

        /** No two destinations have a scheme in common, and none takes the place of one that has schemes which it lacks. */
        @Override
        public Optional<LoadProblem> refusal(
                DeclaredDestination newcomer, Optional<DeclaredDestination> old, List<DeclaredDestination> others) {
            return old.flatMap(one -> one.schemes().stream()
                            .filter(scheme -> !newcomer.schemes().contains(scheme))
                            .map(
                                    scheme -> new LoadProblem(
                                            "It lacks the scheme '%s' of %s, which it would replace."
                                                    .formatted(scheme, one.label()),
                                            "Install a release that has it, or restart the host if no target's URL begins with it."))
                            .findFirst())
                    .or(() -> ofSharedScheme(newcomer, others));
        }

        private Optional<LoadProblem> ofSharedScheme(DeclaredDestination newcomer, List<DeclaredDestination> others) {
            return others.stream()
                    .flatMap(other -> newcomer.schemes().stream()
                            .filter(other.schemes()::contains)
                            .map(scheme -> new LoadProblem(
                                    "The scheme '%s' is also declared by %s.".formatted(scheme, other.label()),
                                    "Keep one of them and remove the others.")))
                    .findFirst();
        }

        @Override
        public void use(DeclaredDestination declared, Optional<DeclaredDestination> old) {
            Map<String, LoadedDestination> changed = new TreeMap<>(byId);
            LoadedDestination before = changed.put(declared.id(), new LoadedDestination(declared));
            byId = changed;
            old.ifPresent(one -> {
                replaced.put(one, before);
                before.replaced();
            });
        }

        @Override
        public boolean isInUse(DeclaredDestination old) {
            return replaced.get(old).isInUse();
        }

        /** In a thread of its own, as with everything that runs code of destinations. */
        @Override
        public void end(DeclaredDestination old) {
            replaced.remove(old);
            Thread.ofPlatform().daemon().name("end " + old.label()).start(() -> {
                try {
                    old.loader().releaseDrivers();
                } catch (RuntimeException | LinkageError e) {
                    LOG.warn("Of {}, which was replaced, something stays in memory", old.label(), e);
                } finally {
                    old.discard();
                }
            });
        }

        @Override
        public InstalledDestination ready(DeclaredDestination declared, List<String> notes) {
            return declared.installed(notes);
        }

        @Override
        public InstalledDestination refused(Path path, LoadProblem refusal) {
            return refusal.ofDestination(path);
        }
    }
}
