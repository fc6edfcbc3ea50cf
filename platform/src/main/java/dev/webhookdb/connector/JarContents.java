package dev.webhookdb.connector;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.jar.Attributes;

/** One JAR; of a multi-release JAR, the files for this Java. Safe for use by many threads. */
interface JarContents extends AutoCloseable {
    /** Returns where it lies. */
    Path file();

    /** Returns the main attributes of its manifest; none without a manifest. */
    Attributes manifest();

    /** Returns whether it holds classes that belong to the host. */
    boolean copiesSpi();

    /** Returns whether it holds a file. */
    boolean has(String name);

    /**
     * Returns the contents of a file, if it holds that.
     *
     * @throws IOException if the JAR is damaged there, or cannot be read any more
     */
    Optional<byte[]> bytes(String name) throws IOException;

    /** Opens a file that it {@linkplain #has holds}. */
    InputStream open(String name) throws IOException;

    /** Returns the size of a file that it holds, in bytes. */
    long size(String name);

    @Override
    void close();
}
