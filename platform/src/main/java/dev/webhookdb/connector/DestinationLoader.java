package dev.webhookdb.connector;

import dev.webhookdb.spi.destination.Destination;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Loads one destination: checks what it declares, and copies it. */
final class DestinationLoader {
    private static final Pattern SCHEME = Pattern.compile("[a-z][a-z0-9+.-]*");

    private final PluginLoader<Destination, DeclaredDestination> loading;

    private DestinationLoader(PluginLoader<Destination, DeclaredDestination> loading) {
        this.loading = loading;
    }

    static DeclaredDestination load(Path path, Duration patience) throws LoadProblem {
        return PluginLoader.load(
                PluginKind.DESTINATION,
                path,
                patience,
                (destination, loading) -> new DestinationLoader(loading).declaration(destination));
    }

    private DeclaredDestination declaration(Destination destination) throws LoadProblem {
        loading.step("id()");
        String id = loading.id(destination.id());
        loading.step("title()");
        String title = loading.title(destination.title());
        loading.step("schemes()");
        List<String> schemes = schemes(destination.schemes());
        loading.step("example()");
        String example = example(destination.example(), schemes);
        return new DeclaredDestination(
                loading.path(), id, loading.version(), title, schemes, example, destination, loading.loader());
    }

    private List<String> schemes(List<String> declared) throws LoadProblem {
        if (declared == null) {
            throw loading.invalid("schemes() returned null");
        }
        Set<String> copy = new LinkedHashSet<>();
        for (String scheme : declared) {
            if (scheme == null || !SCHEME.matcher(scheme).matches()) {
                throw loading.invalid(
                        "the scheme '%s' must be a-z, 0-9, +, . and -, and start with a letter".formatted(scheme));
            }
            copy.add(scheme);
        }
        if (copy.isEmpty()) {
            throw loading.invalid("it declares no scheme");
        }
        return List.copyOf(copy);
    }

    private String example(String example, List<String> schemes) throws LoadProblem {
        if (!isUrlOf(example, schemes)) {
            throw loading.invalid("the example '%s' must be a URL with one of its schemes: %s"
                    .formatted(example, String.join(", ", schemes)));
        }
        return example;
    }

    private static boolean isUrlOf(String example, List<String> schemes) {
        try {
            String scheme = example == null ? null : new URI(example).getScheme();
            return scheme != null && schemes.contains(scheme);
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
