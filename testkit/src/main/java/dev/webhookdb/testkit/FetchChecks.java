package dev.webhookdb.testkit;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.webhookdb.spi.ConnectorException;
import dev.webhookdb.spi.ConnectorException.Reason;
import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Json;
import dev.webhookdb.testkit.ScriptedHttp.Trouble;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;

/** What an event only names is fetched, or it is known why not. */
final class FetchChecks {
    private final Subject subject;

    FetchChecks(Subject subject) {
        this.subject = subject;
    }

    /** Returns what the samples' events name, as the provider answers it. */
    static List<Json> fetched(Subject subject) throws IOException, InterruptedException {
        List<Json> fetched = new ArrayList<>();
        var listing = new Listing(subject);
        for (Item.Fetch fetch : fetches(subject)) {
            Json answer = fetch.fetcher().fetch(listing.context(ScriptedHttp.answering(listing.script()::answer)));
            fetched.addAll(fetch.isOfSeveral() ? ((Json.Arr) answer).items() : List.of(answer));
        }
        return fetched;
    }

    Stream<DynamicNode> tests() {
        return fetches(subject).isEmpty()
                ? Stream.of()
                : Stream.of(
                        dynamicTest("what an event names is fetched", this::complete),
                        dynamicTest("what cannot be fetched is tried again, or explained", this::trouble));
    }

    private static List<Item.Fetch> fetches(Subject subject) {
        List<Item.Fetch> fetches = new ArrayList<>();
        if (subject.resource().webhook().isPresent()) {
            for (WebhookSample sample : subject.samples().webhooks()) {
                for (Item item : subject.read(sample)) {
                    if (item instanceof Item.Fetch fetch) {
                        fetches.add(fetch);
                    }
                }
            }
        }
        return fetches;
    }

    private void complete() throws IOException, InterruptedException {
        for (Json fetched : fetched(subject)) {
            Require.that(
                    subject.key(fetched).isPresent(),
                    "What is fetched has no '%s', which is the key of %s."
                            .formatted(String.join(".", subject.resource().key().path()), subject.service()),
                    "Return the resource itself and not what is around it.");
        }
    }

    private void trouble() {
        for (Trouble trouble : List.of(
                Trouble.status(401),
                Trouble.status(404),
                Trouble.status(410),
                Trouble.status(429),
                Trouble.status(500),
                Trouble.timeout(),
                Trouble.body("an HTML page", "<html></html>"))) {
            for (Item.Fetch fetch : fetches(subject)) {
                Exception outcome = outcome(fetch, trouble);
                boolean right = switch (outcome) {
                    case ConnectorException e ->
                        Refusals.reason(trouble.status())
                                .map(reason -> reason == e.reason())
                                .orElse(e.reason() == Reason.UNEXPECTED || e.reason() == Reason.TRANSIENT);
                    case IOException e -> Refusals.reason(trouble.status()).isEmpty();
                    case Exception e -> false;
                };
                Require.that(
                        right,
                        "With %s, fetching throws %s.".formatted(trouble.name(), outcome),
                        "Let what Http.Call.send and Answer.json throw pass, and catch nothing.");
            }
        }
    }

    private Exception outcome(Item.Fetch fetch, Trouble trouble) {
        var listing = new Listing(subject);
        Function<Script.Asked, AnswerSample> provider = listing.script()::answer;
        try {
            Json fetched = fetch.fetcher().fetch(listing.context(ScriptedHttp.troubled(provider, trouble, 0)));
            Require.failed(
                    "With %s, something is fetched as if nothing had happened: %s".formatted(trouble.name(), fetched),
                    "Let what Http.Call.send and Answer.json throw pass, and catch nothing.");
            return new IllegalStateException("unreachable");
        } catch (IOException | InterruptedException | RuntimeException e) {
            return e;
        }
    }
}
