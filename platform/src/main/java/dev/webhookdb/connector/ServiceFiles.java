package dev.webhookdb.connector;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds the one class that the service files of a connector or destination name.
 *
 * <p>It follows the rules of {@link java.util.ServiceLoader}, which is not used itself because it words all mistakes alike.
 */
final class ServiceFiles {
    private ServiceFiles() {}

    /** Returns the public constructor without parameters of the only provider. */
    static <S> Constructor<? extends S> only(ClassLoader loader, PluginArchive<S> archive) throws LoadProblem {
        PluginKind<S> kind = archive.kind();
        Set<String> names = named(kind, archive.jars());
        if (names.isEmpty()) {
            throw new LoadProblem(
                    "It names no %s: %s is missing or empty.".formatted(kind.noun(), kind.serviceFile()),
                    "Add the file with the name of the class that implements %s; a shaded JAR has to merge service files."
                            .formatted(kind.title()));
        }
        if (names.size() > 1) {
            throw new LoadProblem(
                    "It names more than one %s: %s.".formatted(kind.noun(), String.join(", ", names)),
                    "Make each %s a JAR of its own.".formatted(kind.noun()));
        }
        return constructor(provider(kind, names.iterator().next(), loader));
    }

    private static Set<String> named(PluginKind<?> kind, List<JarContents> jars) throws LoadProblem {
        Set<String> names = new TreeSet<>();
        for (JarContents jar : jars) {
            new String(serviceFile(kind, jar), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.replaceFirst("#.*", "").strip())
                    .filter(name -> !name.isEmpty())
                    .forEach(names::add);
        }
        return names;
    }

    private static byte[] serviceFile(PluginKind<?> kind, JarContents jar) throws LoadProblem {
        try {
            return jar.bytes(kind.serviceFile()).orElse(new byte[0]);
        } catch (IOException e) {
            throw JarFiles.unreadable(jar.file(), e);
        }
    }

    private static <S> Class<? extends S> provider(PluginKind<S> kind, String name, ClassLoader loader)
            throws LoadProblem {
        Class<?> provider;
        try {
            provider = Class.forName(name, false, loader);
        } catch (ClassNotFoundException e) {
            throw new LoadProblem(
                    "Its service file names %s, which is not in it.".formatted(name),
                    "Correct the name in %s, or package the class.".formatted(kind.serviceFile()));
        }
        if (!kind.service().isAssignableFrom(provider)) {
            throw new LoadProblem(
                    "Its service file names %s, which does not implement %s.".formatted(name, kind.title()),
                    "Let the class implement %s.".formatted(kind.service().getName()));
        }
        return provider.asSubclass(kind.service());
    }

    private static <S> Constructor<? extends S> constructor(Class<? extends S> provider) throws LoadProblem {
        if (!Modifier.isPublic(provider.getModifiers()) || Modifier.isAbstract(provider.getModifiers())) {
            throw new LoadProblem(
                    "Its class %s is not public, or is abstract.".formatted(provider.getName()),
                    "Declare it as a public final class.");
        }
        try {
            return provider.getConstructor();
        } catch (NoSuchMethodException e) {
            throw new LoadProblem(
                    "Its class %s has no public constructor without parameters.".formatted(provider.getName()),
                    "Add one, or make the class top-level or static if it is neither.");
        }
    }
}
