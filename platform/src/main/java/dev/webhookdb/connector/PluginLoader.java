package dev.webhookdb.connector;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * Loads one connector or destination.
 *
 * <p>All of its code that this needs, down to the messages of its exceptions, runs in a daemon thread of its own that is given up
 * after a while. What it declared is copied there; afterwards nothing of it runs unguarded.
 *
 * @param <S> what it implements
 * @param <P> the copy of what it declared
 */
final class PluginLoader<S, P extends Plugin> {
    /** How long a constructor and a declaration may take together. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Pattern ID = Pattern.compile("[a-z][a-z0-9_]{0,47}");

    private final PluginArchive<S> archive;
    private final Declaration<S, P> declaration;
    private final PluginClassLoader loader;
    private volatile String step = "its class";

    /** Copies what was declared; calls {@link #step} before each method. */
    interface Declaration<S, P extends Plugin> {
        P copy(S plugin, PluginLoader<S, P> loading) throws LoadProblem;
    }

    private PluginLoader(PluginArchive<S> archive, Declaration<S, P> declaration) {
        this.archive = archive;
        this.declaration = declaration;
        this.loader = new PluginClassLoader(
                archive.name(), archive.jars(), archive.kind().service().getClassLoader());
    }

    static <S, P extends Plugin> P load(PluginKind<S> kind, Path path, Duration patience, Declaration<S, P> declaration)
            throws LoadProblem {
        var loading = new PluginLoader<>(PluginArchive.read(kind, path), declaration);
        try {
            return loading.within(patience);
        } catch (LoadProblem refusal) {
            loading.loader.close();
            throw refusal;
        }
    }

    private P within(Duration patience) throws LoadProblem {
        var task = new FutureTask<>((Callable<Attempt<P>>) this::attempt);
        Thread thread =
                Thread.ofPlatform().daemon().name("load " + loader.getName()).unstarted(task);
        thread.setContextClassLoader(loader);
        thread.start();
        try {
            return task.get(patience.toMillis(), TimeUnit.MILLISECONDS).orRefuse();
        } catch (TimeoutException e) {
            String unfinished = step;
            thread.interrupt();
            throw new LoadProblem(
                    "It did not finish %s: loading took more than %s seconds.".formatted(unfinished, seconds(patience)),
                    "A %s must do no I/O while it is loaded. %s"
                            .formatted(archive.kind().noun(), archive.kind().tellTheAuthor()));
        } catch (ExecutionException e) {
            throw new LoadProblem(
                    "It failed in %s with %s."
                            .formatted(step, e.getCause().getClass().getName()),
                    archive.kind().tellTheAuthor());
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
            throw new LoadProblem("The host was stopped while loading it.", "Start the host again.");
        }
    }

    static String seconds(Duration duration) {
        return BigDecimal.valueOf(duration.toMillis(), 3).stripTrailingZeros().toPlainString();
    }

    /** What the loading thread hands over: never an exception of what is loaded, whose methods are foreign code. */
    private record Attempt<P>(Optional<P> loaded, Optional<LoadProblem> refusal) {
        P orRefuse() throws LoadProblem {
            if (refusal.isPresent()) {
                throw refusal.get();
            }
            return loaded.orElseThrow();
        }
    }

    private Attempt<P> attempt() {
        try {
            var constructor = ServiceFiles.only(loader, archive);
            step("its constructor");
            return new Attempt<>(Optional.of(declaration.copy(constructor.newInstance(), this)), Optional.empty());
        } catch (LoadProblem refusal) {
            return new Attempt<>(Optional.empty(), Optional.of(refusal));
        } catch (Throwable thrown) {
            return new Attempt<>(Optional.empty(), Optional.of(new Diagnosis(archive.kind()).of(thrown)));
        }
    }

    /** Says what is called next, for the sentence about what did not end. */
    void step(String name) {
        step = name;
    }

    Path path() {
        return archive.path();
    }

    String version() {
        return archive.version();
    }

    PluginClassLoader loader() {
        return loader;
    }

    /** Returns an identifier, unless it cannot be one. */
    String id(String id) throws LoadProblem {
        if (id == null || !ID.matcher(id).matches()) {
            throw invalid("the id '%s' must be a-z, 0-9 and _, start with a letter, and have at most 48 characters"
                    .formatted(id));
        }
        return id;
    }

    /** Returns a title, unless it cannot be one. */
    String title(String title) throws LoadProblem {
        if (title == null || title.isBlank() || title.chars().anyMatch(Character::isISOControl)) {
            throw invalid("title() must be one line of text");
        }
        return title.strip();
    }

    LoadProblem invalid(String why) {
        return new LoadProblem(
                "Its declaration is invalid: %s.".formatted(why), archive.kind().tellTheAuthor());
    }
}
