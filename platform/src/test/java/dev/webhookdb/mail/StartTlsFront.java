package dev.webhookdb.mail;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Offers STARTTLS (RFC 3207), which GreenMail does not, and hands what follows to a mail server behind it. */
final class StartTlsFront implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StartTlsFront.class);

    private final ServerSocket listening;
    private final int behind;
    private final SSLContext context;
    private final AtomicInteger secured = new AtomicInteger();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private StartTlsFront(ServerSocket listening, int behind, SSLContext context) {
        this.listening = listening;
        this.behind = behind;
        this.context = context;
    }

    static StartTlsFront start(int behind, SSLContext context) throws IOException {
        var front = new StartTlsFront(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), behind, context);
        front.threads.execute(front::accept);
        return front;
    }

    int port() {
        return listening.getLocalPort();
    }

    /** How many connections were encrypted. */
    int secured() {
        return secured.get();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                threads.execute(() -> serve(client));
            } catch (IOException e) {
                if (!listening.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serve(Socket plain) {
        try (plain) {
            OutputStream out = plain.getOutputStream();
            var in = new BufferedReader(new InputStreamReader(plain.getInputStream(), StandardCharsets.US_ASCII));
            say(out, "220 front");
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.toUpperCase(Locale.ROOT).equals("STARTTLS")) {
                    say(out, "220 go ahead");
                    secure(plain);
                    return;
                }
                say(out, "250-front\r\n250 STARTTLS");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void secure(Socket plain) throws IOException {
        try (var secure = (SSLSocket) context.getSocketFactory().createSocket(plain, null, plain.getPort(), true);
                var server = new Socket(InetAddress.getLoopbackAddress(), behind)) {
            secure.setUseClientMode(false);
            secure.startHandshake();
            secured.incrementAndGet();
            // the client was greeted already
            for (int read = server.getInputStream().read(); read != '\n'; ) {
                read = server.getInputStream().read();
            }
            threads.execute(() -> copy(secure, server));
            copy(server, secure);
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.close();
        } catch (IOException e) {
            LOG.debug("The conversation is over when either side ends it", e);
        }
    }

    private static void say(OutputStream out, String line) throws IOException {
        out.write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        threads.shutdownNow();
    }
}
