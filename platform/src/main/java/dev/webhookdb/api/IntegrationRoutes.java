package dev.webhookdb.api;

import static dev.webhookdb.api.IntegrationHandlers.INTEGRATION;
import static dev.webhookdb.api.IntegrationHandlers.INTEGRATIONS;

import dev.webhookdb.account.Audit;
import dev.webhookdb.account.Role;
import dev.webhookdb.apply.LoggedWebhook;
import dev.webhookdb.apply.LoggedWebhook.State;
import dev.webhookdb.apply.Webhooks;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.IntegrationException;
import dev.webhookdb.integration.Integrations;
import dev.webhookdb.integration.Setup;
import dev.webhookdb.ledger.AuditReport;
import dev.webhookdb.spi.Setting;
import dev.webhookdb.spi.Webhook;
import dev.webhookdb.sql.Database;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** A member's routes to integrations: create them, answer what is asked, watch them, delete them. Thread-safe. */
public final class IntegrationRoutes implements HttpService {
    private final RequestAuthorizer members;
    private final Database platform;
    private final IntegrationHandlers handlers;
    private final Integrations integrations;
    private final Setup setup;
    private final IntegrationSteps steps;
    private final IntegrationCreation creation;
    private final BackfillAnswers backfills;
    private final Webhooks webhooks;
    private final Consumer<List<Integration>> whenComplete;

    /**
     * @param platform has the books of webhooks
     * @param whenComplete is given integrations that have all they need for webhooks, or for backfills
     */
    public IntegrationRoutes(
            RequestAuthorizer members,
            Database platform,
            Integrations integrations,
            Setup setup,
            IntegrationSteps steps,
            BackfillAnswers backfills,
            Webhooks webhooks,
            Audit audit,
            Consumer<List<Integration>> whenComplete) {
        this.members = members;
        this.platform = platform;
        this.handlers = new IntegrationHandlers(members, integrations, audit);
        this.integrations = integrations;
        this.setup = setup;
        this.steps = steps;
        this.creation = new IntegrationCreation(handlers, integrations, setup, this::begin);
        this.backfills = backfills;
        this.webhooks = webhooks;
        this.whenComplete = whenComplete;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get(INTEGRATIONS, members.member(INTEGRATIONS, Role.VIEWER, this::list))
                .post(INTEGRATIONS, members.member(INTEGRATIONS, Role.ADMIN, creation::create))
                .post(INTEGRATIONS + "/create", members.member(INTEGRATIONS + "/create", Role.ADMIN, creation::create))
                .post(INTEGRATIONS + "/check", members.member(INTEGRATIONS + "/check", Role.ADMIN, creation::check))
                .post(INTEGRATION + "/setup", handlers.one("/setup", Role.MEMBER, this::setUp))
                .post(INTEGRATION + "/reset", handlers.one("/reset", Role.MEMBER, this::reset))
                .post(
                        INTEGRATION + "/transition/{field}",
                        handlers.one("/transition/{field}", Role.MEMBER, this::answer))
                .post(INTEGRATION + "/backfill", handlers.one("/backfill", Role.MEMBER, this::backfill))
                .post(
                        INTEGRATION + "/backfill/reset",
                        handlers.one("/backfill/reset", Role.MEMBER, this::resetBackfill))
                .get(INTEGRATION + "/stats", handlers.one("/stats", Role.VIEWER, this::stats))
                .post(INTEGRATION + "/delete", handlers.one("/delete", Role.ADMIN, this::delete))
                .post(INTEGRATION + "/rename_table", handlers.one("/rename_table", Role.ADMIN, this::rename));
    }

    private JsonObjectBuilder list(Call call) {
        Map<Long, String> files = members.owned().filesOfEndpoints(call);
        List<JsonObjectBuilder> items = integrations.of(call.organization().id()).stream()
                .map(one -> DeclaredIn.item(steps.shown(one), files, one.endpointId()))
                .toList();
        return Prompts.list(
                items,
                items.isEmpty()
                        ? "There are no integrations yet; 'webhookdb integrations create' makes one, 'webhookdb services list' shows of what."
                        : "",
                DeclaredIn.headers(
                        List.of(
                                List.of("service_name", "Name"),
                                List.of("table_name", "Table"),
                                List.of("opaque_id", "Id"),
                                List.of("state", "State")),
                        !files.isEmpty()));
    }

    private JsonObjectBuilder setUp(Call call, Integration integration) {
        return begin(call, integration, "");
    }

    private JsonObjectBuilder begin(Call call, Integration integration, String output) {
        return goOn(call, integration, setup.first(integration), output + steps.beginning(setup.fed(integration)));
    }

    private JsonObjectBuilder reset(Call call, Integration integration) {
        return askAnew(call, integration, setup.first(integration), steps.beginning(setup.fed(integration)));
    }

    private JsonObjectBuilder backfill(Call call, Integration integration) {
        backfills.requirePossible(integration);
        return goOn(call, integration, Setting.Purpose.BACKFILL, "");
    }

    private JsonObjectBuilder resetBackfill(Call call, Integration integration) {
        backfills.requirePossible(integration);
        return askAnew(call, integration, Setting.Purpose.BACKFILL, "");
    }

    /** What is supplied counts until something else is supplied: no webhook is rejected while somebody looks for the new secret. */
    private JsonObjectBuilder askAnew(Call call, Integration integration, Setting.Purpose purpose, String output) {
        return setup.required(integration, purpose).stream()
                .findFirst()
                .map(setting -> steps.ask(integration, setting, output, true, call.parameters()))
                .orElseGet(() -> goOn(call, integration, purpose, output));
    }

    private JsonObjectBuilder answer(Call call, Integration integration) {
        Setting setting = setup.named(integration, call.part("field"))
                .orElseThrow(() -> new ApiException(
                        400,
                        "invalid_input",
                        "%s has no setting '%s'.".formatted(integration.service(), call.part("field"))));
        boolean anew = call.parameters().text(IntegrationSteps.ANEW).isPresent();
        List<String> forgotten;
        try {
            forgotten = integrations.supply(
                    integration, setting.name(), call.parameters().raw("value").orElse(""));
        } catch (IntegrationException e) {
            return steps.ask(integration, setting, e.getMessage() + "\n", anew, call.parameters());
        }
        handlers.note(call, integration, "supply setting", "%s of %s".formatted(setting.name(), integration.table()));
        forgotten.forEach(name ->
                handlers.note(call, integration, "forget setting", "%s of %s".formatted(name, integration.table())));
        if (!forgotten.isEmpty()) {
            return askAgain(call, integration, setting, forgotten);
        }
        Optional<Setting> next =
                anew ? setup.after(integration, setting) : setup.missing(integration, setting.purpose());
        return next.map(asked -> steps.ask(integration, asked, "", anew, call.parameters()))
                .orElseGet(() -> tried(call, integration, setting));
    }

    /** What is required first, then what is optional: that is asked for only because it was supplied. */
    private JsonObjectBuilder askAgain(
            Call call, Integration integration, Setting destination, List<String> forgotten) {
        String names = String.join(" and ", forgotten);
        String output = "With another %s, what was supplied as %s does not hold any more: supply %s again.\n"
                .formatted(destination.name(), names, forgotten.size() == 1 ? "it" : "each of them");
        Setting first = setup.missing(integration, Setting.Purpose.BACKFILL)
                .or(() -> setup.named(integration, forgotten.getFirst()))
                .orElse(destination);
        return steps.ask(integration, first, output, false, call.parameters());
    }

    /** The provider itself says at once whether a credential is right; where it is not, everything about it is asked for again. */
    private JsonObjectBuilder tried(Call call, Integration integration, Setting last) {
        Setting.Purpose purpose = last.purpose();
        Optional<String> complaint =
                purpose == Setting.Purpose.BACKFILL ? backfills.complaint(integration) : Optional.empty();
        return complaint
                .map(wrong -> steps.ask(
                        integration,
                        setup.required(integration, purpose).stream()
                                .findFirst()
                                .orElse(last),
                        wrong + "\n\n",
                        true,
                        call.parameters()))
                .orElseGet(() -> complete(call, integration, purpose));
    }

    private JsonObjectBuilder goOn(Call call, Integration integration, Setting.Purpose purpose, String output) {
        return setup.missing(integration, purpose)
                .map(setting -> steps.ask(integration, setting, output, false, call.parameters()))
                .orElseGet(() -> complete(call, integration, purpose));
    }

    private JsonObjectBuilder complete(Call call, Integration integration, Setting.Purpose purpose) {
        Optional<JsonObjectBuilder> job = Optional.empty();
        if (purpose == Setting.Purpose.BACKFILL) {
            job = Optional.of(backfills.begin(integration));
            handlers.note(call, integration, "begin backfill", integration.table());
        }
        boolean webhooks = purpose == Setting.Purpose.WEBHOOK
                || setup.resource(integration)
                        .webhook()
                        .filter(Webhook::isFetching)
                        .isPresent();
        whenComplete.accept(webhooks ? setup.fed(integration) : List.of(integration));
        return job.map(begun -> steps.reading(integration, begun)).orElseGet(() -> steps.taken(integration));
    }

    private JsonObjectBuilder stats(Call call, Integration integration) {
        Webhooks.Window window =
                Webhooks.Window.of(integration.organizationId(), Instant.now()).to(integration.opaqueId());
        return Traffic.fields(
                webhooks.traffic(integration),
                webhooks.counts(window),
                AuditReport.of(platform, integration.id(), integration.endpointId()),
                lastError(integration, window));
    }

    private String lastError(Integration integration, Webhooks.Window window) {
        Optional<LoggedWebhook> failed = webhooks.newest(window, Set.of(State.FAILED), Optional.empty(), 1).stream()
                .findFirst();
        Optional<String> failure = failed.map(webhook -> "%s: %s"
                .formatted(webhook.position().receivedAt(), webhook.reason().orElse("")));
        return backfills
                .lastError(integration, failed.map(webhook -> webhook.position().receivedAt()))
                .or(() -> failure)
                .orElse("");
    }

    private JsonObjectBuilder delete(Call call, Integration integration) {
        call.parameters()
                .match(
                        "confirm",
                        integration.table(),
                        "Type the table's name to confirm:",
                        "This deletes the integration %s and its table %s with all rows. It cannot be undone."
                                .formatted(integration.opaqueId(), integration.table()));
        JsonObjectBuilder gone = steps.shown(integration).with("state", "deleted");
        integrations.delete(integration);
        handlers.note(call, integration, "delete integration", integration.table());
        return gone.with(
                "message",
                "The integration %s and its table %s are gone.".formatted(integration.opaqueId(), integration.table()));
    }

    private JsonObjectBuilder rename(Call call, Integration integration) {
        String name = call.parameters().required("new_name", "The table's new name:");
        try {
            integrations.rename(integration, name);
        } catch (IntegrationException e) {
            throw ApiException.invalid("new_name", e.getMessage());
        }
        handlers.note(call, integration, "rename table", "%s to %s".formatted(integration.table(), name));
        return new JsonObjectBuilder()
                .with("message", "The table %s is called %s now.".formatted(integration.table(), name));
    }
}
