package dev.webhookdb.destinations.sqs;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.Set;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpResponse;

/** The JDK's client, for the SDK in tests. */
final class PlainHttp implements SdkHttpClient {
    private static final Set<String> ITS_OWN = Set.of("host", "content-length", "expect");

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        return new ExecutableHttpRequest() {
            @Override
            public HttpExecuteResponse call() throws IOException {
                return sent(request);
            }

            @Override
            public void abort() {
                // the tests do not
            }
        };
    }

    private HttpExecuteResponse sent(HttpExecuteRequest request) throws IOException {
        HttpRequest.Builder sent = HttpRequest.newBuilder(request.httpRequest().getUri());
        request.httpRequest().forEachHeader((name, values) -> {
            if (!ITS_OWN.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> sent.header(name, value));
            }
        });
        byte[] body = request.contentStreamProvider()
                .map(content -> {
                    try (var stream = content.newStream()) {
                        return stream.readAllBytes();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .orElse(new byte[0]);
        sent.method(request.httpRequest().method().name(), HttpRequest.BodyPublishers.ofByteArray(body));
        try {
            HttpResponse<InputStream> answer = client.send(sent.build(), HttpResponse.BodyHandlers.ofInputStream());
            return HttpExecuteResponse.builder()
                    .response(SdkHttpResponse.builder()
                            .statusCode(answer.statusCode())
                            .headers(answer.headers().map())
                            .build())
                    .responseBody(AbortableInputStream.create(answer.body()))
                    .build();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", e);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
