package dev.webhookdb.destinations.sqs;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Stands before ElasticMQ: it verifies signatures, as SQS does, and answers some requests itself when it is told to. */
final class Front implements AutoCloseable {
    private static final Pattern AUTHORIZATION = Pattern.compile(
            "AWS4-HMAC-SHA256 Credential=([^/]+)/(([0-9]{8})/([^/]+)/sqs/aws4_request), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})");

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final ElasticMq server;
    private final HttpServer http;
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private volatile Function<Request, Optional<Reply>> rule = request -> Optional.empty();

    /** What was asked. */
    record Request(String operation, String body) {}

    /** What is answered. */
    record Reply(int status, String body) {
        static Reply error(int status, String code) {
            return new Reply(
                    status,
                    "{\"__type\":\"com.amazonaws.sqs#%s\",\"message\":\"As the test wants it.\"}".formatted(code));
        }
    }

    Front(ElasticMq server) throws IOException {
        this.server = server;
        this.http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.createContext("/", this::handle);
        http.start();
    }

    URI url(String queue) {
        return ElasticMq.url(http.getAddress().getPort(), queue);
    }

    /** Says what to answer instead of the queue; empty for what the queue is to answer. */
    void answer(Function<Request, Optional<Reply>> wanted) {
        rule = wanted;
    }

    /** Forgets what was asked, and lets the queue answer everything. */
    void clear() {
        rule = request -> Optional.empty();
        requests.clear();
    }

    /** Returns what was asked. */
    List<Request> requests() {
        return requests;
    }

    private void handle(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        Request request = new Request(
                exchange.getRequestHeaders().getFirst("X-Amz-Target").replace("AmazonSQS.", ""),
                new String(body, StandardCharsets.UTF_8));
        requests.add(request);
        Reply reply = isSigned(exchange, body)
                ? rule.apply(request).orElseGet(() -> forwarded(exchange.getRequestHeaders(), body))
                : Reply.error(403, "SignatureDoesNotMatch");
        byte[] bytes = reply.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/x-amz-json-1.0");
        exchange.sendResponseHeaders(reply.status(), bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    /** Lets the queue answer a request, with another body if need be. */
    Reply forwarded(String operation, String body) {
        var headers = new Headers();
        headers.add("X-Amz-Target", "AmazonSQS." + operation);
        return forwarded(headers, body.getBytes(StandardCharsets.UTF_8));
    }

    private Reply forwarded(Headers headers, byte[] body) {
        try {
            HttpResponse<String> answer = CLIENT.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port()))
                            .header("X-Amz-Target", headers.getFirst("X-Amz-Target"))
                            .header("Content-Type", "application/x-amz-json-1.0")
                            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return new Reply(answer.statusCode(), answer.body());
        } catch (IOException e) {
            return Reply.error(500, "InternalFailure");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Reply.error(503, "ServiceUnavailable");
        }
    }

    /**
     * Whether a request is signed with the secret key.
     *
     * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html">Create a signed request</a>
     */
    private static boolean isSigned(HttpExchange exchange, byte[] body) {
        Headers headers = exchange.getRequestHeaders();
        Matcher said = AUTHORIZATION.matcher(String.valueOf(headers.getFirst("Authorization")));
        if (!said.matches() || !said.group(1).equals(ElasticMq.ACCESS_KEY)) {
            return false;
        }
        String signed = Arrays.stream(said.group(5).split(";"))
                .map(name -> name + ":" + headers.getFirst(name).trim() + "\n")
                .collect(Collectors.joining());
        String canonical = "%s\n%s\n\n%s\n%s\n%s"
                .formatted(
                        exchange.getRequestMethod(),
                        exchange.getRequestURI().getPath(),
                        signed,
                        said.group(5),
                        hex(digest(body)));
        String toSign = "AWS4-HMAC-SHA256\n%s\n%s\n%s"
                .formatted(
                        headers.getFirst("X-Amz-Date"),
                        said.group(2),
                        hex(digest(canonical.getBytes(StandardCharsets.UTF_8))));
        byte[] key = ("AWS4" + ElasticMq.SECRET_KEY).getBytes(StandardCharsets.UTF_8);
        for (String part : List.of(said.group(3), said.group(4), "sqs", "aws4_request", toSign)) {
            key = mac(key, part);
        }
        return hex(key).equals(said.group(6));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] digest(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] mac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
