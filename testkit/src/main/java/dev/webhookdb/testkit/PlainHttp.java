package dev.webhookdb.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.webhookdb.spi.ConnectorException;
import dev.webhookdb.spi.ConnectorException.Reason;
import dev.webhookdb.spi.Http;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.stream.IntStream;

/** The JDK's HTTP client, as connectors see the platform's: each request is sent once. */
final class PlainHttp implements Http {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @Override
    public Http.Call get(String url) {
        return new Call(url);
    }

    private static final class Call implements Http.Call {
        private final String url;
        private final HttpRequest.Builder request = HttpRequest.newBuilder().timeout(TIMEOUT);
        private final StringJoiner query = new StringJoiner("&", "?", "").setEmptyValue("");
        private int[] accepted = {};

        Call(String url) {
            this.url = url;
        }

        @Override
        public Http.Call query(String name, String value) {
            query.add(URLEncoder.encode(name, UTF_8) + "=" + URLEncoder.encode(value, UTF_8));
            return this;
        }

        @Override
        public Http.Call header(String name, String value) {
            request.header(name, value);
            return this;
        }

        @Override
        public Http.Call bearer(Secret token) {
            return header("Authorization", "Bearer " + token.reveal());
        }

        @Override
        public Http.Call basic(String user, Secret password) {
            byte[] pair = (user + ":" + password.reveal()).getBytes(UTF_8);
            return header("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair));
        }

        @Override
        public Http.Call accept(int... statuses) {
            accepted = statuses.clone();
            return this;
        }

        @Override
        public Http.Answer send() throws IOException, InterruptedException {
            HttpResponse<String> response =
                    CLIENT.send(request.uri(URI.create(url + query)).build(), BodyHandlers.ofString(UTF_8));
            int status = response.statusCode();
            boolean good = status / 100 == 2 || IntStream.of(accepted).anyMatch(one -> one == status);
            if (good) {
                return new Answer(response);
            }
            String problem = "%s was answered with status %d.".formatted(url, status);
            Optional<Reason> reason = Refusals.reason(status);
            if (reason.isPresent()) {
                throw new ConnectorException(reason.get(), problem);
            }
            throw new IOException(problem);
        }
    }

    private record Answer(HttpResponse<String> response) implements Http.Answer {
        @Override
        public int status() {
            return response.statusCode();
        }

        @Override
        public Json json() throws IOException {
            try {
                return JsonReading.read(text());
            } catch (IllegalArgumentException e) {
                throw new IOException(e.getMessage(), e);
            }
        }

        @Override
        public String text() {
            return response.body();
        }

        @Override
        public Optional<String> header(String name) {
            return response.headers().firstValue(name);
        }
    }
}
