package dev.webhookdb.testkit;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.webhookdb.json.MalformedJsonException;
import dev.webhookdb.spi.ConnectorException;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Webhook.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;

/** Only the provider is believed, and whatever else arrives is answered with a reason and at once. */
final class VerificationChecks {
    private static final String REJECT =
            "Compare the whole signature over the exact bytes of Request.body(), with one of Verifiers or"
                    + " Secret.matches.";

    /** Beyond it the host interrupts a verifier. */
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private static final int EVERY_BIT = 2_048;
    private static final int RANDOM_REQUESTS = 300;
    private static final int HUGE = 5_000_000;

    private final Subject subject;
    private final Protection protection;

    VerificationChecks(Subject subject) {
        this.subject = subject;
        this.protection = Protection.of(subject);
    }

    Stream<DynamicNode> tests() {
        Stream<DynamicNode> ofSamples = subject.samples().webhooks().stream().flatMap(this::tests);
        return Stream.concat(
                ofSamples,
                Stream.of(
                        dynamicTest("what it takes to verify is asked for with webhooks", this::askedFor),
                        dynamicTest("random requests are rejected, and quickly", this::randomRequests),
                        dynamicTest(
                                "without settings nothing is accepted, and the operator is told", this::noSettings)));
    }

    private Stream<DynamicNode> tests(WebhookSample sample) {
        Stream<DynamicNode> genuine =
                Stream.of(dynamicTest(sample.name() + ": genuine, it is accepted", () -> genuine(sample)));
        Stream<DynamicNode> secret = Stream.of(
                dynamicTest(sample.name() + ": with another secret it is rejected", () -> otherSecret(sample)),
                dynamicTest(sample.name() + ": without its headers it is rejected", () -> missingHeaders(sample)),
                dynamicTest(
                        sample.name() + ": with any bit of its secret headers flipped it is rejected",
                        () -> headerBits(sample)));
        Stream<DynamicNode> signature = Stream.of(dynamicTest(
                sample.name() + ": with any bit of its body flipped it is rejected", () -> bodyBits(sample)));
        return switch (protection.kind()) {
            case NONE -> genuine;
            case SECRET -> Stream.of(genuine, secret).flatMap(all -> all);
            case SIGNATURE -> Stream.of(genuine, secret, signature).flatMap(all -> all);
        };
    }

    private void genuine(WebhookSample sample) {
        Verdict verdict = subject.verify(subject.genuine(sample));
        if (verdict instanceof Verdict.Reject(String reason)) {
            Require.failed(
                    "The genuine webhook %s is rejected: %s".formatted(sample.name(), reason),
                    "If the sample was recorded with its signature, give it \"received_at\" and the secret in settings(). Else override"
                            + " sign(...) in your test to sign as the provider does.");
        }
        Verdict soon = subject.verify(Protection.later(sample, subject.genuine(sample), Duration.ofSeconds(30)));
        Require.that(
                !(soon instanceof Verdict.Reject),
                "The genuine webhook %s is rejected if it takes half a minute to arrive.".formatted(sample.name()),
                "Tolerate a few minutes between the signature and Request.receivedAt().");
    }

    /** An integration without a backfill is complete when what its webhooks need was supplied. */
    private void askedFor() {
        KitSettings asked = subject.settings().askedFor(subject.resource());
        for (WebhookSample sample : subject.samples().webhooks()) {
            try {
                subject.verify(subject.genuine(sample), asked);
            } catch (ConnectorException e) {
                Require.failed(
                        "%s cannot be verified with what is asked for with webhooks: %s"
                                .formatted(sample.name(), e.getMessage()),
                        "Declare the setting with Purpose.WEBHOOK, or the webhook fetching(), so that nobody is told 'Done!' who is not.");
            }
        }
    }

    private void otherSecret(WebhookSample sample) {
        KitSettings others = subject.settings().withOtherSecrets(subject.resource());
        Verdict verdict = subject.verify(subject.genuine(sample), others);
        Require.that(
                verdict instanceof Verdict.Reject,
                "%s is accepted although it was signed with another secret.".formatted(sample.name()),
                REJECT);
    }

    private void missingHeaders(WebhookSample sample) {
        Request genuine = subject.genuine(sample);
        Request bare = Subject.request(sample, genuine.receivedAt(), Map.of(), Protection.bytes(genuine));
        requireRejected(bare, sample.name() + " without any header");
        for (String name : protection.secretHeaders()) {
            requireRejected(
                    Protection.without(sample, genuine, name),
                    "%s without the header %s".formatted(sample.name(), name));
            requireRejected(
                    with(sample, genuine, name, ""), "%s with an empty header %s".formatted(sample.name(), name));
        }
    }

    private void headerBits(WebhookSample sample) {
        Request genuine = subject.genuine(sample);
        for (String name : protection.secretHeaders()) {
            String value = genuine.header(name).orElseThrow();
            for (int at = 0; at < value.length(); at++) {
                for (int bit = 0; bit < 8; bit++) {
                    var flipped = new StringBuilder(value);
                    flipped.setCharAt(at, (char) (value.charAt(at) ^ (1 << bit)));
                    if (!flipped.toString().equalsIgnoreCase(value)) {
                        requireRejected(
                                with(sample, genuine, name, flipped.toString()),
                                "%s with bit %d of character %d of the header %s flipped"
                                        .formatted(sample.name(), bit, at, name));
                    }
                }
            }
        }
    }

    private void bodyBits(WebhookSample sample) {
        Request genuine = subject.genuine(sample);
        byte[] body = Protection.bytes(genuine);
        Optional<Json> meaning = parsed(genuine);
        for (int at = 0; at < body.length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                if (body.length > EVERY_BIT && bit != at % 8) {
                    continue;
                }
                byte[] flipped = body.clone();
                flipped[at] ^= (byte) (1 << bit);
                Request forged = Subject.request(sample, genuine.receivedAt(), genuine.headers(), flipped);
                // a signature over decoded parameters cannot tell %2f from %2F, and need not
                boolean sameMeaning = parsed(forged).equals(meaning);
                Require.that(
                        sameMeaning || subject.verify(forged) instanceof Verdict.Reject,
                        "%s is accepted with bit %d of byte %d of its body flipped.".formatted(sample.name(), bit, at),
                        REJECT);
            }
        }
    }

    private Optional<Json> parsed(Request request) {
        return switch (subject.webhook().format()) {
            case JSON -> Optional.empty();
            case FORM -> {
                try {
                    yield Optional.of(subject.body(request));
                } catch (MalformedJsonException e) {
                    yield Optional.empty();
                }
            }
        };
    }

    private void randomRequests() {
        List<String> names = new ArrayList<>(protection.secretHeaders());
        names.addAll(List.of("content-type", "authorization", "x-signature"));
        Random random = new Random(20_240_506);
        for (int i = 0; i < RANDOM_REQUESTS; i++) {
            tryOne(random, names, randomBody(random, i));
        }
    }

    private byte[] randomBody(Random random, int round) {
        int size = round == 0 ? HUGE : random.nextInt(4) == 0 ? 0 : random.nextInt(3_000);
        byte[] body = new byte[size];
        random.nextBytes(body);
        List<WebhookSample> samples = subject.samples().webhooks();
        boolean cut = random.nextInt(3) == 0 && !samples.isEmpty();
        if (cut) {
            String sample = samples.get(random.nextInt(samples.size())).body();
            return sample.substring(0, random.nextInt(sample.length() + 1)).getBytes(StandardCharsets.UTF_8);
        }
        return body;
    }

    private void tryOne(Random random, List<String> names, byte[] body) {
        Map<String, List<String>> headers = new HashMap<>();
        for (String name : names) {
            if (random.nextBoolean()) {
                headers.put(name, List.of(randomValue(random)));
            }
        }
        String method = List.of("POST", "GET", "PUT", "").get(random.nextInt(4));
        String url = List.of("https://webhooks.example.com/", "https://webhooks.example.com/?a=%zz&=&b", "/", "")
                .get(random.nextInt(4));
        Request request = Request.of(subject.now(), method, url, headers, body);
        long start = System.nanoTime();
        Verdict verdict = verdictOn(request, headers);
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        Require.that(
                took.compareTo(LIMIT) < 0,
                "Verifying %d bytes with the headers %s took %d ms; the host interrupts a verifier after %d ms."
                        .formatted(body.length, headers.keySet(), took.toMillis(), LIMIT.toMillis()),
                "Do no I/O and use no regular expression that backtracks: one pass over the body is enough.");
        Require.that(
                protection.kind() == Protection.Kind.NONE || verdict instanceof Verdict.Reject,
                "A random request with the headers %s is accepted.".formatted(headers),
                REJECT);
    }

    private Verdict verdictOn(Request request, Map<String, List<String>> headers) {
        try {
            return subject.verify(request);
        } catch (RuntimeException e) {
            throw new AssertionError(
                    "The verifier throws %s on a request with the headers %s.\n  What to do: Return Verdict.reject(reason), so that the operator sees a reason."
                            .formatted(e, shortened(headers)),
                    e);
        }
    }

    private static String randomValue(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> "";
            case 1 -> "t=1,v1=".repeat(10_000);
            case 2 -> "t=99999999999999999999999,v1=ff,v1";
            case 3 -> "Basic \u0000\u00ff=====";
            case 4 -> "sha256=" + "z".repeat(random.nextInt(80));
            default ->
                random.ints(random.nextInt(1, 60), 0, 0x3ff)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
        };
    }

    private static String shortened(Map<String, List<String>> headers) {
        String text = headers.toString();
        return text.length() < 300 ? text : text.substring(0, 300) + "...";
    }

    private void noSettings() {
        for (WebhookSample sample : subject.samples().webhooks()) {
            if (protection.kind() == Protection.Kind.NONE) {
                return;
            }
            try {
                Verdict verdict = subject.verify(subject.genuine(sample), KitSettings.none(subject.resource()));
                Require.that(
                        verdict instanceof Verdict.Reject,
                        "%s is accepted although no secret was supplied.".formatted(sample.name()),
                        "Get the secret with Settings.secret, which complains if there is none.");
            } catch (ConnectorException e) {
                Require.that(
                        e.reason() == ConnectorException.Reason.SETTINGS,
                        "Without settings the verifier throws a ConnectorException for %s.".formatted(e.reason()),
                        "Let the exception of Settings.secret pass: its reason is SETTINGS.");
            }
        }
    }

    private void requireRejected(Request request, String what) {
        Require.that(subject.verify(request) instanceof Verdict.Reject, what + " is accepted.", REJECT);
    }

    private static Request with(WebhookSample sample, Request genuine, String header, String value) {
        Map<String, List<String>> headers = new LinkedHashMap<>(genuine.headers());
        headers.put(header, List.of(value));
        return Subject.request(sample, genuine.receivedAt(), headers, Protection.bytes(genuine));
    }
}
