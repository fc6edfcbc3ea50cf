package dev.webhookdb.api;

import dev.webhookdb.account.Audit;
import dev.webhookdb.account.Role;
import dev.webhookdb.declare.Kind;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Integrations;
import dev.webhookdb.notify.Outbox;
import dev.webhookdb.notify.SigningSecret;
import dev.webhookdb.notify.Subscription;
import dev.webhookdb.notify.SubscriptionException;
import dev.webhookdb.notify.Subscriptions;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Webhooks, as programs create and look after them: the same subscriptions that the command line calls notifications. Thread-safe. */
public final class WebhookApiRoutes implements HttpService {
    private static final String ALL = "/v1/webhooks";
    private static final String ONE = ALL + "/{id}";
    private static final String DELIVERY = ONE + "/deliveries/{delivery}";
    private static final String ORGANIZATION = "organization";
    private static final String INTEGRATION = "integration";
    private static final String SECRET = "secret";
    private static final Set<String> CREATE = with(SubscriptionTerms.PARTS, ORGANIZATION, INTEGRATION, SECRET);
    private static final Set<String> UPDATE = with(SubscriptionTerms.PARTS, ORGANIZATION);
    private static final Set<String> ROTATE = Set.of(ORGANIZATION, SECRET, "grace_seconds");
    private static final Set<String> REPLAY = Set.of(ORGANIZATION, "since", "until", "dry_run");

    /** How a request is refused that is well-formed and wants what cannot be. */
    private static final int UNPROCESSABLE = 422;

    private final RequestAuthorizer members;
    private final Integrations integrations;
    private final Subscriptions subscriptions;
    private final Outbox outbox;
    private final Audit audit;
    private final Clock clock;

    /** Changes subscriptions, and shows what becomes of deliveries. */
    public WebhookApiRoutes(
            RequestAuthorizer members,
            Integrations integrations,
            Subscriptions subscriptions,
            Outbox outbox,
            Audit audit,
            Clock clock) {
        this.members = members;
        this.integrations = integrations;
        this.subscriptions = subscriptions;
        this.outbox = outbox;
        this.audit = audit;
        this.clock = clock;
    }

    private static Set<String> with(Set<String> some, String... more) {
        Set<String> all = new HashSet<>(some);
        all.addAll(List.of(more));
        return Set.copyOf(all);
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get(ALL, all(Role.VIEWER, this::list))
                .post(ALL, all(Role.MEMBER, this::create))
                .get(ONE, one(Role.VIEWER, sending(this::show)))
                .patch(ONE, one(Role.MEMBER, unlessOwned(sending(this::update))))
                .delete(ONE, one(Role.MEMBER, unlessOwned(this::delete)))
                .post(ONE + "/test", one(Role.MEMBER, sending(this::test)))
                .post(ONE + "/rotate_secret", one(Role.MEMBER, unlessOwned(sending(this::rotate))))
                .get(ONE + "/deliveries", one(Role.VIEWER, sending(this::deliveries)))
                .get(DELIVERY, one(Role.VIEWER, sending(this::delivery)))
                .post(DELIVERY + "/retry", one(Role.MEMBER, sending(this::retry)))
                .post(ONE + "/retry", one(Role.MEMBER, sending(this::retryFailed)))
                .post(ONE + "/replay", one(Role.MEMBER, sending(this::replay)));
    }

    private Handler all(Role least, Function<Call, Consumer<ServerResponse>> work) {
        return members.answeringAnywhere(ALL, least, refusing(work));
    }

    private Handler one(Role least, BiFunction<Call, Subscription, Consumer<ServerResponse>> work) {
        return members.answeringAnywhere(ONE, least, refusing(call -> {
            Subscription found = subscriptions
                    .find(call.organization(), call.part("id"))
                    .orElseThrow(() -> unknown("webhook", call.part("id")));
            return work.apply(call, found);
        }));
    }

    private BiFunction<Call, Subscription, Consumer<ServerResponse>> unlessOwned(
            BiFunction<Call, Subscription, Consumer<ServerResponse>> work) {
        return (call, one) -> {
            members.owned().refuse(call, Kind.NOTIFICATION, one.opaqueId());
            return work.apply(call, one);
        };
    }

    private static Function<Call, Consumer<ServerResponse>> refusing(Function<Call, Consumer<ServerResponse>> work) {
        return call -> {
            try {
                return work.apply(call);
            } catch (SubscriptionException e) {
                throw SubscriptionTerms.refusal(e, UNPROCESSABLE, SubscriptionTerms.name(e.field()));
            }
        };
    }

    private static BiFunction<Call, Subscription, Consumer<ServerResponse>> sending(
            BiFunction<Call, Subscription, JsonObjectBuilder> work) {
        return (call, one) -> {
            JsonObjectBuilder fields = work.apply(call, one);
            return response -> JsonResponses.send(response, fields);
        };
    }

    private static ApiException unknown(String what, String id) {
        return new ApiException(404, "not_found", "There is no %s '%s'.".formatted(what, id));
    }

    private Consumer<ServerResponse> list(Call call) {
        Map<Long, Integration> known = integrations.of(call.organization().id()).stream()
                .collect(Collectors.toMap(Integration::id, Function.identity()));
        Map<String, String> files = members.owned().files(call, Kind.NOTIFICATION);
        List<JsonObjectBuilder> data = subscriptions.of(call.organization()).stream()
                .map(one -> DeclaredIn.item(
                        SubscriptionAnswers.subscription(
                                one,
                                one.integration().stream().mapToObj(known::get).findFirst()),
                        files,
                        one.opaqueId()))
                .toList();
        return response -> JsonResponses.send(response, new JsonObjectBuilder().with("data", data));
    }

    private Consumer<ServerResponse> create(Call call) {
        Said said = new SaidAsJson(call.parameters(), CREATE);
        Optional<Integration> integration = said.text(INTEGRATION).map(named -> integration(call, named));
        Subscription made = subscriptions.create(
                call.actor(),
                call.organization(),
                integration,
                SubscriptionTerms.over(SubscriptionTerms.fresh(List.of()), said),
                said.text(SECRET));
        return response ->
                JsonResponses.send(response, 201, secret(SubscriptionAnswers.subscription(made, integration), made));
    }

    private Integration integration(Call call, String named) {
        if (integrations.named(call.organization().id(), named).isEmpty()) {
            throw ApiException.invalid(
                    UNPROCESSABLE,
                    INTEGRATION,
                    "There is no integration '%s'; 'webhookdb integrations list' shows them.".formatted(named));
        }
        return JsonResponses.integration(integrations, call.organization().id(), named, IntegrationHandlers.UNKNOWN);
    }

    /** The secret is told where it became another, and never again. */
    private static JsonObjectBuilder secret(JsonObjectBuilder fields, Subscription one) {
        String secret = one.endpoint().secret();
        return fields.with("secret", secret)
                .with("standard_secret", SigningSecret.standardForm(secret))
                .withTexts("warnings", SigningSecret.weakness(secret).stream().toList());
    }

    private JsonObjectBuilder show(Call call, Subscription one) {
        return shown(one).with("delivery", SubscriptionAnswers.numbers(outbox.numbers(one)));
    }

    private JsonObjectBuilder shown(Subscription one) {
        return SubscriptionAnswers.subscription(
                one, one.integration().stream().boxed().findFirst().flatMap(integrations::find));
    }

    private JsonObjectBuilder update(Call call, Subscription one) {
        Said said = new SaidAsJson(call.parameters(), UPDATE);
        return shown(subscriptions.update(call.actor(), one, terms -> SubscriptionTerms.over(terms, said)));
    }

    private Consumer<ServerResponse> delete(Call call, Subscription one) {
        subscriptions.delete(call.actor(), one);
        return response -> response.status(204).send();
    }

    private JsonObjectBuilder test(Call call, Subscription one) {
        return SubscriptionAnswers.tried(outbox.test(one));
    }

    private JsonObjectBuilder rotate(Call call, Subscription one) {
        Said said = new SaidAsJson(call.parameters(), ROTATE);
        var seconds = said.number("grace_seconds");
        Duration grace = seconds.isPresent() ? Duration.ofSeconds(seconds.getAsInt()) : Subscriptions.GRACE;
        Subscription rotated = subscriptions.rotate(call.actor(), one, said.text(SECRET), grace);
        return secret(shown(rotated), rotated);
    }

    private JsonObjectBuilder deliveries(Call call, Subscription one) {
        DeliveryPage page = DeliveryPage.of(outbox, one, call.parameters());
        return new JsonObjectBuilder()
                .with(
                        "data",
                        page.deliveries().stream()
                                .map(SubscriptionAnswers::delivery)
                                .toList())
                .with("has_more", page.next().isPresent())
                .with("next", page.next().orElse(""));
    }

    private JsonObjectBuilder delivery(Call call, Subscription one) {
        Outbox.Sent found = sent(call, one);
        return SubscriptionAnswers.delivery(found).with("tried", SubscriptionAnswers.attempts(outbox.attempts(found)));
    }

    private JsonObjectBuilder retry(Call call, Subscription one) {
        Outbox.Sent found = sent(call, one);
        outbox.retry(call.actor(), one, found);
        return SubscriptionAnswers.delivery(outbox.find(one, found.id()).orElse(found));
    }

    private Outbox.Sent sent(Call call, Subscription one) {
        String id = call.part("delivery");
        return outbox.find(one, id).orElseThrow(() -> unknown("delivery", id));
    }

    private JsonObjectBuilder retryFailed(Call call, Subscription one) {
        return new JsonObjectBuilder().with("count", outbox.retryFailed(call.actor(), one));
    }

    private JsonObjectBuilder replay(Call call, Subscription one) {
        Said said = new SaidAsJson(call.parameters(), REPLAY);
        Instant since = said.text("since")
                .map(text -> Times.parse("since", text))
                .orElseThrow(() -> ApiException.invalid(UNPROCESSABLE, "since", "Say from when on, with 'since'."));
        Instant until =
                said.text("until").map(text -> Times.parse("until", text)).orElseGet(clock::instant);
        if (!since.isBefore(until)) {
            throw ApiException.invalid(UNPROCESSABLE, "since", "'since' must be earlier than 'until'.");
        }
        if (said.flag("dry_run")) {
            return new JsonObjectBuilder().with("count", outbox.count(one, since, until));
        }
        return new JsonObjectBuilder()
                .with("count", SubscriptionHandlers.replay(outbox, audit, call, one, since, until));
    }
}
