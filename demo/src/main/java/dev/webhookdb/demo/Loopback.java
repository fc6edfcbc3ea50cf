package dev.webhookdb.demo;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.Executors;

/** Applications on this machine. */
final class Loopback {
    private Loopback() {}

    /** Listens on a free port of the loopback interface. */
    static HttpServer serve(HttpHandler handler) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext("/", handler);
            server.start();
            return server;
        } catch (IOException e) {
            throw new DemoException("No port is free on this machine. Stop something, and try again.", e);
        }
    }

    /** @param user with the sign that follows it, or nothing */
    static URI url(HttpServer server, String user, String path) {
        return URI.create(
                "http://%s127.0.0.1:%d%s".formatted(user, server.getAddress().getPort(), path));
    }
}
