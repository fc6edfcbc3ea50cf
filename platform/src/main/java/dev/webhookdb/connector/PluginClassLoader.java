package dev.webhookdb.connector;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.security.CodeSource;
import java.security.SecureClassLoader;
import java.security.cert.Certificate;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import java.util.jar.Attributes;

/**
 * Loads one connector or destination. It sees the JDK, the SPI and its own JARs, and nothing else: not the host, not the host's
 * libraries, not others of its kind. Safe for use by many threads.
 */
final class PluginClassLoader extends SecureClassLoader implements AutoCloseable {
    private static final String SPI_CLASSES = "dev.webhookdb.spi.";
    private static final String SPI_RESOURCES = "dev/webhookdb/spi/";

    static {
        registerAsParallelCapable();
    }

    private final List<JarContents> jars;
    private final ClassLoader spi;

    /**
     * Creates a loader.
     *
     * @param name shown in stack traces in front of every class this loader defined
     */
    PluginClassLoader(String name, List<JarContents> jars, ClassLoader spi) {
        super(name, getPlatformClassLoader());
        this.jars = jars;
        this.spi = spi;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        return name.startsWith(SPI_CLASSES) ? spi.loadClass(name) : super.loadClass(name, resolve);
    }

    @Override
    public URL getResource(String name) {
        return name.startsWith(SPI_RESOURCES) ? spi.getResource(name) : super.getResource(name);
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
        return name.startsWith(SPI_RESOURCES) ? spi.getResources(name) : super.getResources(name);
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        String entry = name.replace('.', '/') + ".class";
        for (JarContents jar : jars) {
            Optional<byte[]> bytes = bytes(jar, entry);
            if (bytes.isPresent()) {
                definePackageOf(name, jar.manifest());
                return defineClass(name, bytes.get(), 0, bytes.get().length, codeSource(jar));
            }
        }
        throw new ClassNotFoundException(name);
    }

    private static Optional<byte[]> bytes(JarContents jar, String entry) {
        try {
            return jar.bytes(entry);
        } catch (IOException e) {
            var damaged = new ClassFormatError(
                    "%s in %s: %s".formatted(entry, jar.file().getFileName(), e.getMessage()));
            damaged.initCause(e);
            throw damaged;
        }
    }

    @Override
    protected URL findResource(String name) {
        return jars.stream()
                .filter(jar -> jar.has(name))
                .findFirst()
                .map(jar -> url(jar, name))
                .orElse(null);
    }

    @Override
    protected Enumeration<URL> findResources(String name) {
        return Collections.enumeration(jars.stream()
                .filter(jar -> jar.has(name))
                .map(jar -> url(jar, name))
                .toList());
    }

    /** Libraries ask their package for their version. */
    private void definePackageOf(String className, Attributes manifest) {
        int end = className.lastIndexOf('.');
        if (end < 0 || getDefinedPackage(className.substring(0, end)) != null) {
            return;
        }
        try {
            definePackage(
                    className.substring(0, end),
                    manifest.getValue(Attributes.Name.SPECIFICATION_TITLE),
                    manifest.getValue(Attributes.Name.SPECIFICATION_VERSION),
                    manifest.getValue(Attributes.Name.SPECIFICATION_VENDOR),
                    manifest.getValue(Attributes.Name.IMPLEMENTATION_TITLE),
                    manifest.getValue(Attributes.Name.IMPLEMENTATION_VERSION),
                    manifest.getValue(Attributes.Name.IMPLEMENTATION_VENDOR),
                    null);
        } catch (IllegalArgumentException e) {
            // another thread defined it first, which is as good
            assert getDefinedPackage(className.substring(0, end)) != null : e;
        }
    }

    private static CodeSource codeSource(JarContents jar) {
        try {
            return new CodeSource(jar.file().toUri().toURL(), (Certificate[]) null);
        } catch (MalformedURLException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static URL url(JarContents jar, String name) {
        try {
            URI uri = new URI("plugin", null, "/" + jar.file().getFileName() + "/" + name, null);
            return URL.of(uri, new Handler(jar, name));
        } catch (URISyntaxException | MalformedURLException e) {
            throw new IllegalStateException("The resource %s has no URL".formatted(name), e);
        }
    }

    /**
     * Lets go of the JDBC drivers among the classes; runs their code.
     *
     * @throws RuntimeException if that is not possible
     */
    void releaseDrivers() {
        String name = DriverRelease.class.getName();
        try (InputStream in = DriverRelease.class.getResourceAsStream(DriverRelease.class.getSimpleName() + ".class")) {
            byte[] code = in.readAllBytes();
            Class<?> here = defineClass(name, code, 0, code.length);
            ((Runnable) here.getConstructor().newInstance()).run();
        } catch (IOException | ReflectiveOperationException e) {
            throw new IllegalStateException("The drivers of %s cannot be released".formatted(getName()), e);
        }
    }

    /** Closes the JARs that are kept open. */
    @Override
    public void close() {
        jars.forEach(JarContents::close);
    }

    /** Opens a resource the way its JAR is read, whatever has become of the file meanwhile. */
    private static final class Handler extends URLStreamHandler {
        private final JarContents jar;
        private final String name;

        Handler(JarContents jar, String name) {
            this.jar = jar;
            this.name = name;
        }

        @Override
        protected URLConnection openConnection(URL url) {
            return new URLConnection(url) {
                @Override
                public void connect() {
                    connected = true;
                }

                @Override
                public InputStream getInputStream() throws IOException {
                    return jar.open(name);
                }

                @Override
                public long getContentLengthLong() {
                    return jar.size(name);
                }
            };
        }
    }
}
