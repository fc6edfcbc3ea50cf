package dev.webhookdb.api;

import dev.webhookdb.account.Audit;
import dev.webhookdb.account.Organizations;
import dev.webhookdb.apply.LoggedWebhook.State;
import dev.webhookdb.apply.Replays;
import dev.webhookdb.apply.Webhooks;
import dev.webhookdb.spi.Json;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** The operator's routes to the webhook log: list, count, replay. Thread-safe. */
public final class OperatorWebhooks implements HttpService {
    private static final String PATH = "/v1/operator/organizations/{key}/webhooks";
    private static final int LISTED = 50;
    private static final Duration REPLAYED = Duration.ofHours(1);

    private final OperatorToken token;
    private final Organizations organizations;
    private final Webhooks webhooks;
    private final Replays replays;
    private final Audit audit;

    /** Authorizes by the token, and reads the log. */
    public OperatorWebhooks(
            OperatorToken token, Organizations organizations, Webhooks webhooks, Replays replays, Audit audit) {
        this.token = token;
        this.organizations = organizations;
        this.webhooks = webhooks;
        this.replays = replays;
        this.audit = audit;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get(PATH, token::require, this::listWebhooks)
                .get(PATH + "/counts", token::require, this::countWebhooks)
                .post(PATH + "/replay", token::require, this::replay);
    }

    private void listWebhooks(ServerRequest request, ServerResponse response) {
        Webhooks.Window window = Webhooks.Window.of(organization(request), Instant.now());
        Set<State> states = request.query()
                .first("state")
                .asOptional()
                .map(LoggedWebhooks::states)
                .orElse(LoggedWebhooks.EVERY_STATE);
        int limit = request.query()
                .first("limit")
                .asOptional()
                .map(LoggedWebhooks::limit)
                .orElse(LISTED);
        JsonResponses.send(
                response,
                JsonResponses.items(webhooks.newest(window, states, Optional.empty(), limit).stream()
                        .map(LoggedWebhooks::shown)
                        .toList()));
    }

    private void countWebhooks(ServerRequest request, ServerResponse response) {
        Webhooks.Window window = Webhooks.Window.of(organization(request), Instant.now());
        JsonResponses.send(response, LoggedWebhooks.counts(webhooks.counts(window)));
    }

    private void replay(ServerRequest request, ServerResponse response) {
        long organization = organization(request);
        Json body = JsonResponses.object(request);
        Instant now = Instant.now();
        String state = body.text("state").orElse("failed");
        Set<State> states = LoggedWebhooks.replayedStates(state);
        var window = new Webhooks.Window(
                organization,
                body.text("integration").filter(id -> !id.isBlank()),
                body.text("since").map(text -> Times.parse("since", text)).orElse(now.minus(REPLAYED)),
                body.text("until").map(text -> Times.parse("until", text)).orElse(now));
        Replays.Replayed replayed = replays.replay(window, states);
        audit.note(
                OperatorToken.actor(request),
                organization,
                "replay webhooks",
                LoggedWebhooks.subject(replayed.queued(), Optional.of(state), window));
        JsonResponses.send(response, LoggedWebhooks.replayed(replayed));
    }

    private long organization(ServerRequest request) {
        return JsonResponses.organization(request, organizations).id();
    }
}
