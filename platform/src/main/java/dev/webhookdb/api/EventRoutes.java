package dev.webhookdb.api;

import dev.webhookdb.account.Actor;
import dev.webhookdb.account.Role;
import dev.webhookdb.event.Event;
import dev.webhookdb.event.Events;
import dev.webhookdb.event.LostEventsException;
import dev.webhookdb.notify.EventType;
import dev.webhookdb.notify.EventTypes;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What can happen, and what happened: pulled by programs, in order, instead of being sent to them. Thread-safe. */
public final class EventRoutes implements HttpService {
    private static final String TYPES = "/v1/event-types";
    private static final String TYPE = TYPES + "/{type}";
    private static final String EVENTS = "/v1/events";
    private static final String EVENT = EVENTS + "/{id}";
    private static final String KEYS = "/.well-known/webhook-signing-keys";
    private static final int USUAL = 100;
    private static final int LONGEST_WAIT_SECONDS = 30;

    private final RequestAuthorizer members;
    private final EventTypes types;
    private final Events events;
    private final Supplier<String> signingKey;

    /** @param signingKey returns the public key of the installation's signatures, {@code whpk_...} */
    public EventRoutes(RequestAuthorizer members, EventTypes types, Events events, Supplier<String> signingKey) {
        this.members = members;
        this.types = types;
        this.events = events;
        this.signingKey = signingKey;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get(TYPES, members.anybody(TYPES, this::listTypes))
                .get(TYPE, this::showType)
                .get(EVENTS, members.answeringAnywhere(EVENTS, Role.VIEWER, this::pull))
                .get(EVENT, members.answeringAnywhere(EVENT, Role.VIEWER, this::show))
                .get(KEYS, this::keys);
    }

    private JsonObjectBuilder listTypes(Actor actor, Parameters parameters) {
        boolean schemas = !parameters.has("schemas") || parameters.isTrue("schemas");
        return new JsonObjectBuilder()
                .with(
                        "data",
                        types.all().stream().map(type -> shown(type, schemas)).toList());
    }

    private void showType(ServerRequest request, ServerResponse response) {
        members.actor(request);
        String name = request.path().pathParameters().get("type");
        EventType found = types.find(name)
                .orElseThrow(() -> new ApiException(
                        404, "not_found", "There is no event '%s'; GET /v1/event-types lists them.".formatted(name)));
        JsonResponses.send(response, shown(found, true));
    }

    private static JsonObjectBuilder shown(EventType type, boolean schema) {
        JsonObjectBuilder fields = new JsonObjectBuilder()
                .with("name", type.name())
                .with("description", type.description())
                .with("group", type.group());
        return schema ? fields.with("schema", EventTypes.schema(type)) : fields;
    }

    private Consumer<ServerResponse> pull(Call call) {
        Parameters parameters = call.parameters();
        long organization = call.organization().id();
        int limit = parameters.text("limit").map(LoggedWebhooks::limit).orElse(USUAL);
        EventPage.Wanted wanted = EventPage.Wanted.of(parameters.text("types"));
        Duration patience = parameters.text("wait").map(EventRoutes::patience).orElse(Duration.ZERO);
        events.pulled(organization);
        long after = parameters.text("after").map(EventRoutes::cursor).orElseGet(() -> events.latest(organization));
        try {
            return EventPage.read(events, organization, after, limit, wanted, patience);
        } catch (LostEventsException e) {
            throw new ApiException(
                    410,
                    "events_gone",
                    "Events after %d are not kept any more. Read what you need from the tables, and go on with after=%d, which is the oldest that is there."
                            .formatted(after, e.keptAfter()),
                    new JsonObjectBuilder().with("kept_after", Long.toString(e.keptAfter())));
        }
    }

    private static Duration patience(String text) {
        if (!text.matches("\\d{1,2}") || Integer.parseInt(text) > LONGEST_WAIT_SECONDS) {
            throw ApiException.invalid(
                    "wait",
                    "'wait' must be a number of seconds from 0 to %d, not '%s'.".formatted(LONGEST_WAIT_SECONDS, text));
        }
        return Duration.ofSeconds(Integer.parseInt(text));
    }

    private static long cursor(String text) {
        if (!text.matches("\\d{1,18}")) {
            throw ApiException.invalid(
                    "after", "'%s' is no cursor: take what 'next' says of the page before.".formatted(text));
        }
        return Long.parseLong(text);
    }

    private Consumer<ServerResponse> show(Call call) {
        String id = call.part("id");
        Event found = events.find(call.organization().id(), id)
                .orElseThrow(() -> new ApiException(
                        404, "not_found", "There is no event '%s', or it is not kept any more.".formatted(id)));
        return EventPage.sending(List.of(EventPage.bytes(found.body())));
    }

    private void keys(ServerRequest request, ServerResponse response) {
        JsonResponses.send(
                response.header(HeaderNames.create("X-Content-Type-Options"), "nosniff"),
                new JsonObjectBuilder()
                        .with(
                                "keys",
                                List.of(new JsonObjectBuilder()
                                        .with("version", "v1a")
                                        .with("algorithm", "ed25519")
                                        .with("public_key", signingKey.get()))));
    }
}
