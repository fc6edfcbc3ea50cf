package dev.webhookdb.testkit.simulator;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/** What can go wrong with one request, at any provider. */
public sealed interface Fault {
    /**
     * An answer with a status of 400 or more, and the provider's own body for it.
     *
     * @param retryAfter the header {@code Retry-After}, as the provider would write it
     */
    record Status(int status, Optional<String> retryAfter) implements Fault {}

    /** A page for people, with status 200, as proxies and maintenance pages send it. */
    record HtmlPage() implements Fault {}

    /** Half of the right answer; then the connection ends. */
    record HalfAnswer() implements Fault {}

    /** The connection ends without an answer. */
    record NoAnswer() implements Fault {}

    /** An answer with a status, for example 500 or 503. */
    static Fault status(int status) {
        return new Status(status, Optional.empty());
    }

    /** Too many requests, without saying when to come back. */
    static Fault tooManyRequests() {
        return status(429);
    }

    /** Too many requests: come back after so many seconds, rounded up. */
    static Fault tooManyRequests(Duration retryAfter) {
        long seconds = retryAfter.plusMillis(999).toSeconds();
        return new Status(429, Optional.of(Long.toString(seconds)));
    }

    /** Too many requests: come back at an instant, which is written as an HTTP date. */
    static Fault tooManyRequests(Instant retryAt) {
        String date = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
                .format(retryAt.atOffset(ZoneOffset.UTC));
        return new Status(429, Optional.of(date));
    }

    static Fault htmlPage() {
        return new HtmlPage();
    }

    static Fault halfAnswer() {
        return new HalfAnswer();
    }

    static Fault noAnswer() {
        return new NoAnswer();
    }
}
