package dev.webhookdb.testkit.simulator;

import static dev.webhookdb.testkit.simulator.JsonText.object;

import java.util.Map;

/** The bodies that Stripe's libraries tell errors by: https://docs.stripe.com/api/errors. */
final class StripeErrors {
    private StripeErrors() {}

    static Reply of(int status) {
        return switch (status) {
            case 401 -> of(status, "Invalid API Key provided: rk_test_****", "");
            case 403 -> of(status, "The provided key 'rk_test_****' does not have the required permissions.", "");
            case 429 ->
                of(status, "Request rate limit exceeded.", "rate_limit")
                        .header("Stripe-Rate-Limited-Reason", "global-rate");
            default ->
                Reply.json(
                        status,
                        object("error", object("message", "Sorry, something went wrong.", "type", "api_error")));
        };
    }

    static Reply unknown(Call call) {
        return of(404, "Unrecognized request URL (" + call.method() + ": " + call.path() + ").", "");
    }

    static Reply of(int status, String message, String code) {
        Map<String, Object> error = code.isEmpty()
                ? object("message", message, "type", "invalid_request_error")
                : object("code", code, "message", message, "type", "invalid_request_error");
        return Reply.json(status, object("error", error)).header("Stripe-Version", StripeSimulator.API_VERSION);
    }
}
