package dev.webhookdb.api;

import java.util.Map;
import java.util.regex.Pattern;

/**
 * What is said of paths without a route. Some of them clients of the service this one stands in for know: they are told what there is
 * instead, and not with 404, which the stock client takes for a defect and reports to its vendor.
 */
final class AbsentPaths {
    private static final Map<Pattern, String> KNOWN = Map.of(
            Pattern.compile("/statusz"),
            "This server has no /statusz: /healthz and /readyz say how it is, and its log which version it has.",
            Pattern.compile("/v1/db/run_sql"),
            "This server has no /v1/db/run_sql, which takes an organization's key instead of a person: POST the query to /v1/db/{org}/sql with an API token, which 'webhookdb auth token create' makes.",
            Pattern.compile("/v1/organizations/[^/]+/error_handlers/[^/]+"),
            "This server does not show error handlers one by one: 'webhookdb error-handler list' shows them all.");

    private AbsentPaths() {}

    /** Returns what is answered. */
    static ApiException refusal(String path) {
        return KNOWN.entrySet().stream()
                .filter(known -> known.getKey().matcher(path).matches())
                .map(known -> new ApiException(403, "forbidden", known.getValue()))
                .findFirst()
                .orElseGet(() -> new ApiException(404, "not_found", "There is nothing at this path."));
    }
}
