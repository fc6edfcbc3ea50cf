package dev.webhookdb.testkit.destination;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Lets those in who know the password: {@code y} for yes, {@code n} for no. */
final class ShelfDoor {
    private static final String PASSWORD = "sesame";

    private final ServerSocket door;

    private ShelfDoor(ServerSocket door) {
        this.door = door;
    }

    /** Opens a door, for as long as the tests run. */
    static ShelfDoor open() {
        try {
            ShelfDoor door = new ShelfDoor(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
            Thread.ofVirtual().start(door::answer);
            return door;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return door.getLocalPort();
    }

    /** Asks to be let in. */
    static boolean opens(Socket socket, String password) throws IOException {
        socket.getOutputStream().write((password + "\n").getBytes(StandardCharsets.UTF_8));
        return socket.getInputStream().read() == 'y';
    }

    private void answer() {
        try {
            while (true) {
                Socket caller = door.accept();
                Thread.ofVirtual().start(() -> answer(caller));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void answer(Socket caller) {
        try (caller) {
            StringBuilder said = new StringBuilder();
            for (int read = caller.getInputStream().read();
                    read >= 0 && read != '\n';
                    read = caller.getInputStream().read()) {
                said.append((char) read);
            }
            caller.getOutputStream().write(said.toString().equals(PASSWORD) ? 'y' : 'n');
            caller.getInputStream().read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
