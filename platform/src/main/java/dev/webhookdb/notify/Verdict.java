package dev.webhookdb.notify;

import dev.webhookdb.observe.NotifyMetrics;
import dev.webhookdb.outbound.Delivered;
import dev.webhookdb.outbound.Delivered.Answered;
import dev.webhookdb.outbound.Delivered.Unanswered;
import dev.webhookdb.outbound.RetryAfter;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What an attempt means.
 *
 * @param kind what follows from it
 * @param error why it did not succeed: a sentence; empty if it did
 * @param wish for how long the receiver wants to be left alone
 */
record Verdict(Kind kind, Optional<String> error, Optional<Duration> wish) {
    private static final int LONGEST_LOCATION = 300;

    /** What follows. */
    enum Kind {
        /** It was taken. */
        DELIVERED,
        /** It was refused; the endpoint itself is there. */
        REFUSED,
        /** The endpoint is down or overloaded. */
        DOWN,
        /** The receiver wants no more attempts of this. */
        ABORTED,
        /** The receiver wants nothing any more. */
        UNWANTED
    }

    /** Judges by what was answered. */
    static Verdict of(Delivered delivered, Instant now) {
        return switch (delivered) {
            case Unanswered unanswered -> new Verdict(Kind.DOWN, Optional.of(unanswered.sentence()), Optional.empty());
            case Answered answered -> of(answered, now);
        };
    }

    /** Of what cannot be sent any more. */
    static Verdict gone() {
        return new Verdict(Kind.ABORTED, Optional.of("The event is not kept any more."), Optional.empty());
    }

    /** Of what the host could not do, which says nothing of the endpoint. */
    static Verdict defect(RuntimeException failure) {
        return new Verdict(
                Kind.REFUSED,
                Optional.of("The host met an unexpected %s; its log says where."
                        .formatted(failure.getClass().getSimpleName())),
                Optional.empty());
    }

    NotifyMetrics.Outcome outcome() {
        return switch (kind) {
            case DELIVERED -> NotifyMetrics.Outcome.DELIVERED;
            case REFUSED, ABORTED, UNWANTED -> NotifyMetrics.Outcome.REFUSED;
            case DOWN -> NotifyMetrics.Outcome.DOWN;
        };
    }

    private static Verdict of(Answered answer, Instant now) {
        int status = answer.status();
        if (status / 100 == 2) {
            return new Verdict(Kind.DELIVERED, Optional.empty(), Optional.empty());
        }
        String said = "The endpoint answered %d".formatted(status);
        String wanted = answer.header("webhook-delivery").map(String::strip).orElse("");
        if (status == 410) {
            return new Verdict(Kind.UNWANTED, Optional.of(said + ": it is gone for good."), Optional.empty());
        }
        if (wanted.equalsIgnoreCase("disable")) {
            return new Verdict(
                    Kind.UNWANTED, Optional.of(said + ", and that it wants nothing any more."), Optional.empty());
        }
        if (wanted.equalsIgnoreCase("abort-message")) {
            return new Verdict(
                    Kind.ABORTED, Optional.of(said + ", and that this is not to be tried again."), Optional.empty());
        }
        if (status / 100 == 3) {
            return new Verdict(Kind.REFUSED, Optional.of(redirected(said, answer)), Optional.empty());
        }
        Optional<Duration> wish = status == 429 || status == 503
                ? answer.header("retry-after").flatMap(text -> RetryAfter.parse(text, now))
                : Optional.empty();
        Kind kind = status == 429 || status >= 500 ? Kind.DOWN : Kind.REFUSED;
        return new Verdict(kind, Optional.of(said + "."), wish);
    }

    private static String redirected(String said, Answered answer) {
        String location = answer.header("location")
                .map(text -> text.length() > LONGEST_LOCATION ? text.substring(0, LONGEST_LOCATION) + "..." : text)
                .orElse("where it says");
        return "%s. Redirects are not followed: change the URL to %s.".formatted(said, location);
    }
}
