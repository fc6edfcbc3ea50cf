package dev.webhookdb.connector;

import java.io.ByteArrayInputStream;
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
import java.util.jar.Attributes;

/**
 * Loads one connector. It sees the JDK, the SPI and its own JARs, and nothing else: not the host, not the host's libraries, not
 * other connectors. Safe for use by many threads.
 */
final class ConnectorClassLoader extends SecureClassLoader {
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
    ConnectorClassLoader(String name, List<JarContents> jars, ClassLoader spi) {
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
            byte[] bytes = jar.entries().get(entry);
            if (bytes != null) {
                definePackageOf(name, jar.manifest());
                return defineClass(name, bytes, 0, bytes.length, codeSource(jar));
            }
        }
        throw new ClassNotFoundException(name);
    }

    @Override
    protected URL findResource(String name) {
        return jars.stream()
                .filter(jar -> jar.entries().containsKey(name))
                .findFirst()
                .map(jar -> url(jar, name))
                .orElse(null);
    }

    @Override
    protected Enumeration<URL> findResources(String name) {
        return Collections.enumeration(jars.stream()
                .filter(jar -> jar.entries().containsKey(name))
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
            URI uri = new URI("connector", null, "/" + jar.file().getFileName() + "/" + name, null);
            return URL.of(uri, new Handler(jar.entries().get(name)));
        } catch (URISyntaxException | MalformedURLException e) {
            throw new IllegalStateException("The resource %s has no URL".formatted(name), e);
        }
    }

    /** Opens a resource from memory, so that it can be read after its JAR was replaced or removed. */
    private static final class Handler extends URLStreamHandler {
        private final byte[] contents;

        Handler(byte[] contents) {
            this.contents = contents;
        }

        @Override
        protected URLConnection openConnection(URL url) {
            return new URLConnection(url) {
                @Override
                public void connect() {
                    connected = true;
                }

                @Override
                public InputStream getInputStream() {
                    return new ByteArrayInputStream(contents);
                }

                @Override
                public long getContentLengthLong() {
                    return contents.length;
                }
            };
        }
    }
}
