package dev.webhookdb.reader;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Properties;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.postgresql.PGProperty;
import org.postgresql.core.SocketFactoryFactory;
import org.postgresql.util.PSQLException;

/**
 * Encrypts as the driver otherwise would, and limits what comes over the connection behind the encryption.
 *
 * <p>The driver makes it by its name, for each connection. Its argument is the name of the factory that encrypts; none is the driver's
 * own.
 */
public final class BoundedTls extends SSLSocketFactory {
    private final SSLSocketFactory actual;

    /** @param settings the connection's */
    public BoundedTls(Properties settings) throws PSQLException {
        Properties others = new Properties();
        settings.stringPropertyNames().forEach(name -> others.setProperty(name, settings.getProperty(name)));
        String factory = PGProperty.SSL_FACTORY_ARG.getOrDefault(settings);
        others.remove(PGProperty.SSL_FACTORY_ARG.getName());
        if (factory == null || factory.isEmpty()) {
            others.remove(PGProperty.SSL_FACTORY.getName());
        } else {
            others.setProperty(PGProperty.SSL_FACTORY.getName(), factory);
        }
        this.actual = SocketFactoryFactory.getSslSocketFactory(others);
    }

    @Override
    public Socket createSocket(Socket under, String host, int port, boolean autoClose) throws IOException {
        return new BoundedTlsSocket((SSLSocket) actual.createSocket(under, host, port, autoClose));
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return actual.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return actual.getSupportedCipherSuites();
    }

    @Override
    public Socket createSocket(String host, int port) {
        throw onlyOverAnother();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
        throw onlyOverAnother();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        throw onlyOverAnother();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) {
        throw onlyOverAnother();
    }

    private static UnsupportedOperationException onlyOverAnother() {
        return new UnsupportedOperationException("PostgreSQL encrypts over a connection that exists");
    }
}
