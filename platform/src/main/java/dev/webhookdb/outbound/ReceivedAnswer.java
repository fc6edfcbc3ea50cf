package dev.webhookdb.outbound;

import dev.webhookdb.spi.ConnectorException;
import dev.webhookdb.spi.Http;
import dev.webhookdb.spi.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a provider answered. */
final class ReceivedAnswer implements Http.Answer {
    private static final int LONGEST_EXPLANATION = 200;

    /** Bytes that are looked at for an explanation: enough for it and for any secret that begins in it. */
    private static final int MOST_EXPLAINED = 16 << 10;

    private final int status;
    private final Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final byte[] body;
    private final CallRequests.Terms terms;
    private final AnswerMemory memory;

    ReceivedAnswer(
            int status, Map<String, List<String>> headers, byte[] body, CallRequests.Terms terms, AnswerMemory memory) {
        this.status = status;
        this.headers.putAll(headers);
        this.body = body;
        this.terms = terms;
        this.memory = memory;
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public Json json() throws IOException {
        take(terms.weight().applyAsLong(body));
        try {
            return terms.parser().apply(body);
        } catch (RuntimeException e) {
            throw new IOException(
                    "%s answered with something that is not JSON (%s, %d bytes)"
                            .formatted(terms.provider(), header("content-type").orElse("of no type"), body.length),
                    e);
        }
    }

    private void take(long bytes) {
        try {
            memory.take(bytes);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConnectorException(ConnectorException.Reason.TRANSIENT, "The host stops.");
        }
    }

    @Override
    public String text() {
        take(2L * body.length);
        return new String(body, StandardCharsets.UTF_8);
    }

    @Override
    public Optional<String> header(String name) {
        return headers.getOrDefault(name, List.of()).stream().findFirst();
    }

    /** The provider's clock when it answered. */
    Optional<Instant> date() {
        return header("date").flatMap(text -> {
            try {
                return Optional.of(
                        ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME.withLocale(Locale.ROOT))
                                .toInstant());
            } catch (DateTimeException e) {
                return Optional.empty();
            }
        });
    }

    /** What the provider says about an error, in brackets and without secrets; nothing if it is a page for browsers. */
    String explanation() {
        String begin = new String(body, 0, Math.min(body.length, MOST_EXPLAINED), StandardCharsets.UTF_8);
        String text = terms.redact().apply(begin).strip().replaceAll("\\s+", " ");
        if (text.isEmpty() || text.startsWith("<")) {
            return "";
        }
        return text.length() > LONGEST_EXPLANATION
                ? " (%s...)".formatted(text.substring(0, LONGEST_EXPLANATION))
                : " (%s)".formatted(text);
    }
}
