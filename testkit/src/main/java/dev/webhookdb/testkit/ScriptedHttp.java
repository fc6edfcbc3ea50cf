package dev.webhookdb.testkit;

import dev.webhookdb.json.JsonReader;
import dev.webhookdb.json.JsonWriter;
import dev.webhookdb.json.MalformedJsonException;
import dev.webhookdb.spi.ConnectorException;
import dev.webhookdb.spi.ConnectorException.Reason;
import dev.webhookdb.spi.Http;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Secret;
import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/** The platform's HTTP client as connectors see it, in front of a provider that answers with samples, or badly. */
final class ScriptedHttp implements Http {
    private final Function<Script.Asked, AnswerSample> provider;
    private final Trouble trouble;
    private final int troubledRequest;
    private final List<Script.Asked> asked = new ArrayList<>();

    private ScriptedHttp(Function<Script.Asked, AnswerSample> provider, Trouble trouble, int troubledRequest) {
        this.provider = provider;
        this.trouble = trouble;
        this.troubledRequest = troubledRequest;
    }

    static ScriptedHttp answering(Function<Script.Asked, AnswerSample> provider) {
        return new ScriptedHttp(provider, Trouble.none(), -1);
    }

    /** A provider that is in trouble at one request, counted from 0. */
    static ScriptedHttp troubled(Function<Script.Asked, AnswerSample> provider, Trouble trouble, int request) {
        return new ScriptedHttp(provider, trouble, request);
    }

    /** What goes wrong with a request. */
    record Trouble(String name, int status, Optional<String> body) {
        static Trouble none() {
            return new Trouble("no trouble", 200, Optional.empty());
        }

        static Trouble status(int status) {
            return new Trouble("status " + status, status, Optional.of("{\"error\":\"status %d\"}".formatted(status)));
        }

        static Trouble timeout() {
            return new Trouble("a time-out", 0, Optional.empty());
        }

        static Trouble interruption() {
            return new Trouble("an interruption", -1, Optional.empty());
        }

        static Trouble body(String name, String text) {
            return new Trouble(name, 200, Optional.of(text));
        }
    }

    /** Returns what was asked so far. */
    List<Script.Asked> asked() {
        return List.copyOf(asked);
    }

    @Override
    public Http.Call get(String url) {
        return new Call(url);
    }

    private final class Call implements Http.Call {
        private final String url;
        private final Map<String, String> query = new LinkedHashMap<>();
        private final Map<String, String> headers = new LinkedHashMap<>();
        private int[] accepted = {};

        Call(String url) {
            this.url = url;
        }

        @Override
        public Http.Call query(String name, String value) {
            query.merge(name, value, (one, other) -> one + "&" + other);
            return this;
        }

        @Override
        public Http.Call header(String name, String value) {
            headers.put(name, value);
            return this;
        }

        /** It authorizes, and no message may show it. */
        @Override
        public Http.Call header(String name, Secret value) {
            return this;
        }

        @Override
        public Http.Call bearer(Secret token) {
            return this;
        }

        @Override
        public Http.Call basic(String user, Secret password) {
            return this;
        }

        @Override
        public Http.Call accept(int... statuses) {
            accepted = statuses.clone();
            return this;
        }

        @Override
        public Http.Answer send() throws IOException, InterruptedException {
            var request = new Script.Asked(url, query, headers);
            asked.add(request);
            boolean troubled = asked.size() - 1 == troubledRequest;
            if (!troubled) {
                AnswerSample sample = provider.apply(request);
                return judged(sample.status(), JsonWriter.write(sample.answer()), sample.headers());
            }
            if (trouble.status() == 0) {
                throw new HttpTimeoutException("No answer came from %s within 30 seconds.".formatted(url));
            }
            if (trouble.status() < 0) {
                throw new InterruptedException("The host is stopping.");
            }
            return judged(trouble.status(), trouble.body().orElse(""), Map.of());
        }

        /** As {@link Http.Call#send} promises. */
        private Http.Answer judged(int status, String body, Map<String, String> headers) throws IOException {
            if (status / 100 == 2 || IntStream.of(accepted).anyMatch(one -> one == status)) {
                return new Answer(status, body, headers);
            }
            Optional<Reason> reason = Refusals.reason(status);
            if (reason.isPresent()) {
                throw new ConnectorException(
                        reason.get(),
                        "The provider refused with status %d: check whether the key is right and may read this."
                                .formatted(status));
            }
            throw new IOException("The provider still answers with status %d.".formatted(status));
        }
    }

    private record Answer(int status, String text, Map<String, String> headers) implements Http.Answer {
        @Override
        public Json json() throws IOException {
            try {
                return JsonReader.read(text.getBytes(StandardCharsets.UTF_8));
            } catch (MalformedJsonException e) {
                throw new IOException("The provider's answer is not JSON.", e);
            }
        }

        @Override
        public Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
        }
    }
}
