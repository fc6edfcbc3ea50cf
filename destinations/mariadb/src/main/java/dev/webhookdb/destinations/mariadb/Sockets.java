package dev.webhookdb.destinations.mariadb;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.SocketFactory;
import org.mariadb.jdbc.Configuration;
import org.mariadb.jdbc.util.ConfigurableSocketFactory;

/**
 * Makes the driver's sockets with the factory of the place that is connected to.
 *
 * <p>The driver makes an instance by the name of this class and gives it the configuration, in which the name of a pool, which is not used
 * otherwise, tells the places apart.
 */
public final class Sockets extends ConfigurableSocketFactory {
    private static final Map<String, SocketFactory> FACTORIES = new ConcurrentHashMap<>();

    private SocketFactory actual;

    /** Creates one that the driver configures. */
    public Sockets() {
        this.actual = null;
    }

    static void register(String token, SocketFactory factory) {
        FACTORIES.put(token, factory);
    }

    static void forget(String token) {
        FACTORIES.remove(token);
    }

    @Override
    public void setConfiguration(Configuration configuration, String host) {
        actual = FACTORIES.get(configuration.poolName());
    }

    private SocketFactory actual() throws IOException {
        if (actual == null) {
            throw new IOException("This session was closed");
        }
        return actual;
    }

    @Override
    public Socket createSocket() throws IOException {
        return actual().createSocket();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return actual().createSocket(host, port);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress from, int fromPort) throws IOException {
        return actual().createSocket(host, port, from, fromPort);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return actual().createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort) throws IOException {
        return actual().createSocket(host, port, from, fromPort);
    }
}
