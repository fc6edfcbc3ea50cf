package dev.webhookdb.api;

import dev.webhookdb.account.Role;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Integrations;
import dev.webhookdb.notify.SigningSecret;
import dev.webhookdb.spi.Json;
import dev.webhookdb.sync.SyncStanding;
import dev.webhookdb.sync.SyncTarget;
import dev.webhookdb.sync.SyncTarget.Terms;
import dev.webhookdb.sync.SyncTargets;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import java.math.BigDecimal;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Endpoints that are sent changed rows. Thread-safe. */
final class HttpSyncRoutes implements HttpService {
    private static final String ALL = SyncHandlers.ALL;
    private static final String ONE = SyncHandlers.ONE;
    private static final String CREATE = ALL + "/create";

    private final MemberRoutes members;
    private final SyncHandlers handlers;
    private final Integrations integrations;
    private final SyncTargets targets;
    private final Clock clock;

    HttpSyncRoutes(MemberRoutes members, Integrations integrations, SyncTargets targets, Clock clock) {
        this.members = members;
        this.handlers = new SyncHandlers(members, integrations, targets);
        this.integrations = integrations;
        this.targets = targets;
        this.clock = clock;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get(ALL, members.member(ALL, Role.VIEWER, this::list))
                .post(CREATE, members.member(CREATE, Role.MEMBER, SyncHandlers.refusing(this::create)))
                .get(ONE, handlers.one("", Role.VIEWER, this::show))
                .get(ONE + "/stats", handlers.one("/stats", Role.VIEWER, this::statistics))
                .post(ONE + "/update", handlers.one("/update", Role.MEMBER, this::update))
                .post(
                        ONE + "/update_credentials",
                        handlers.one("/update_credentials", Role.MEMBER, this::updateCredentials))
                .post(ONE + "/sync", handlers.one("/sync", Role.MEMBER, this::trigger))
                .post(ONE + "/pause", handlers.one("/pause", Role.MEMBER, this::pause))
                .post(ONE + "/resume", handlers.one("/resume", Role.MEMBER, this::resume))
                .post(ONE + "/delete", handlers.one("/delete", Role.MEMBER, this::delete));
    }

    /** What is missing is asked for, and what was answered is judged before the next question. */
    private Fields create(Call call) {
        Parameters parameters = call.parameters();
        Integration integration = Answers.integration(
                integrations,
                call.organization().id(),
                parameters.required(
                        SyncHandlers.INTEGRATION,
                        "Enter the integration whose rows are sent, its id, table or service:"),
                IntegrationHandlers.UNKNOWN);
        String url =
                parameters.required(SyncHandlers.URL, "Enter the HTTP endpoint that WebhookDB should sync data to:");
        targets.requireUrl(url);
        Terms terms = SyncTerms.fresh(parameters);
        boolean everything = SyncTerms.everything(parameters);
        Optional<String> secret = parameters.text("secret");
        SyncTarget made =
                targets.create(call.actor(), call.organization(), integration, url, secret, terms, everything);
        return created(made, integration, everything, secret.isEmpty());
    }

    private static Fields created(SyncTarget made, Integration integration, boolean everything, boolean secretMade) {
        Terms terms = made.terms();
        String secret = made.receiver().secret();
        return new Fields()
                .with("id", made.opaqueId())
                .with("table", integration.table())
                .with(
                        SyncHandlers.PERIOD,
                        terms.period()
                                .<Json>map(period -> new Json.Num(BigDecimal.valueOf(period.toSeconds())))
                                .orElse(new Json.Null()))
                .with("on_change", terms.period().isEmpty())
                .with("page_size", terms.pageSize())
                .with(SyncHandlers.TIMEOUT, terms.timeout().toSeconds())
                .with("secret", secret)
                .withTexts("warnings", SigningSecret.weakness(secret).stream().toList())
                .with("message", """
                        %s
                        %s Its id is %s; 'webhookdb httpsync stats %s' shows how far it is.
                        Pages are signed as notifications are%s""".formatted(
                                SyncAnswers.promise(made, integration),
                                everything
                                        ? "The rows that are there already are sent first."
                                        : "The rows that are there already are not sent, but what changes from now on.",
                                made.opaqueId(),
                                made.opaqueId(),
                                secretMade
                                        ? ". The secret that signs them is %s. Keep it now, it is not shown again."
                                                .formatted(secret)
                                        : ", with the secret that you gave."));
    }

    private Fields list(Call call) {
        Map<Long, Integration> known = integrations.of(call.organization().id()).stream()
                .collect(Collectors.toMap(Integration::id, Function.identity()));
        Map<Long, SyncStanding> standings = targets.standings(call.organization());
        List<Fields> items = targets.of(call.organization()).stream()
                // one that is being deleted with its integration is as good as gone
                .filter(one -> known.containsKey(one.integrationId()))
                .map(one -> SyncAnswers.target(
                        one,
                        known.get(one.integrationId()),
                        Optional.ofNullable(standings.get(one.id())),
                        clock.instant()))
                .toList();
        return Steps.list(
                items,
                items.isEmpty() ? "There is no HTTP Sync; 'webhookdb httpsync create' makes one." : "",
                SyncAnswers.headers());
    }

    private Fields show(Call call, SyncTarget one, Integration integration) {
        Optional<SyncStanding> standing =
                Optional.ofNullable(targets.standings(call.organization()).get(one.id()));
        return SyncAnswers.target(one, integration, standing, clock.instant())
                .with("message", "")
                .withTable("display_headers", SyncAnswers.allHeaders());
    }

    private Fields statistics(Call call, SyncTarget one, Integration integration) {
        return SyncAnswers.statistics(one, targets.statistics(one, integration), clock.instant());
    }

    /** Nothing is asked for: what is not given stays. */
    private Fields update(Call call, SyncTarget one, Integration integration) {
        SyncTarget changed = targets.update(call.actor(), one, terms -> SyncTerms.over(terms, call.parameters()));
        return new Fields()
                .with("id", changed.opaqueId())
                .with(
                        "message",
                        "%s, in pages of up to %d rows for each of which it has %d seconds."
                                .formatted(
                                        SyncAnswers.promise(changed, integration),
                                        changed.terms().pageSize(),
                                        changed.terms().timeout().toSeconds()));
    }

    private Fields updateCredentials(Call call, SyncTarget one, Integration integration) {
        Parameters parameters = call.parameters();
        String user = parameters.required("user", "Enter the user that the endpoint should be told:");
        String password = parameters
                .text("password")
                .orElseThrow(() -> parameters.ask("password", "Enter the user's password:", "", true));
        SyncTarget changed = targets.updateCredentials(call.actor(), one, integration, user, password);
        return new Fields()
                .with(
                        "message",
                        "%s took a page with the new user and password, and gets all others so."
                                .formatted(SyncTargets.shownUrl(changed)));
    }

    private Fields trigger(Call call, SyncTarget one, Integration integration) {
        targets.trigger(call.actor(), one);
        return new Fields()
                .with(
                        "message",
                        "Data from %s is being synchronized to %s; 'webhookdb httpsync stats %s' shows how far it is."
                                .formatted(integration.table(), SyncTargets.shownUrl(one), one.opaqueId()));
    }

    private Fields pause(Call call, SyncTarget one, Integration integration) {
        targets.pause(call.actor(), one);
        return new Fields()
                .with(
                        "message",
                        "Nothing of %s is sent to %s until 'webhookdb httpsync resume %s'. What changes meanwhile is sent then."
                                .formatted(integration.table(), SyncTargets.shownUrl(one), one.opaqueId()));
    }

    private Fields resume(Call call, SyncTarget one, Integration integration) {
        targets.resume(call.actor(), one);
        return new Fields().with("message", "%s again.".formatted(SyncAnswers.promise(one, integration)));
    }

    private Fields delete(Call call, SyncTarget one, Integration integration) {
        call.parameters()
                .match(
                        "confirm",
                        integration.table(),
                        "Type the table's name to confirm:",
                        "This ends the sync of %s to %s. The table stays, and so does what the endpoint was sent."
                                .formatted(integration.table(), SyncTargets.shownUrl(one)));
        targets.delete(call.actor(), one);
        return new Fields()
                .with(
                        "message",
                        "Data from %s will no longer be synchronized to %s."
                                .formatted(integration.table(), SyncTargets.shownUrl(one)));
    }
}
