package dev.webhookdb.notify;

import dev.webhookdb.notify.Subscription.Manner;
import dev.webhookdb.notify.Subscription.Payload;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * How many deliveries a second one host makes to an endpoint that answers at once, in a process of its own beside it. Not a test: run
 * {@code main} with the number of subscriptions and of deliveries.
 */
final class SenderMeasurement {
    private static final byte[] OK =
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK".getBytes(StandardCharsets.US_ASCII);
    private static final String BODY =
            "{\"id\":\"%s\",\"type\":\"thing_v1.updated\",\"row\":{\"name\":\"" + "x".repeat(1_000) + "\"}}";

    private SenderMeasurement() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("receiver")) {
            receive(Integer.parseInt(arguments[1]));
            return;
        }
        int subscriptions = Integer.parseInt(arguments[0]);
        int deliveries = Integer.parseInt(arguments[1]);
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Process receiver = new ProcessBuilder(
                        "java".equals(System.getProperty("java.home"))
                                ? "java"
                                : System.getProperty("java.home") + "/bin/java",
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SenderMeasurement.class.getName(),
                        "receiver",
                        String.valueOf(port))
                .inheritIO()
                .start();
        try (Endpoints endpoints = new Endpoints()) {
            Manner manner = new Manner(
                    Payload.AUTO,
                    false,
                    false,
                    false,
                    OptionalInt.empty(),
                    arguments.length > 2 ? Integer.parseInt(arguments[2]) : 16);
            List<Subscription> all = IntStream.range(0, subscriptions)
                    .mapToObj(i -> endpoints.subscribe("http://127.0.0.1:%d/hook".formatted(port), manner))
                    .toList();
            fill(endpoints, all, deliveries);
            Duration before = cpu();
            long begun = System.nanoTime();
            try (Sender host = endpoints.host()) {
                while (!endpoints.column("1", "delivery_queue limit 1").isEmpty()) {
                    Thread.sleep(100);
                }
                double seconds = Duration.ofNanos(System.nanoTime() - begun).toMillis() / 1e3;
                System.out.printf(
                        Locale.ROOT,
                        "%d subscriptions, %d deliveries in %.1f s: %.0f/s, %.0f microseconds of processor time each (%s)%n",
                        subscriptions,
                        deliveries,
                        seconds,
                        deliveries / seconds,
                        cpu().minus(before).toNanos() / 1e3 / deliveries,
                        endpoints.column("status || count(*)", "delivery group by status"));
                host.wake();
            }
        } finally {
            receiver.destroy();
        }
    }

    private static Duration cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    private static void fill(Endpoints endpoints, List<Subscription> all, int deliveries) {
        endpoints.database.run(session -> session.sql("""
                        with numbered as materialized (
                          select nextval('event_number') as number, nextval('delivery_id') as delivery, clock_timestamp() as at,
                            (:subscriptions::bigint[])[1 + i % :count] as subscription
                          from generate_series(1, :deliveries) as i
                        ), told as (
                          insert into event (number, id, organization_id, type, key, occurred_at, body, created_at)
                          select number, 'evt_' || number, :organization, 'thing_v1.updated', 'k', at, format(:body, 'evt_' || number), at from numbered
                        ), delivered as (
                          insert into delivery (id, subscription_id, organization_id, event_number, event_at, event_id, event_type, created_at)
                          select delivery, subscription, :organization, number, at, 'evt_' || number, 'thing_v1.updated', at from numbered
                        )
                        insert into delivery_queue (id, delivery_at, subscription_id, organization_id, event_number, event_at, due_at)
                        select delivery, at, subscription, :organization, number, at, at from numbered""")
                .bind("subscriptions", all.stream().mapToLong(Subscription::id).toArray())
                .bind("count", all.size())
                .bind("deliveries", deliveries)
                .bind("organization", endpoints.organization)
                .bind("body", BODY)
                .execute());
        endpoints.database.autocommit(session -> session.sql("analyze").execute());
    }

    private static void receive(int port) throws IOException {
        try (ServerSocket server = new ServerSocket(port, 500, InetAddress.getLoopbackAddress())) {
            while (true) {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                Thread.ofVirtual().start(() -> talk(socket));
            }
        }
    }

    private static void talk(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream(), 16_384);
            OutputStream out = socket.getOutputStream();
            while (true) {
                int length = head(in);
                in.skipNBytes(length);
                out.write(OK);
            }
        } catch (IOException e) {
            // the sender is done
            return;
        }
    }

    private static int head(InputStream in) throws IOException {
        int length = 0;
        StringBuilder line = new StringBuilder();
        while (true) {
            int read = in.read();
            if (read < 0) {
                throw new IOException("The end");
            }
            if (read != '\n') {
                line.append((char) read);
                continue;
            }
            String text = line.toString().strip();
            if (text.isEmpty()) {
                return length;
            }
            if (text.regionMatches(true, 0, "content-length:", 0, 15)) {
                length = Integer.parseInt(text.substring(15).strip());
            }
            line.setLength(0);
        }
    }
}
