package dev.webhookdb.api;

import dev.webhookdb.account.Audit;
import dev.webhookdb.account.Role;
import dev.webhookdb.apply.Webhooks;
import dev.webhookdb.database.OrganizationDatabases;
import dev.webhookdb.integration.Endpoints;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.IntegrationException;
import dev.webhookdb.integration.Integrations;
import dev.webhookdb.integration.MissingConnectorException;
import dev.webhookdb.integration.Setup;
import dev.webhookdb.spi.Setting;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** A member's routes to integrations: create them, answer what is asked, watch them, delete them. Thread-safe. */
public final class IntegrationRoutes implements HttpService {
    private static final String BASE = "/v1/organizations/{org}/service_integrations";
    private static final String ONE = BASE + "/{sint}";

    /** No route reveals that somebody else's integration exists. */
    static final Answers.Unknown UNKNOWN = new Answers.Unknown(403, "forbidden");

    private static final List<String> INFO =
            List.of("id", "service", "table", "url", "webhook_secret", "webhookdb_api_key", "api_url");

    private final MemberRoutes members;
    private final Integrations integrations;
    private final Endpoints endpoints;
    private final Setup setup;
    private final IntegrationSteps steps;
    private final MemberBackfills backfills;
    private final Webhooks webhooks;
    private final Audit audit;
    private final Consumer<List<Integration>> whenComplete;

    /**
     * @param publicUrl what providers call, without a path
     * @param whenComplete is given integrations that have all they need for one of their halves
     */
    public IntegrationRoutes(
            MemberRoutes members,
            Integrations integrations,
            Endpoints endpoints,
            Setup setup,
            OrganizationDatabases databases,
            URI publicUrl,
            MemberBackfills backfills,
            Webhooks webhooks,
            Audit audit,
            Consumer<List<Integration>> whenComplete) {
        this.members = members;
        this.integrations = integrations;
        this.endpoints = endpoints;
        this.setup = setup;
        this.steps = new IntegrationSteps(setup, endpoints, databases, publicUrl);
        this.backfills = backfills;
        this.webhooks = webhooks;
        this.audit = audit;
        this.whenComplete = whenComplete;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get(BASE, members.member(BASE, Role.VIEWER, this::list))
                .post(BASE, members.member(BASE, Role.ADMIN, this::create))
                .post(BASE + "/create", members.member(BASE + "/create", Role.ADMIN, this::create))
                .post(ONE + "/setup", one("/setup", Role.MEMBER, this::setUp))
                .post(ONE + "/reset", one("/reset", Role.MEMBER, this::reset))
                .post(ONE + "/transition/{field}", one("/transition/{field}", Role.MEMBER, this::answer))
                .post(ONE + "/info", one("/info", Role.VIEWER, this::info))
                .get(ONE + "/stats", one("/stats", Role.VIEWER, this::stats))
                .post(ONE + "/delete", one("/delete", Role.ADMIN, this::delete))
                .post(ONE + "/rename_table", one("/rename_table", Role.ADMIN, this::rename))
                .post(ONE + "/backfill", one("/backfill", Role.MEMBER, this::backfill))
                .post(ONE + "/backfill/reset", one("/backfill/reset", Role.MEMBER, this::resetBackfill))
                .post(ONE + "/backfill/job", one("/backfill/job", Role.MEMBER, backfills::begin))
                .get(ONE + "/backfill/job/{job}", one("/backfill/job/{job}", Role.VIEWER, backfills::show));
    }

    /** Finds the integration that a path names, among those of the caller's organization only. */
    private Handler one(String path, Role least, BiFunction<Call, Integration, Fields> work) {
        return members.member(ONE + path, least, call -> {
            Integration integration =
                    Answers.integration(integrations, call.organization().id(), call.part("sint"), UNKNOWN);
            Parameters parameters =
                    call.parameters().at(call.parameters().path().replace("{sint}", integration.opaqueId()));
            return refusing(() ->
                    work.apply(new Call(call.request(), call.actor(), call.membership(), parameters), integration));
        });
    }

    private Fields list(Call call) {
        List<Fields> items = integrations.of(call.organization().id()).stream()
                .map(integration -> new Fields()
                        .with("opaque_id", integration.opaqueId())
                        .with("service_name", integration.service())
                        .with("table_name", integration.table()))
                .toList();
        return Steps.list(
                items,
                items.isEmpty()
                        ? "There are no integrations yet; 'webhookdb integrations create' makes one, 'webhookdb services list' shows of what."
                        : "",
                List.of(List.of("service_name", "Name"), List.of("table_name", "Table"), List.of("opaque_id", "Id")));
    }

    private Fields create(Call call) {
        String service = call.parameters().required("service_name", "The service to replicate:");
        List<Integration> others = integrations.of(call.organization().id()).stream()
                .filter(other -> other.service().equals(service))
                .toList();
        if (!others.isEmpty()) {
            call.parameters()
                    .confirm(
                            "guard_confirm",
                            "Press Enter to make another, or Ctrl-C to stop:",
                            "%s is replicated already, into %s."
                                    .formatted(
                                            service,
                                            others.stream()
                                                    .map(Integration::table)
                                                    .collect(Collectors.joining(", "))));
        }
        return refusing(() -> {
            Integration created = integrations.prepare(call.organization().id(), service);
            endpoints.forget();
            audit.note(call.actor(), call.organization().id(), "create integration", created.table());
            return goOn(call, created, setup.first(created), steps.beginning(created));
        });
    }

    private Fields setUp(Call call, Integration integration) {
        return goOn(call, integration, setup.first(integration), steps.beginning(integration));
    }

    private Fields reset(Call call, Integration integration) {
        return askAnew(call, integration, setup.first(integration), steps.beginning(integration));
    }

    private Fields backfill(Call call, Integration integration) {
        backfills.requirePossible(integration);
        return goOn(call, integration, Setting.Half.BACKFILL, "");
    }

    private Fields resetBackfill(Call call, Integration integration) {
        backfills.requirePossible(integration);
        return askAnew(call, integration, Setting.Half.BACKFILL, "");
    }

    /** What is supplied counts until something else is supplied: no webhook is rejected while somebody looks for the new secret. */
    private Fields askAnew(Call call, Integration integration, Setting.Half half, String output) {
        return setup.required(integration, half).stream()
                .findFirst()
                .map(setting -> steps.ask(integration, setting, output, true, call.parameters()))
                .orElseGet(() -> goOn(call, integration, half, output));
    }

    private Fields answer(Call call, Integration integration) {
        Setting setting = setup.named(integration, call.part("field"))
                .orElseThrow(() -> new RefusedException(
                        400,
                        "invalid_input",
                        "%s has no setting '%s'.".formatted(integration.service(), call.part("field"))));
        boolean anew = call.parameters().text(IntegrationSteps.ANEW).isPresent();
        try {
            integrations.supply(
                    integration,
                    Map.of(setting.name(), call.parameters().raw("value").orElse("")));
        } catch (IntegrationException e) {
            return steps.ask(integration, setting, e.getMessage() + "\n", anew, call.parameters());
        }
        endpoints.forget();
        audit.note(
                call.actor(),
                integration.organizationId(),
                "supply setting",
                "%s of %s".formatted(setting.name(), integration.table()));
        Optional<Setting> next = anew ? setup.after(integration, setting) : setup.missing(integration, setting.half());
        return next.map(asked -> steps.ask(integration, asked, "", anew, call.parameters()))
                .orElseGet(() -> complete(integration, setting.half()));
    }

    private Fields goOn(Call call, Integration integration, Setting.Half half, String output) {
        return setup.missing(integration, half)
                .map(setting -> steps.ask(integration, setting, output, false, call.parameters()))
                .orElseGet(() -> complete(integration, half));
    }

    private Fields complete(Integration integration, Setting.Half half) {
        if (half == Setting.Half.BACKFILL) {
            backfills.begin(integration);
        }
        whenComplete.accept(List.of(integration));
        return steps.completed(integration, half);
    }

    private Fields info(Call call, Integration integration) {
        Optional<String> field = call.parameters().text("field");
        if (field.isPresent()) {
            if (!INFO.contains(field.get())) {
                throw new RefusedException(
                        400,
                        "invalid_input",
                        "There is no field '%s'; there are: %s.".formatted(field.get(), String.join(", ", INFO)));
            }
            return new Blocks().line(value(integration, field.get())).fields();
        }
        return new Blocks()
                .table(
                        List.of("Field", "Value"),
                        INFO.stream()
                                .map(name -> List.of(label(name), value(integration, name)))
                                .toList())
                .fields();
    }

    private String value(Integration integration, String field) {
        return switch (field) {
            case "id" -> integration.opaqueId();
            case "service" -> integration.service();
            case "table" -> integration.table();
            case "url" -> steps.url(integration);
            default -> steps.shown(integration, field);
        };
    }

    private static String label(String name) {
        return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1).replace('_', ' ');
    }

    private Fields stats(Call call, Integration integration) {
        return Traffic.fields(webhooks.traffic(integration.endpointId()));
    }

    private Fields delete(Call call, Integration integration) {
        call.parameters()
                .match(
                        "confirm",
                        integration.table(),
                        "Type the table's name to confirm:",
                        "This deletes the integration %s and its table %s with all rows. It cannot be undone."
                                .formatted(integration.opaqueId(), integration.table()));
        integrations.delete(integration);
        endpoints.forget();
        audit.note(call.actor(), integration.organizationId(), "delete integration", integration.table());
        return new Fields()
                .with(
                        "message",
                        "The integration %s and its table %s are gone."
                                .formatted(integration.opaqueId(), integration.table()));
    }

    private Fields rename(Call call, Integration integration) {
        String name = call.parameters().required("new_name", "The table's new name:");
        try {
            integrations.rename(integration, name);
        } catch (IntegrationException e) {
            throw RefusedException.invalid("new_name", e.getMessage());
        }
        endpoints.forget();
        audit.note(
                call.actor(),
                integration.organizationId(),
                "rename table",
                "%s to %s".formatted(integration.table(), name));
        return new Fields().with("message", "The table %s is called %s now.".formatted(integration.table(), name));
    }

    private static <T> T refusing(Supplier<T> work) {
        try {
            return work.get();
        } catch (IntegrationException e) {
            throw new RefusedException(400, "invalid_service", e.getMessage());
        } catch (MissingConnectorException e) {
            throw new RefusedException(409, "connector_missing", e.getMessage());
        }
    }
}
