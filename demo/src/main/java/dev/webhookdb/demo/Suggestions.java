package dev.webhookdb.demo;

import java.nio.file.Path;
import java.util.List;

/** What to try while the server is up, ready to be pasted into another terminal. */
final class Suggestions {
    private final Path launcher;
    private final ServerProcess server;
    private final SimulatedStripe stripe;

    Suggestions(Path launcher, ServerProcess server, SimulatedStripe stripe) {
        this.launcher = launcher;
        this.server = server;
        this.stripe = stripe;
    }

    List<String> lines(Demo.Result made) {
        String table = made.endpoint().tables().get(Tables.CHARGES);
        String organization = " --org " + made.organization().key() + " ";
        Path token = server.log().resolveSibling("operator-token");
        return List.of(
                "What to try in another terminal:",
                "",
                "  # the tables, by a role that may only read",
                "  psql '" + made.connectionUrl() + "'",
                "",
                "  # the API that was listed",
                "  curl -u " + stripe.key() + ": '" + stripe.url() + "/v1/charges?limit=2'",
                "",
                "  # the command line",
                "  alias webhookdb='" + launcher + "'",
                "  export WEBHOOKDB_API_HOST=" + server.url() + " WEBHOOKDB_TOKEN_FILE='" + token + "'",
                "  webhookdb db sql" + organization + "'SELECT status, count(*) FROM " + table + " GROUP BY 1'",
                "  webhookdb integrations stats" + organization + table,
                "  webhookdb logs" + organization + "--state rejected",
                "  webhookdb backfill" + organization + table,
                "  webhookdb backfill status" + organization + table,
                "  webhookdb notification list" + organization.stripTrailing(),
                "  webhookdb notification listen" + organization.stripTrailing(),
                "",
                "Send webhooks of your own to " + made.endpoint().url() + ", signed with " + stripe.secret() + ".",
                "With your own Stripe account: webhookdb server, then webhookdb integrations create --help.");
    }
}
