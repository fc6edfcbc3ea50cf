package dev.webhookdb.api;

import dev.webhookdb.account.Organization;
import dev.webhookdb.account.Organizations;
import dev.webhookdb.apply.LoggedWebhook;
import dev.webhookdb.apply.Webhooks;
import dev.webhookdb.spi.Json;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The operator's routes to the webhook log: list, count, replay. Thread-safe. */
public final class OperatorWebhooks implements HttpService {
    private static final String PATH = "/v1/operator/organizations/{key}/webhooks";
    private static final int MOST_LISTED = 1_000;
    private static final int LISTED = 50;
    private static final Duration REPLAYED = Duration.ofHours(1);

    private final OperatorToken token;
    private final Organizations organizations;
    private final Webhooks webhooks;

    /** Authorizes by the token, and reads the log. */
    public OperatorWebhooks(OperatorToken token, Organizations organizations, Webhooks webhooks) {
        this.token = token;
        this.organizations = organizations;
        this.webhooks = webhooks;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get(PATH, token::require, this::listWebhooks)
                .get(PATH + "/counts", token::require, this::countWebhooks)
                .post(PATH + "/replay", token::require, this::replay);
    }

    private void listWebhooks(ServerRequest request, ServerResponse response) {
        Organization organization = Answers.organization(request, organizations);
        Optional<LoggedWebhook.State> state =
                request.query().first("state").asOptional().map(OperatorWebhooks::state);
        int limit = request.query()
                .first("limit")
                .asOptional()
                .map(OperatorWebhooks::limit)
                .orElse(LISTED);
        Answers.send(
                response,
                Answers.items(webhooks.newest(organization.id(), state, limit).stream()
                        .map(OperatorWebhooks::webhook)
                        .toList()));
    }

    private void countWebhooks(ServerRequest request, ServerResponse response) {
        Fields counts = new Fields();
        webhooks.counts(Answers.organization(request, organizations).id())
                .forEach((state, number) -> counts.with(state.text(), number));
        Answers.send(response, new Fields().with("counts", counts).with("message", ""));
    }

    private void replay(ServerRequest request, ServerResponse response) {
        Organization organization = Answers.organization(request, organizations);
        Json body = Answers.object(request);
        Instant now = Instant.now();
        LoggedWebhook.State state = state(body.text("state").orElse("failed"));
        if (state == LoggedWebhook.State.REJECTED || state == LoggedWebhook.State.PENDING) {
            throw new RefusedException(
                    400,
                    "invalid_input",
                    "Webhooks in the state '%s' cannot be replayed; failed, ignored and done ones can."
                            .formatted(state.text()));
        }
        long count = webhooks.replay(
                organization.id(),
                new Webhooks.Selection(
                        state,
                        body.text("integration").filter(id -> !id.isBlank()),
                        body.text("since").map(text -> instant("since", text)).orElse(now.minus(REPLAYED)),
                        body.text("until").map(text -> instant("until", text)).orElse(now)));
        Answers.send(
                response,
                new Fields().with("count", count).with("message", "%d webhooks are being replayed.".formatted(count)));
    }

    private static LoggedWebhook.State state(String text) {
        return LoggedWebhook.State.of(text)
                .orElseThrow(() -> new RefusedException(
                        400,
                        "invalid_input",
                        "There is no state '%s'; there are rejected, pending, done, ignored and failed."
                                .formatted(text)));
    }

    private static int limit(String text) {
        try {
            return Math.clamp(Long.parseLong(text), 1, MOST_LISTED);
        } catch (NumberFormatException e) {
            throw new RefusedException(
                    400,
                    "invalid_input",
                    "The limit must be a number from 1 to %d, not '%s'.".formatted(MOST_LISTED, text));
        }
    }

    private static Instant instant(String name, String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new RefusedException(
                    400,
                    "invalid_input",
                    "'%s' must be an instant such as 2026-01-31T12:00:00Z, not '%s'.".formatted(name, text));
        }
    }

    private static Fields webhook(LoggedWebhook webhook) {
        return new Fields()
                .with("id", Long.toString(webhook.id()))
                .with("received_at", webhook.receivedAt().toString())
                .with("opaque_id", webhook.opaqueId())
                .with("method", webhook.method())
                .with("state", webhook.state().text())
                .with("reason", webhook.reason().orElse(""))
                .with("attempts", webhook.attempts());
    }
}
