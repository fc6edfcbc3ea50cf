package dev.webhookdb.connector;

import dev.webhookdb.spi.Connector;
import dev.webhookdb.spi.destination.Destination;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.stream.Stream;

/**
 * What a JAR may add to the host. All kinds are loaded, and refused, by the same code, which takes its words from here.
 *
 * @param noun what people call one, for example {@code connector}
 * @param service what one implements, and its service file is named after
 * @param inMemory whether its JARs are read into memory whole, and thus may be overwritten while they are in use
 */
record PluginKind<S>(String noun, Class<S> service, boolean inMemory) {
    static final PluginKind<Connector> CONNECTOR = new PluginKind<>("connector", Connector.class, true);

    /** One that brings a driver along, which may have a hundred megabytes, stays on disk. */
    static final PluginKind<Destination> DESTINATION = new PluginKind<>("destination", Destination.class, false);

    /** Returns the kind that a manifest says a JAR is of. */
    static Optional<PluginKind<?>> of(Attributes manifest) {
        return Stream.<PluginKind<?>>of(CONNECTOR, DESTINATION)
                .filter(kind -> manifest.getValue(kind.spiVersionAttribute()) != null)
                .findFirst();
    }

    /** Returns the noun as the first word of a name: {@code Connector}. */
    String title() {
        return Character.toUpperCase(noun.charAt(0)) + noun.substring(1);
    }

    /** Returns the usual name of the directory of these. */
    String directory() {
        return noun + "s/";
    }

    String spiVersionAttribute() {
        return title() + "-Spi-Version";
    }

    String versionAttribute() {
        return title() + "-Version";
    }

    String serviceFile() {
        return "META-INF/services/" + service.getName();
    }

    String tellTheAuthor() {
        return "Report it to the %s's author.".formatted(noun);
    }
}
