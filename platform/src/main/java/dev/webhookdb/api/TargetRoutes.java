package dev.webhookdb.api;

import dev.webhookdb.account.Role;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Integrations;
import dev.webhookdb.sync.SyncStanding;
import dev.webhookdb.sync.SyncTarget;
import dev.webhookdb.sync.SyncTarget.Kind;
import dev.webhookdb.sync.SyncTargets;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What is the same for sync targets of every kind: how they are shown, and what is done with them as they are. Thread-safe. */
final class TargetRoutes implements HttpService {
    private final RequestAuthorizer members;
    private final SyncHandlers handlers;
    private final Integrations integrations;
    private final SyncTargets targets;
    private final Kind kind;
    private final Clock clock;

    TargetRoutes(
            RequestAuthorizer members,
            SyncHandlers handlers,
            Integrations integrations,
            SyncTargets targets,
            Kind kind,
            Clock clock) {
        this.members = members;
        this.handlers = handlers;
        this.integrations = integrations;
        this.targets = targets;
        this.kind = kind;
        this.clock = clock;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get(handlers.all(), members.member(handlers.all(), Role.VIEWER, this::list))
                .get(handlers.one(""), handlers.one("", Role.VIEWER, this::show))
                .get(handlers.one("/stats"), handlers.one("/stats", Role.VIEWER, this::statistics))
                .post(handlers.one("/sync"), handlers.one("/sync", Role.MEMBER, this::trigger))
                .post(handlers.one("/pause"), handlers.one("/pause", Role.MEMBER, this::pause))
                .post(handlers.one("/resume"), handlers.one("/resume", Role.MEMBER, this::resume))
                .post(handlers.one("/delete"), handlers.one("/delete", Role.MEMBER, this::delete));
    }

    private String command() {
        return SyncTargets.command(kind);
    }

    private String title() {
        return kind == Kind.HTTP ? "HTTP Sync" : "DB Sync";
    }

    private JsonObjectBuilder list(Call call) {
        Map<Long, Integration> known = integrations.of(call.organization().id()).stream()
                .collect(Collectors.toMap(Integration::id, Function.identity()));
        Map<Long, SyncStanding> standings = targets.standings(call.organization());
        Map<String, String> files = members.owned().files(call, handlers.declared());
        List<JsonObjectBuilder> items = targets.of(call.organization(), kind).stream()
                // one that is being deleted with its integration is as good as gone
                .filter(one -> known.containsKey(one.integrationId()))
                .map(one -> DeclaredIn.item(
                        SyncAnswers.target(
                                one,
                                known.get(one.integrationId()),
                                Optional.ofNullable(standings.get(one.id())),
                                clock.instant()),
                        files,
                        one.opaqueId()))
                .toList();
        return Prompts.list(
                items,
                items.isEmpty() ? "There is no %s; 'webhookdb %s create' makes one.".formatted(title(), command()) : "",
                DeclaredIn.headers(SyncAnswers.headers(kind), !files.isEmpty()));
    }

    private JsonObjectBuilder show(Call call, SyncTarget one, Integration integration) {
        Optional<SyncStanding> standing =
                Optional.ofNullable(targets.standings(call.organization()).get(one.id()));
        Optional<String> file = members.owned().file(call, handlers.declared(), one.opaqueId());
        return DeclaredIn.one(SyncAnswers.target(one, integration, standing, clock.instant()), file)
                .with("message", "")
                .withTable("display_headers", DeclaredIn.headers(SyncAnswers.allHeaders(kind), file.isPresent()));
    }

    private JsonObjectBuilder statistics(Call call, SyncTarget one, Integration integration) {
        return SyncAnswers.statistics(one, targets.statistics(one, integration), clock.instant());
    }

    private JsonObjectBuilder trigger(Call call, SyncTarget one, Integration integration) {
        targets.trigger(call.actor(), one);
        return new JsonObjectBuilder()
                .with(
                        "message",
                        "Data from %s is being synchronized to %s; 'webhookdb %s stats %s' shows how far it is."
                                .formatted(integration.table(), SyncTargets.shownUrl(one), command(), one.opaqueId()));
    }

    private JsonObjectBuilder pause(Call call, SyncTarget one, Integration integration) {
        targets.pause(call.actor(), one);
        return new JsonObjectBuilder()
                .with(
                        "message",
                        "Nothing of %s is sent to %s until 'webhookdb %s resume %s'. What changes meanwhile is sent then."
                                .formatted(integration.table(), SyncTargets.shownUrl(one), command(), one.opaqueId()));
    }

    private JsonObjectBuilder resume(Call call, SyncTarget one, Integration integration) {
        targets.resume(call.actor(), one);
        return new JsonObjectBuilder().with("message", "%s again.".formatted(SyncAnswers.promise(one, integration)));
    }

    private JsonObjectBuilder delete(Call call, SyncTarget one, Integration integration) {
        call.parameters()
                .match(
                        "confirm",
                        integration.table(),
                        "Type the table's name to confirm:",
                        "This ends the sync of %s to %s. The table stays, and so does what was sent."
                                .formatted(integration.table(), SyncTargets.shownUrl(one)));
        targets.delete(call.actor(), one);
        return new JsonObjectBuilder()
                .with(
                        "message",
                        "Data from %s will no longer be synchronized to %s."
                                .formatted(integration.table(), SyncTargets.shownUrl(one)));
    }
}
