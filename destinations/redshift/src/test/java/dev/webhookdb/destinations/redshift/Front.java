package dev.webhookdb.destinations.redshift;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;

/**
 * Stands in front of PostgreSQL for Redshift's driver, which begins a session with settings that only Redshift knows: those are left out, and
 * all bytes that follow are passed on.
 */
final class Front {
    private static final Set<String> KNOWN =
            Set.of("user", "database", "client_encoding", "DateStyle", "TimeZone", "application_name");

    private final ServerSocket listening;
    private final String host;
    private final int port;

    private Front(String host, int port) throws IOException {
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.host = host;
        this.port = port;
    }

    /** Listens until the tests end. */
    static Front of(String host, int port) {
        try {
            Front front = new Front(host, port);
            Thread.ofVirtual().start(front::accept);
            return front;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return listening.getLocalPort();
    }

    private void accept() {
        while (true) {
            try {
                Socket client = listening.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                Socket server = new Socket(host, port)) {
            // answers would wait for one another's acknowledgement
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            DataInputStream in = new DataInputStream(client.getInputStream());
            byte[] startup = startup(in.readNBytes(in.readInt() - Integer.BYTES));
            DataOutputStream out = new DataOutputStream(server.getOutputStream());
            out.writeInt(startup.length + Integer.BYTES);
            out.write(startup);
            out.flush();
            Thread answers = Thread.ofVirtual().start(() -> pass(server, client));
            pass(client, server);
            answers.join();
        } catch (IOException e) {
            // one of the two is gone, which the other one is told by the end of its connection
            assert e != null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static byte[] startup(byte[] message) {
        String[] parts = new String(message, Integer.BYTES, message.length - Integer.BYTES, UTF_8).split("\0", -1);
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        kept.write(message, 0, Integer.BYTES);
        for (int i = 0; i + 1 < parts.length; i += 2) {
            if (KNOWN.contains(parts[i])) {
                kept.writeBytes((parts[i] + "\0" + parts[i + 1] + "\0").getBytes(UTF_8));
            }
        }
        kept.write(0);
        return kept.toByteArray();
    }

    /** Passes bytes on until one of the two ends, and ends both. */
    private static void pass(Socket from, Socket to) {
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        } catch (IOException e) {
            assert e != null;
        }
    }
}
