package dev.webhookdb.testkit;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.webhookdb.spi.Backfill;
import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Webhook.Verdict;
import dev.webhookdb.testkit.ScriptedHttp.Trouble;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;

/** No secret turns up where a log, an error or a table would show it. */
final class HygieneChecks {
    /** Shorter ones would be found everywhere by accident. */
    private static final int RECOGNIZABLE = 8;

    private final Subject subject;

    HygieneChecks(Subject subject) {
        this.subject = subject;
    }

    Stream<DynamicNode> tests() {
        Stream<DynamicNode> webhooks = subject.resource().webhook().stream()
                .map(webhook -> dynamicTest("no secret in what is said about webhooks", this::webhooks));
        Stream<DynamicNode> backfill = subject.resource().backfill().stream()
                .filter(declared -> !subject.samples().pages().isEmpty())
                .map(declared ->
                        dynamicTest("no secret in addresses, cursors and failures of the backfill", this::backfill));
        return Stream.concat(webhooks, backfill);
    }

    private void webhooks() {
        for (WebhookSample sample : subject.samples().webhooks()) {
            Request genuine = subject.genuine(sample);
            byte[] other = "{\"forged\":true}".getBytes(StandardCharsets.UTF_8);
            said(sample, genuine);
            said(sample, Subject.request(sample, genuine.receivedAt(), Map.of(), other));
            said(sample, Subject.request(sample, genuine.receivedAt(), genuine.headers(), other));
            subject.read(sample).forEach(this::requireClean);
        }
    }

    private void said(WebhookSample sample, Request request) {
        try {
            switch (subject.verify(request)) {
                case Verdict.Reject(String reason) -> requireClean("the reason for a rejection", reason);
                case Verdict.Accept accept ->
                    accept.answer().ifPresent(answer -> requireClean("the answer to " + sample.name(), answer.body()));
                case Verdict.Answer answer ->
                    requireClean(
                            "the answer to " + sample.name(), answer.response().body());
            }
        } catch (RuntimeException e) {
            requireClean("an exception of the verifier", trace(e));
        }
    }

    private void requireClean(Item item) {
        requireClean("an item's text", item.toString());
        switch (item) {
            case Item.Upsert upsert -> {
                requireClean("a row", upsert.resource().toString());
                requireClean("an event's id", upsert.event().orElse(""));
            }
            case Item.Delete delete -> requireClean("a key", delete.key());
            case Item.Fetch fetch ->
                requireClean("the text of what fetches", fetch.fetcher().toString());
        }
    }

    private void backfill() throws IOException, InterruptedException {
        var listing = new Listing(subject);
        for (Listing.Step step : listing.everything()) {
            step.asked().forEach(asked -> requireClean("an address, which is logged", asked.url()));
            requireClean("a cursor, which is kept and shown", step.page().next().orElse(""));
            step.page().resources().forEach(one -> requireClean("a row", one.toString()));
        }
        for (Trouble trouble : List.of(
                Trouble.status(401),
                Trouble.status(404),
                Trouble.status(500),
                Trouble.body("an HTML page", "<html></html>"),
                Trouble.body("an empty object", "{}"))) {
            Function<Script.Asked, AnswerSample> provider = listing.script()::answer;
            Backfill.Context context = listing.context(ScriptedHttp.troubled(provider, trouble, 0));
            try {
                listing.page(Optional.empty(), context);
            } catch (IOException | RuntimeException e) {
                requireClean("an exception of the backfill", trace(e));
            }
        }
    }

    private void requireClean(String where, String text) {
        for (String secret : subject.settings().secrets()) {
            byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
            boolean leaked = Stream.of(
                            secret,
                            URLEncoder.encode(secret, StandardCharsets.UTF_8),
                            Base64.getEncoder().encodeToString(bytes))
                    .anyMatch(form -> secret.length() >= RECOGNIZABLE && text.contains(form));
            Require.that(
                    !leaked,
                    "A secret stands in %s.".formatted(where),
                    "Leave it out. Secret.toString() masks itself: do not put Secret.reveal() into anything but a request's headers or parameters.");
        }
    }

    private static String trace(Throwable thrown) {
        var text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
