package dev.webhookdb.testkit;

import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Webhook.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a resource's webhooks are protected, found out by trying.
 *
 * @param secretHeaders the headers without any of which a genuine webhook is rejected
 */
record Protection(Kind kind, List<String> secretHeaders, boolean againstReplay) {
    private static final Duration LATER = Duration.ofDays(1);

    enum Kind {
        /** Anybody's webhooks are accepted. */
        NONE,
        /** Whoever knows the secret can say anything. */
        SECRET,
        /** The signature covers the body. */
        SIGNATURE
    }

    static Protection of(Subject subject) {
        boolean samples = subject.resource().webhook().isPresent()
                && !subject.samples().webhooks().isEmpty();
        if (!samples) {
            return new Protection(Kind.NONE, List.of(), false);
        }
        WebhookSample sample = subject.samples().webhooks().getFirst();
        Request genuine = subject.genuine(sample);
        List<String> secretHeaders = genuine.headers().keySet().stream()
                .filter(name -> !accepted(subject, without(sample, genuine, name)))
                .sorted()
                .toList();
        boolean open = accepted(subject, Subject.request(sample, genuine.receivedAt(), Map.of(), new byte[0]))
                || (secretHeaders.isEmpty() && accepted(subject, changed(sample, genuine)));
        Kind kind = open ? Kind.NONE : accepted(subject, changed(sample, genuine)) ? Kind.SECRET : Kind.SIGNATURE;
        boolean stale = accepted(subject, genuine) && !accepted(subject, later(sample, genuine, LATER));
        return new Protection(kind, secretHeaders, stale);
    }

    /** Whether the host would take the request in; an exception counts as a rejection there. */
    static boolean accepted(Subject subject, Request request) {
        try {
            return !(subject.verify(request) instanceof Verdict.Reject);
        } catch (RuntimeException e) {
            return false;
        }
    }

    static Request without(WebhookSample sample, Request genuine, String header) {
        Map<String, List<String>> headers = new LinkedHashMap<>(genuine.headers());
        headers.remove(header);
        return Subject.request(sample, genuine.receivedAt(), headers, bytes(genuine));
    }

    static Request later(WebhookSample sample, Request genuine, Duration delay) {
        return Subject.request(sample, genuine.receivedAt().plus(delay), genuine.headers(), bytes(genuine));
    }

    static byte[] bytes(Request request) {
        byte[] bytes = new byte[request.body().remaining()];
        request.body().get(bytes);
        return bytes;
    }

    /** A body that is as valid as before, but says something else, whatever its format is. */
    private static Request changed(WebhookSample sample, Request genuine) {
        byte[] changed = (sample.body() + "&a=1").getBytes(StandardCharsets.UTF_8);
        return Subject.request(sample, genuine.receivedAt(), genuine.headers(), changed);
    }
}
