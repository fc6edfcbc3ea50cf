package dev.webhookdb.api;

import dev.webhookdb.account.Organizations;
import dev.webhookdb.account.Role;
import dev.webhookdb.integration.Integrations;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import java.util.List;

/** What the command line client asks about money, answered as an installation of one's own does: nothing is charged. Thread-safe. */
public final class SubscriptionRoutes implements HttpService {
    private static final String INFO = "/v1/organizations/{org}/subscriptions";
    private static final String EDIT = INFO + "/open_portal";
    private static final String PLANS = INFO + "/plans";

    private final RequestAuthorizer members;
    private final Integrations integrations;
    private final Organizations organizations;

    /** Tells members. */
    public SubscriptionRoutes(RequestAuthorizer members, Integrations integrations, Organizations organizations) {
        this.members = members;
        this.integrations = integrations;
        this.organizations = organizations;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get(INFO, members.member(INFO, Role.VIEWER, this::info))
                .get(PLANS, members.member(PLANS, Role.VIEWER, this::plans))
                .post(EDIT, members.member(EDIT, Role.ADMIN, this::edit));
    }

    private JsonObjectBuilder info(Call call) {
        int used = integrations.of(call.organization().id()).size();
        return new JsonObjectBuilder()
                .with("organization_formatted", LoginRoutes.shown(call.organization()))
                .with("billing_email", organizations.billedTo(call.organization()))
                .with("plan_name", "Self-hosted")
                .with("integrations_used_formatted", Integer.toString(used))
                .with("integrations_remaining_formatted", "unlimited")
                .with("sub_status", "")
                .with("message", "")
                .withTable(
                        "display_headers",
                        List.of(
                                List.of("organization_formatted", "Organization"),
                                List.of("billing_email", "Billing email"),
                                List.of("plan_name", "Plan name"),
                                List.of("integrations_used_formatted", "Integrations used"),
                                List.of("integrations_remaining_formatted", "Integrations left"),
                                List.of("sub_status", "Status")));
    }

    private JsonObjectBuilder plans(Call call) {
        return Prompts.list(
                List.of(),
                "This installation has no plans: everything is included.",
                List.of(
                        List.of("key", "Key"),
                        List.of("description", "Description"),
                        List.of("price_formatted", "Price")));
    }

    private JsonObjectBuilder edit(Call call) {
        throw new ApiException(
                409, "no_billing", "This installation charges nothing, so there is no subscription to change.");
    }
}
