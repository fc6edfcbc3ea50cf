package dev.webhookdb.api;

import dev.webhookdb.account.Role;
import dev.webhookdb.declare.Kind;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Integrations;
import dev.webhookdb.notify.Outbox;
import dev.webhookdb.notify.SigningSecret;
import dev.webhookdb.notify.Subscription;
import dev.webhookdb.notify.SubscriptionException.Field;
import dev.webhookdb.notify.Subscriptions;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Notifications, as the command line creates and shows them. Thread-safe. */
public final class NotificationRoutes implements HttpService {
    private static final String ALL = SubscriptionHandlers.ALL;
    private static final String ONE = SubscriptionHandlers.ONE;
    private static final String INTEGRATION = SubscriptionHandlers.INTEGRATION;
    private static final String SECRET = SubscriptionHandlers.SECRET;
    private static final String EVERYTHING = "organization_wide";
    private static final List<String> ROWS = List.of("created", "updated", "deleted");

    private final RequestAuthorizer members;
    private final SubscriptionHandlers handlers;
    private final Integrations integrations;
    private final Subscriptions subscriptions;
    private final Outbox outbox;

    /** Changes subscriptions, and shows how they are doing. */
    public NotificationRoutes(
            RequestAuthorizer members, Integrations integrations, Subscriptions subscriptions, Outbox outbox) {
        this.members = members;
        this.handlers = new SubscriptionHandlers(members, subscriptions);
        this.integrations = integrations;
        this.subscriptions = subscriptions;
        this.outbox = outbox;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get(ALL, members.member(ALL, Role.VIEWER, this::list))
                .post(
                        ALL + "/create",
                        members.member(ALL + "/create", Role.MEMBER, SubscriptionHandlers.refusing(this::create)))
                .get(ONE, handlers.one("", Role.VIEWER, this::show))
                .post(ONE + "/update", handlers.one("/update", Role.MEMBER, this::update))
                .post(ONE + "/pause", handlers.one("/pause", Role.MEMBER, this::pause))
                .post(ONE + "/resume", handlers.one("/resume", Role.MEMBER, this::resume))
                .post(ONE + "/rotate_secret", handlers.one("/rotate_secret", Role.MEMBER, this::rotate))
                .post(ONE + "/delete", handlers.one("/delete", Role.MEMBER, this::delete));
    }

    /**
     * What is missing is asked for. An integration is asked for first, and nothing as an answer means the whole organization; but whoever
     * names the organization by its key or name, and no integration, means the whole at once. Then the secret and the URL are asked
     * for as they are in the manual, or else the other way round, as the client of the service expects.
     */
    private JsonObjectBuilder create(Call call) {
        Parameters parameters = call.parameters();
        boolean everything = parameters.isTrue(EVERYTHING)
                || (parameters.text(INTEGRATION).isEmpty()
                        && (isAnswered(parameters, INTEGRATION)
                                || !call.part("org").matches("\\d+")));
        Parameters known = everything ? parameters.with(EVERYTHING, "true") : parameters;
        Optional<Integration> integration = everything ? Optional.empty() : Optional.of(integration(call, known));
        if (!isAnswered(known, INTEGRATION)) {
            secret(known);
        }
        String url = known.required("url", "Enter the URL that WebhookDB should POST notifications to:");
        subscriptions.requireUrl(url);
        Optional<String> secret = secret(known);
        Subscription made = subscriptions.create(
                call.actor(),
                call.organization(),
                integration,
                SubscriptionTerms.over(SubscriptionTerms.fresh(ROWS), new SaidAsText(known)),
                secret);
        return created(call, made, integration, secret.isEmpty());
    }

    private Integration integration(Call call, Parameters parameters) {
        String named = parameters.required(
                INTEGRATION,
                "Enter the integration that notifications are about, its id, table or service (nothing for all of the organization's):");
        return JsonResponses.integration(integrations, call.organization().id(), named, IntegrationHandlers.UNKNOWN);
    }

    /** Returns the secret that was typed; nothing if nothing was, and one is to be made. */
    private static Optional<String> secret(Parameters parameters) {
        Optional<String> typed = parameters.text(SECRET);
        if (typed.isEmpty() && !isAnswered(parameters, SECRET)) {
            throw parameters.ask(
                    SECRET, "Enter a random secret used to sign and verify notifications to the given url:", "", false);
        }
        return typed;
    }

    /** Clients send answers with the line's end, which an option does not have. */
    private static boolean isAnswered(Parameters parameters, String name) {
        return parameters.raw(name).filter(text -> text.endsWith("\n")).isPresent();
    }

    private static JsonObjectBuilder created(
            Call call, Subscription made, Optional<Integration> integration, boolean secretMade) {
        String shown = Subscriptions.shownUrl(made);
        String message = integration
                .map(one -> "All notifications for this %s integration will be sent to %s"
                        .formatted(one.service(), withPath(shown)))
                .orElseGet(
                        () -> "All notifications for all integrations belonging to organization %s will be sent to %s."
                                .formatted(call.organization().name(), shown));
        String secret = made.endpoint().secret();
        return new JsonObjectBuilder()
                .with("opaque_id", made.opaqueId())
                .with("standard_secret", SigningSecret.standardForm(secret))
                .withTexts("warnings", SigningSecret.weakness(secret).stream().toList())
                .with(
                        "message",
                        secretMade
                                ? "%s\nThe secret that signs them is %s. Keep it now, it is not shown again."
                                        .formatted(message, secret)
                                : message);
    }

    /** The root of a server is shown with its slash, as browsers do. */
    private static String withPath(String url) {
        URI uri = URI.create(url.replace("***", "x"));
        return uri.getRawPath().isEmpty() && uri.getRawQuery() == null ? url + "/" : url;
    }

    private JsonObjectBuilder list(Call call) {
        Map<Long, Integration> known = integrations.of(call.organization().id()).stream()
                .collect(Collectors.toMap(Integration::id, Function.identity()));
        Map<String, String> files = members.owned().files(call, Kind.NOTIFICATION);
        List<JsonObjectBuilder> items = subscriptions.of(call.organization()).stream()
                .map(one -> DeclaredIn.item(item(call, one, integration(one, known)), files, one.opaqueId()))
                .toList();
        return Prompts.list(
                items,
                items.isEmpty() ? "There are no notifications; 'webhookdb notification create' makes one." : "",
                DeclaredIn.headers(
                        List.of(
                                List.of("opaque_id", "Id"),
                                List.of("deliver_to_url", "Url"),
                                List.of("status", "Status"),
                                List.of("associated_type", "Associated Type"),
                                List.of("associated_id", "Associated Id")),
                        !files.isEmpty()));
    }

    private static Optional<Integration> integration(Subscription one, Map<Long, Integration> known) {
        return one.integration().stream().mapToObj(known::get).findFirst();
    }

    private static JsonObjectBuilder item(Call call, Subscription one, Optional<Integration> integration) {
        JsonObjectBuilder fields = new JsonObjectBuilder()
                .with("opaque_id", one.opaqueId())
                .with("deliver_to_url", Subscriptions.shownUrl(one))
                .with("status", SubscriptionAnswers.text(one.status()))
                .with("associated_type", integration.isPresent() ? "service_integration" : "organization")
                .with(
                        "associated_id",
                        integration
                                .map(Integration::opaqueId)
                                .orElse(call.organization().key()))
                .withTexts("events", one.filter().events())
                .with("created_at", one.createdAt().toString())
                .with(
                        "organization",
                        new JsonObjectBuilder()
                                .with("id", call.organization().id())
                                .with("name", call.organization().name())
                                .with("key", call.organization().key()));
        return integration
                .map(found -> fields.with(
                        "service_integration",
                        new JsonObjectBuilder()
                                .with("opaque_id", found.opaqueId())
                                .with("service_name", found.service())
                                .with("table_name", found.table())))
                .orElse(fields);
    }

    private JsonObjectBuilder show(Call call, Subscription one) {
        Optional<Integration> integration =
                one.integration().stream().boxed().findFirst().flatMap(integrations::find);
        Optional<String> file = members.owned().file(call, Kind.NOTIFICATION, one.opaqueId());
        return DeclaredIn.one(SubscriptionAnswers.subscription(one, integration), file)
                .with("delivery", SubscriptionAnswers.numbers(outbox.numbers(one)))
                .with("message", "");
    }

    private JsonObjectBuilder update(Call call, Subscription one) {
        Subscription changed = subscriptions.update(
                call.actor(), one, terms -> SubscriptionTerms.over(terms, new SaidAsText(call.parameters())));
        return new JsonObjectBuilder()
                .with("opaque_id", changed.opaqueId())
                .with(
                        "message",
                        "The notification %s is changed: 'webhookdb notification show %s' shows it."
                                .formatted(one.opaqueId(), one.opaqueId()));
    }

    private JsonObjectBuilder pause(Call call, Subscription one) {
        subscriptions.pause(call.actor(), one);
        return SubscriptionHandlers.message(
                "Nothing is sent to %s until 'webhookdb notification resume %s'. What happens meanwhile is sent then."
                        .formatted(Subscriptions.shownUrl(one), one.opaqueId()));
    }

    private JsonObjectBuilder resume(Call call, Subscription one) {
        subscriptions.resume(call.actor(), one);
        return SubscriptionHandlers.message(
                one.status() == Subscription.Status.DISABLED
                        ? "Events are sent to %s again. 'webhookdb notification replay %s --since WHEN' sends those that it missed."
                                .formatted(Subscriptions.shownUrl(one), one.opaqueId())
                        : "Events are sent to %s again.".formatted(Subscriptions.shownUrl(one)));
    }

    private JsonObjectBuilder rotate(Call call, Subscription one) {
        Optional<String> given = call.parameters().text(SECRET);
        var seconds = new SaidAsText(call.parameters()).number(SubscriptionTerms.name(Field.GRACE));
        Duration grace = seconds.isPresent() ? Duration.ofSeconds(seconds.getAsInt()) : Subscriptions.GRACE;
        Subscription rotated = subscriptions.rotate(call.actor(), one, given, grace);
        String secret = rotated.endpoint().secret();
        String until = rotated.endpoint()
                .oldSecretUntil()
                .map(end -> "The one before signs as well until %s.".formatted(end))
                .orElse("The one before does not sign any more.");
        String now = given.isPresent()
                ? "There is another secret."
                : "The secret is %s now. Keep it, it is not shown again.".formatted(secret);
        return SubscriptionHandlers.message("%s %s".formatted(now, until))
                .with("standard_secret", SigningSecret.standardForm(secret))
                .withTexts("warnings", SigningSecret.weakness(secret).stream().toList());
    }

    private JsonObjectBuilder delete(Call call, Subscription one) {
        subscriptions.delete(call.actor(), one);
        return SubscriptionHandlers.message(
                "Events will no longer be sent to %s.".formatted(Subscriptions.shownUrl(one)));
    }
}
