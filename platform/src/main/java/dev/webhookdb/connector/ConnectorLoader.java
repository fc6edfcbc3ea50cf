package dev.webhookdb.connector;

import dev.webhookdb.spi.Backfill;
import dev.webhookdb.spi.Connector;
import dev.webhookdb.spi.RateLimit;
import dev.webhookdb.spi.Resource;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Loads one connector.
 *
 * <p>All of the connector's code that this needs, down to the messages of its exceptions, runs in a daemon thread of its own that
 * is given up after a while. What it declared is copied there; afterwards nothing of it runs outside a {@link Guard}.
 */
final class ConnectorLoader {
    /** How long a constructor and a declaration may take together. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final String TELL_THE_AUTHOR = "Report it to the connector's author.";
    private static final Pattern ID = Pattern.compile("[a-z][a-z0-9_]{0,47}");

    private final ConnectorArchive archive;
    private final ConnectorClassLoader loader;
    private volatile String step = "its class";

    private ConnectorLoader(ConnectorArchive archive) {
        this.archive = archive;
        this.loader = new ConnectorClassLoader(archive.name(), archive.jars(), Connector.class.getClassLoader());
    }

    static LoadedConnector load(Path path, Duration patience) throws Refusal {
        return new ConnectorLoader(ConnectorArchive.read(path)).within(patience);
    }

    private LoadedConnector within(Duration patience) throws Refusal {
        var task = new FutureTask<>((Callable<Attempt>) this::attempt);
        Thread thread =
                Thread.ofPlatform().daemon().name("load " + loader.getName()).unstarted(task);
        thread.setContextClassLoader(loader);
        thread.start();
        try {
            return task.get(patience.toMillis(), TimeUnit.MILLISECONDS).orRefuse();
        } catch (TimeoutException e) {
            thread.interrupt();
            throw new Refusal(
                    "It did not finish %s: loading took more than %s seconds.".formatted(step, seconds(patience)),
                    "A connector must do no I/O while it is loaded. " + TELL_THE_AUTHOR);
        } catch (ExecutionException e) {
            throw new Refusal(
                    "It failed in %s with %s."
                            .formatted(step, e.getCause().getClass().getName()),
                    TELL_THE_AUTHOR);
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
            throw new Refusal("The host was stopped while loading it.", "Start the host again.");
        }
    }

    private static String seconds(Duration duration) {
        return BigDecimal.valueOf(duration.toMillis(), 3).stripTrailingZeros().toPlainString();
    }

    /** What the loading thread hands over: never an exception of the connector, whose methods are its code. */
    private record Attempt(Optional<LoadedConnector> loaded, Optional<Refusal> refusal) {
        LoadedConnector orRefuse() throws Refusal {
            if (refusal.isPresent()) {
                throw refusal.get();
            }
            return loaded.orElseThrow();
        }
    }

    private Attempt attempt() {
        try {
            return new Attempt(Optional.of(declaration()), Optional.empty());
        } catch (Refusal refusal) {
            return new Attempt(Optional.empty(), Optional.of(refusal));
        } catch (Throwable thrown) {
            return new Attempt(Optional.empty(), Optional.of(Diagnosis.of(thrown)));
        }
    }

    private LoadedConnector declaration() throws Refusal, ReflectiveOperationException {
        var constructor = Providers.only(loader, archive.jars());
        step = "its constructor";
        Connector connector = constructor.newInstance();
        step = "id()";
        String id = connector.id();
        if (id == null || !ID.matcher(id).matches()) {
            throw invalid("the id '%s' must be a-z, 0-9 and _, start with a letter, and have at most 48 characters"
                    .formatted(id));
        }
        step = "title()";
        String title = connector.title();
        if (title == null || title.isBlank() || title.chars().anyMatch(Character::isISOControl)) {
            throw invalid("title() must be one line of text");
        }
        step = "rateLimit()";
        Optional<RateLimit> rateLimit = connector.rateLimit();
        if (rateLimit == null) {
            throw invalid("rateLimit() returned null");
        }
        step = "resources()";
        return new LoadedConnector(
                archive.path(),
                id,
                archive.version(),
                title.strip(),
                rateLimit,
                resources(connector.resources()),
                loader);
    }

    private static List<Resource> resources(List<Resource> declared) throws Refusal {
        if (declared == null) {
            throw invalid("resources() returned null");
        }
        List<Resource> copy = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Resource resource : declared) {
            if (resource == null) {
                throw invalid("resources() returned a list with null in it");
            }
            if (!names.add(resource.name())) {
                throw invalid("resource '%s' is declared twice".formatted(resource.name()));
            }
            copy.add(resource);
        }
        if (copy.isEmpty()) {
            throw invalid("it declares no resource");
        }
        requireParents(copy);
        return List.copyOf(copy);
    }

    /** What is listed for each row of another resource begins somewhere. */
    private static void requireParents(List<Resource> resources) throws Refusal {
        Map<String, String> parents = new HashMap<>();
        Set<String> names = resources.stream().map(Resource::name).collect(Collectors.toSet());
        for (Resource resource : resources) {
            Optional<String> parent = resource.backfill().flatMap(Backfill::parent);
            if (parent.filter(name -> !names.contains(name)).isPresent()) {
                throw invalid("resource '%s' is listed for each row of '%s', which it does not declare"
                        .formatted(resource.name(), parent.get()));
            }
            parent.ifPresent(name -> parents.put(resource.name(), name));
        }
        for (String name : parents.keySet()) {
            Set<String> seen = new LinkedHashSet<>();
            for (String next = name; next != null; next = parents.get(next)) {
                if (!seen.add(next)) {
                    throw invalid("resources are listed for each row of one another, which would never end: %s"
                            .formatted(String.join(", ", seen)));
                }
            }
        }
    }

    private static Refusal invalid(String why) {
        return new Refusal("Its declaration is invalid: %s.".formatted(why), TELL_THE_AUTHOR);
    }
}
