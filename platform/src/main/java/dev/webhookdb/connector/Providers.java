package dev.webhookdb.connector;

import dev.webhookdb.spi.Connector;
import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds the one class that a connector's service files name.
 *
 * <p>It follows the rules of {@link java.util.ServiceLoader}, which is not used itself because it words all mistakes alike.
 */
final class Providers {
    private static final String SERVICE_FILE = "META-INF/services/" + Connector.class.getName();

    private Providers() {}

    /** Returns the public constructor without parameters of the only provider. */
    static Constructor<? extends Connector> only(ClassLoader loader, List<JarContents> jars) throws Refusal {
        Set<String> names = named(jars);
        if (names.isEmpty()) {
            throw new Refusal(
                    "It names no connector: %s is missing or empty.".formatted(SERVICE_FILE),
                    "Add the file with the name of the class that implements Connector; a shaded JAR has to merge service files.");
        }
        if (names.size() > 1) {
            throw new Refusal(
                    "It names more than one connector: %s.".formatted(String.join(", ", names)),
                    "Make each connector a JAR of its own.");
        }
        return constructor(provider(names.iterator().next(), loader));
    }

    private static Set<String> named(List<JarContents> jars) {
        Set<String> names = new TreeSet<>();
        for (JarContents jar : jars) {
            byte[] file = jar.entries().getOrDefault(SERVICE_FILE, new byte[0]);
            new String(file, StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.replaceFirst("#.*", "").strip())
                    .filter(name -> !name.isEmpty())
                    .forEach(names::add);
        }
        return names;
    }

    private static Class<? extends Connector> provider(String name, ClassLoader loader) throws Refusal {
        Class<?> provider;
        try {
            provider = Class.forName(name, false, loader);
        } catch (ClassNotFoundException e) {
            throw new Refusal(
                    "Its service file names %s, which is not in it.".formatted(name),
                    "Correct the name in %s, or package the class.".formatted(SERVICE_FILE));
        }
        if (!Connector.class.isAssignableFrom(provider)) {
            throw new Refusal(
                    "Its service file names %s, which does not implement Connector.".formatted(name),
                    "Let the class implement %s.".formatted(Connector.class.getName()));
        }
        return provider.asSubclass(Connector.class);
    }

    private static Constructor<? extends Connector> constructor(Class<? extends Connector> provider) throws Refusal {
        if (!Modifier.isPublic(provider.getModifiers()) || Modifier.isAbstract(provider.getModifiers())) {
            throw new Refusal(
                    "Its class %s is not public, or is abstract.".formatted(provider.getName()),
                    "Declare it as a public final class.");
        }
        try {
            return provider.getConstructor();
        } catch (NoSuchMethodException e) {
            throw new Refusal(
                    "Its class %s has no public constructor without parameters.".formatted(provider.getName()),
                    "Add one, or make the class top-level or static if it is neither.");
        }
    }
}
