package dev.webhookdb.api;

import dev.webhookdb.account.Audit;
import dev.webhookdb.account.Role;
import dev.webhookdb.apply.LoggedWebhook;
import dev.webhookdb.apply.LoggedWebhook.Position;
import dev.webhookdb.apply.LoggedWebhook.State;
import dev.webhookdb.apply.Replays;
import dev.webhookdb.apply.Webhooks;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Integrations;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A member's routes to the webhook log: look what came and what became of it, and have it done again. Thread-safe. */
public final class WebhookRoutes implements HttpService {
    private static final String ORGANIZATION = "/v1/organizations/{org}";
    private static final String BASE = ORGANIZATION + "/webhooks";
    private static final int LISTED = 50;

    /** Without a state everything is done again, of which only so much at once is good for the database. */
    private static final Duration LONGEST_OF_EVERYTHING = Duration.ofHours(4);

    private static final Duration USUAL = Duration.ofHours(1);

    private static final List<List<String>> HEADERS = List.of(
            List.of("received_at", "Received At"),
            List.of("id", "Id"),
            List.of("table", "Table"),
            List.of("method", "Method"),
            List.of("state", "State"),
            List.of("reason", "Reason"));

    private final RequestAuthorizer members;
    private final Integrations integrations;
    private final Webhooks webhooks;
    private final Replays replays;
    private final Masking masking;
    private final Audit audit;
    private final Clock clock;

    /** Shows the log and replays from it; {@code masking} hides what is secret. */
    public WebhookRoutes(
            RequestAuthorizer members,
            Integrations integrations,
            Webhooks webhooks,
            Replays replays,
            Masking masking,
            Audit audit,
            Clock clock) {
        this.members = members;
        this.integrations = integrations;
        this.webhooks = webhooks;
        this.replays = replays;
        this.masking = masking;
        this.audit = audit;
        this.clock = clock;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get(BASE, members.member(BASE, Role.VIEWER, this::list))
                .get(BASE + "/counts", members.member(BASE + "/counts", Role.VIEWER, this::count))
                .get(BASE + "/{id}", members.member(BASE + "/{id}", Role.MEMBER, this::show))
                .post(ORGANIZATION + "/replay", members.member(ORGANIZATION + "/replay", Role.ADMIN, this::replay));
    }

    private JsonObjectBuilder list(Call call) {
        Parameters parameters = call.parameters();
        int limit = parameters.text("limit").map(LoggedWebhooks::limit).orElse(LISTED);
        List<LoggedWebhook> found = webhooks.newest(
                window(call, endpoint(call, "integration")),
                parameters.text("state").map(LoggedWebhooks::states).orElse(LoggedWebhooks.EVERY_STATE),
                parameters.text("cursor").map(WebhookRoutes::cursor),
                limit);
        JsonObjectBuilder list = Prompts.list(
                found.stream().map(LoggedWebhooks::shown).toList(),
                found.isEmpty() ? "There is no such webhook in the last seven days." : "",
                HEADERS);
        boolean more = found.size() == limit;
        return list.with("has_more", more)
                .with("next_cursor", more ? found.getLast().position().text() : "");
    }

    private JsonObjectBuilder count(Call call) {
        return LoggedWebhooks.counts(webhooks.counts(window(call, endpoint(call, "integration"))));
    }

    private JsonObjectBuilder show(Call call) {
        String id = call.part("id");
        Webhooks.Received received = Position.of(id)
                .flatMap(position -> webhooks.find(call.organization().id(), position))
                .orElseThrow(() -> new ApiException(
                        403, "forbidden", "There is no webhook '%s'; 'webhookdb logs' shows them.".formatted(id)));
        return masking.shown(received).with("message", "");
    }

    private JsonObjectBuilder replay(Call call) {
        Optional<String> state = call.parameters().text("state");
        Set<State> states = state.map(LoggedWebhooks::replayedStates).orElse(LoggedWebhooks.EVERY_STATE);
        Webhooks.Window window = replayed(call, states.size() > 1);
        Replays.Replayed replayed = replays.replay(window, states);
        audit.note(
                call.actor(),
                call.organization().id(),
                "replay webhooks",
                LoggedWebhooks.subject(replayed.queued(), state, window));
        return LoggedWebhooks.replayed(replayed);
    }

    private Webhooks.Window replayed(Call call, boolean everything) {
        Parameters parameters = call.parameters();
        Instant now = clock.instant();
        Optional<Instant> after = parameters.text("after").map(text -> Times.parse("after", text));
        Optional<Instant> before = parameters.text("before").map(text -> Times.parse("before", text));
        Duration hours = parameters.text("hours").map(WebhookRoutes::hours).orElse(USUAL);
        Instant until = before.orElse(now);
        Instant since = after.orElseGet(() -> until.minus(hours));
        if (!since.isBefore(until)) {
            throw ApiException.invalid("after", "'after' must be earlier than 'before'.");
        }
        if (since.isBefore(now.minus(Webhooks.REACH))) {
            throw ApiException.invalid("after", "Webhooks of the last seven days can be replayed, and none older.");
        }
        if (everything && Duration.between(since, until).compareTo(LONGEST_OF_EVERYTHING) > 0) {
            throw ApiException.invalid(
                    "hours",
                    "At most four hours of everything can be replayed at once; of one state, such as 'failed' or 'rejected', seven days.");
        }
        return new Webhooks.Window(
                call.organization().id(), endpoint(call, "service_integration_identifier"), since, until);
    }

    private Webhooks.Window window(Call call, Optional<String> endpoint) {
        Webhooks.Window all = Webhooks.Window.of(call.organization().id(), clock.instant());
        Parameters parameters = call.parameters();
        return new Webhooks.Window(
                all.organizationId(),
                endpoint,
                parameters.text("after").map(text -> Times.parse("after", text)).orElse(all.since()),
                parameters
                        .text("before")
                        .map(text -> Times.parse("before", text))
                        .orElse(all.until()));
    }

    private Optional<String> endpoint(Call call, String parameter) {
        return call.parameters()
                .text(parameter)
                .map(name -> JsonResponses.integration(
                        integrations, call.organization().id(), name, IntegrationHandlers.UNKNOWN))
                .map(Integration::opaqueId);
    }

    private static Duration hours(String text) {
        if (!text.matches("[0-9]{1,3}") || Integer.parseInt(text) < 1) {
            throw ApiException.invalid("hours", "'hours' must be a whole number from 1 on, not '%s'.".formatted(text));
        }
        return Duration.ofHours(Integer.parseInt(text));
    }

    private static Position cursor(String text) {
        return Position.of(text)
                .orElseThrow(() -> ApiException.invalid(
                        "cursor", "'%s' is no cursor: take next_cursor of the page before.".formatted(text)));
    }
}
