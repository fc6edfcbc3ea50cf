package dev.webhookdb.destinations.clickhouse;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ServerSocketFactory;

/** Answers the first connection's requests with the texts it was given, one after the other, and closes it then. */
final class CannedServer implements Closeable {
    /** How a request for encryption begins: a server without it answers like to any nonsense. */
    private static final int TLS = 0x16;

    private final ServerSocket door;
    private final List<String> requests = new CopyOnWriteArrayList<>();

    CannedServer(String... answers) throws IOException {
        this(ServerSocketFactory.getDefault(), answers);
    }

    CannedServer(ServerSocketFactory sockets, String... answers) throws IOException {
        door = sockets.createServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> serve(answers));
    }

    /** An answer of the server, whole and with its length. */
    static String answer(String status, String headers, String body) {
        return "HTTP/1.1 %s\r\n%sContent-Length: %d\r\n\r\n%s"
                .formatted(status, headers, body.getBytes(UTF_8).length, body);
    }

    private void serve(String... answers) {
        try (Socket socket = door.accept()) {
            for (String answer : answers) {
                requests.add(request(socket.getInputStream()));
                socket.getOutputStream().write(answer.getBytes(UTF_8));
            }
        } catch (IOException e) {
            // the test is over
        }
    }

    private static String request(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("There is no request");
            }
            if (next == TLS && head.isEmpty()) {
                return "";
            }
            head.append((char) next);
        }
        int length = Integer.parseInt(head.toString().replaceAll("(?s).*Content-Length: (\\d+).*", "$1"));
        return head + new String(in.readNBytes(length), UTF_8);
    }

    List<String> requests() {
        return requests;
    }

    URI url(String parameters) {
        return URI.create("clickhouse://us%C3%A9r:s3cr3t@127.0.0.1:" + door.getLocalPort() + "/kit?" + parameters);
    }

    @Override
    public void close() throws IOException {
        door.close();
    }
}
