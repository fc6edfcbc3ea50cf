package dev.webhookdb.outbound;

import dev.webhookdb.retry.Decision;
import dev.webhookdb.retry.Failure;
import dev.webhookdb.retry.Pauses;
import dev.webhookdb.retry.RetryPolicy;
import dev.webhookdb.spi.ConnectorException;
import dev.webhookdb.spi.ConnectorException.Reason;
import dev.webhookdb.spi.Http;
import dev.webhookdb.spi.Secret;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.webclient.api.HttpClientRequest;
import io.helidon.webclient.api.HttpClientResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** One request, sent again while that may help. For use by one thread. */
final class Exchange implements Http.Call {
    /** A provider that wants to be left alone for longer than a minute is asked again by the caller. */
    private static final RetryPolicy RETRIES = RetryPolicy.of(
                    new Pauses.Doubling(Duration.ofMillis(500), Duration.ofSeconds(2), 1))
            .attempts(3)
            .leavingAloneForAtMost(Duration.ofSeconds(60));

    private static final Duration USUAL_PAUSE = Duration.ofSeconds(2);
    /** A percent sign stands before two digits; the rest may be these. */
    private static final Pattern ILLEGAL =
            Pattern.compile("%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9\\-._~:/?#\\[\\]@!$&'()*+,;=%]");

    private static final Set<Integer> GONE = Set.of(404, 410);
    private static final int LARGEST_ANSWER = 128 << 20;

    /** What is held of each byte while it is read: a buffer that doubles, and the copy out of it. */
    private static final int COPIES = 3;

    private final Function<URI, HttpClientRequest> client;
    private final Map<String, List<String>> query = new LinkedHashMap<>();
    private final List<Consumer<HttpClientRequest>> parts = new ArrayList<>();
    private final String url;
    private final CallRequests conversation;
    private final Set<Integer> accepted = new TreeSet<>();

    Exchange(Function<URI, HttpClientRequest> client, String url, CallRequests conversation) {
        this.client = client;
        this.url = encoded(url);
        this.conversation = conversation;
    }

    @Override
    public Http.Call query(String name, String value) {
        query.computeIfAbsent(name, first -> new ArrayList<>()).add(value);
        return this;
    }

    @Override
    public Http.Call header(String name, String value) {
        parts.add(request -> request.header(HeaderNames.create(name), value));
        return this;
    }

    @Override
    public Http.Call bearer(Secret token) {
        return header("Authorization", "Bearer " + token.reveal());
    }

    @Override
    public Http.Call basic(String user, Secret password) {
        byte[] credentials = (user + ":" + password.reveal()).getBytes(StandardCharsets.UTF_8);
        return header("Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials));
    }

    @Override
    public Http.Call accept(int... statuses) {
        Arrays.stream(statuses).forEach(accepted::add);
        return this;
    }

    @Override
    public Http.Answer send() throws IOException, InterruptedException {
        URI address = address();
        for (int attempt = 1; ; attempt++) {
            try {
                return attempt(address);
            } catch (BusyException e) {
                conversation.terms().pace().pause(e.pause());
                if (RETRIES.after(Failure.exhausted(e.pause()), attempt) instanceof Decision.Over) {
                    throw new IOException(e.getMessage(), e);
                }
            } catch (IOException e) {
                switch (RETRIES.after(Failure.of(Failure.Kind.TRANSIENT), attempt)) {
                    case Decision.Again again -> Thread.sleep(again.pause());
                    case Decision.Over over -> throw e;
                }
            }
        }
    }

    private URI address() {
        URI address;
        try {
            address = URI.create(url);
        } catch (IllegalArgumentException e) {
            throw new ConnectorException(Reason.UNEXPECTED, "'%s' is no address.".formatted(redacted(url)));
        }
        if (address.getHost() == null) {
            throw new ConnectorException(Reason.UNEXPECTED, "'%s' is no address.".formatted(redacted(url)));
        }
        try {
            conversation.check(address);
        } catch (RuntimeException e) {
            throw refused(e).orElse(e);
        }
        return address;
    }

    /** Encodes what may not stand in an address, and leaves what is encoded already. */
    private static String encoded(String url) {
        var encoded = new StringBuilder(url.length());
        Matcher illegal = ILLEGAL.matcher(url);
        while (illegal.find()) {
            var escapes = new StringBuilder();
            for (byte part : illegal.group().getBytes(StandardCharsets.UTF_8)) {
                escapes.append('%').append(HexFormat.of().withUpperCase().toHexDigits(part));
            }
            illegal.appendReplacement(encoded, escapes.toString());
        }
        return illegal.appendTail(encoded).toString();
    }

    private static Optional<RuntimeException> refused(RuntimeException failure) {
        return switch (failure) {
            case ForbiddenAddressException e -> Optional.of(new ConnectorException(Reason.SETTINGS, e.getMessage()));
            case PlainHttpException e -> Optional.of(new ConnectorException(Reason.SETTINGS, e.getMessage()));
            case UnknownServerException e -> Optional.of(new ConnectorException(Reason.TRANSIENT, e.getMessage()));
            case ConnectorException e -> Optional.of(e);
            default -> Optional.empty();
        };
    }

    private Http.Answer attempt(URI address) throws IOException, InterruptedException {
        conversation.terms().pace().await();
        HttpClientRequest request = client.apply(address);
        query.forEach((name, values) -> request.queryParam(name, values.toArray(String[]::new)));
        parts.forEach(part -> part.accept(request));
        Instant sentAt = conversation.clock().instant();
        long begun = System.nanoTime();
        Optional<Integer> status = Optional.empty();
        try (HttpClientResponse response = request.request()) {
            status = Optional.of(response.status().code());
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            ReceivedAnswer answer = new ReceivedAnswer(
                    response.status().code(),
                    response.headers().stream().collect(Collectors.toMap(Header::name, Header::allValues)),
                    body(response),
                    conversation.terms(),
                    conversation.memory());
            // that something is not there is a state of it as well
            if (isGood(answer) || GONE.contains(answer.status())) {
                conversation.answered(answer.date(), sentAt, took);
            }
            judge(answer);
            return answer;
        } catch (RuntimeException e) {
            // the client wraps what happens to its connection in exceptions of many kinds
            Optional<RuntimeException> refused = refused(e);
            if (refused.isPresent()) {
                throw refused.get();
            }
            throw unreachable(e instanceof UncheckedIOException io ? io.getCause() : e);
        } finally {
            conversation.metrics().provider(address.getHost(), status, System.nanoTime() - begun);
        }
    }

    private IOException unreachable(Exception cause) {
        String why = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return new IOException(
                "%s did not answer as it should: %s".formatted(URI.create(url).getHost(), redacted(why)), cause);
    }

    private byte[] body(HttpClientResponse response) throws IOException, InterruptedException {
        if (!response.entity().hasEntity()) {
            return new byte[0];
        }
        OptionalLong announced = response.headers().contentLength();
        try (InputStream stream = response.inputStream()) {
            var body = new ByteArrayOutputStream();
            byte[] buffer = new byte[16 << 10];
            for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
                if (body.size() + read > LARGEST_ANSWER) {
                    throw new IOException("The answer is larger than %d MiB.".formatted(LARGEST_ANSWER >> 20));
                }
                conversation.memory().take((long) COPIES * read);
                body.write(buffer, 0, read);
            }
            if (announced.isPresent() && body.size() < announced.getAsLong()) {
                throw new IOException(
                        "The answer was cut off after %d of %d bytes.".formatted(body.size(), announced.getAsLong()));
            }
            return body.toByteArray();
        }
    }

    private boolean isGood(ReceivedAnswer answer) {
        int status = answer.status();
        return (status >= 200 && status < 300) || accepted.contains(status);
    }

    private void judge(ReceivedAnswer answer) throws IOException {
        if (isGood(answer)) {
            return;
        }
        int status = answer.status();
        String what = "%s answered %d to GET %s%s"
                .formatted(conversation.terms().provider(), status, redacted(url), answer.explanation());
        Optional<Duration> pause = answer.header("retry-after")
                .flatMap(value -> RetryAfter.parse(value, conversation.clock().instant()));
        if (status == 429 || (status == 503 && pause.isPresent())) {
            throw new BusyException(what, pause.orElse(USUAL_PAUSE));
        }
        if (status >= 500 || status == 408) {
            throw new IOException(what);
        }
        throw switch (status) {
            case 401 ->
                new ConnectorException(
                        Reason.SETTINGS,
                        "%s. The credentials are wrong, expired or revoked. %s"
                                .formatted(what, conversation.terms().remedy()));
            case 402, 403 ->
                new ConnectorException(
                        Reason.SETTINGS,
                        "%s. The credentials lack a permission, or it was revoked. %s"
                                .formatted(what, conversation.terms().remedy()));
            case 404, 410 ->
                new ConnectorException(
                        Reason.GONE,
                        "%s. The account or what was asked for is not there. %s"
                                .formatted(what, conversation.terms().remedy()));
            case 301, 302, 303, 307, 308 ->
                new ConnectorException(
                        Reason.SETTINGS,
                        "%s. It moved to %s, and redirects are not followed. %s"
                                .formatted(
                                        what,
                                        answer.header("location")
                                                .map(this::host)
                                                .orElse("somewhere else"),
                                        conversation.terms().remedy()));
            default -> new ConnectorException(Reason.UNEXPECTED, what + ".");
        };
    }

    private String host(String location) {
        try {
            return Optional.ofNullable(URI.create(location).getHost()).orElse("another path");
        } catch (IllegalArgumentException e) {
            return "another place";
        }
    }

    private String redacted(String text) {
        return conversation.terms().redact().apply(text);
    }

    /** The provider wants to be left alone for a while. */
    private static final class BusyException extends IOException {
        private static final long serialVersionUID = 1L;

        private final Duration pause;

        BusyException(String message, Duration pause) {
            super(message);
            this.pause = pause;
        }

        Duration pause() {
            return pause;
        }
    }
}
