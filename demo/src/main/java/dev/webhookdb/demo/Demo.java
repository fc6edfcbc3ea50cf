package dev.webhookdb.demo;

import dev.webhookdb.testkit.simulator.Deliveries;
import dev.webhookdb.testkit.simulator.StripeEvent;
import dev.webhookdb.testkit.simulator.StripeSimulator;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** The story: a server starts, Stripe sends, tables appear. */
final class Demo {
    private static final int DUPLICATED_PERCENT = 10;
    private static final int FORGED = 5;
    private static final int SECONDS_PER_EVENT = 12;
    private static final int SHOWN_DIFFERENCES = 10;
    private static final Duration APPLY_LIMIT = Duration.ofMinutes(3);
    private static final long POLL_MILLIS = 100;

    private final Screen screen;
    private final ServerProcess server;
    private final StripeSimulator account;
    private final int events;
    private final long seed;
    private final String secret = "whsec_" + UUID.randomUUID().toString().replace("-", "");

    Demo(Screen screen, ServerProcess server, int events, long seed) {
        this.screen = screen;
        this.server = server;
        this.events = events;
        this.seed = seed;
        this.account =
                StripeSimulator.seeded(seed).startingAt(Instant.now().minusSeconds((long) events * SECONDS_PER_EVENT));
    }

    /** Plays until the tables are shown; with the check, fails when they differ from the simulator's state. */
    void play(Path dataDirectory, boolean check) throws InterruptedException {
        server.awaitReady(screen);
        screen.line("The server is ready at " + server.url() + "; its log is " + server.log() + ".");
        try (Operator operator = Operator.of(server.url(), dataDirectory)) {
            Operator.Organization organization = operator.createOrganization();
            Operator.Endpoint endpoint = operator.createStripe(organization, secret);
            screen.line("Created the organization \"" + organization.name() + "\" with two Stripe integrations behind "
                    + endpoint.url());
            deliver(endpoint);
            Operator.Counts counts = awaitApplied(operator, organization);
            String url = operator.connectionUrl(organization);
            try (Tables tables = Tables.open(url, endpoint.tables())) {
                show(tables, counts);
                if (check) {
                    check(tables);
                    return;
                }
            }
            tellWhatNext(organization, endpoint, url);
        }
    }

    private void deliver(Operator.Endpoint endpoint) throws InterruptedException {
        List<StripeEvent> happened = account.happen(events);
        List<StripeEvent> sent = new Deliveries<>(happened, seed)
                .duplicated(DUPLICATED_PERCENT)
                .shuffled()
                .events();
        screen.line("The simulated Stripe (seed " + seed + ") sends " + events + " events in " + sent.size()
                + " signed webhooks: in any order, some twice.");
        long start = System.nanoTime();
        try (HttpClient client = HttpClient.newHttpClient()) {
            Delivery delivery = new Delivery(client, endpoint.url(), secret);
            delivery.deliver(sent, screen);
            long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
            screen.line("Delivered " + sent.size() + " webhooks in " + millis + " ms.");
            String reason = "";
            for (StripeEvent event : happened.subList(0, Math.min(FORGED, happened.size()))) {
                reason = delivery.forge(event);
            }
            screen.line("Forged webhooks were rejected, as they must be: " + reason.replaceAll("\\.$", "") + ".");
        }
    }

    private Operator.Counts awaitApplied(Operator operator, Operator.Organization organization)
            throws InterruptedException {
        long start = System.nanoTime();
        Operator.Counts counts = operator.counts(organization);
        while (counts.pending() > 0) {
            if (Duration.ofNanos(System.nanoTime() - start).compareTo(APPLY_LIMIT) > 0) {
                throw new DemoException(counts.pending() + " webhooks are still not applied after "
                        + APPLY_LIMIT.toMinutes() + " minutes. Look at the server's log, " + server.log() + ".");
            }
            screen.passing("  " + counts.pending() + " webhooks are still to be applied");
            Thread.sleep(POLL_MILLIS);
            counts = operator.counts(organization);
        }
        return counts;
    }

    private void show(Tables tables, Operator.Counts counts) {
        screen.line("Applied: %d done, %d about other things, %d failed; %d rejected."
                .formatted(counts.done(), counts.ignored(), counts.failed(), counts.rejected()));
        screen.line("");
        screen.line("%s holds %d charges:".formatted(tables.name(Tables.CHARGES), tables.count(Tables.CHARGES)));
        tables.show(screen, tables.latestCharges());
        screen.line("");
        tables.show(screen, tables.chargesByStatus());
        screen.line("");
        screen.line("%s holds %d customers:".formatted(tables.name(Tables.CUSTOMERS), tables.count(Tables.CUSTOMERS)));
        tables.show(screen, tables.latestCustomers());
        screen.line("");
    }

    private void check(Tables tables) {
        List<String> differences = Comparison.differences(account, tables);
        if (!differences.isEmpty()) {
            String first = String.join("\n  ", differences.subList(0, Math.min(SHOWN_DIFFERENCES, differences.size())));
            throw new DemoException("The tables differ from the simulated Stripe's own state in " + differences.size()
                    + " places. The first:\n  " + first + "\nThis is a defect: please report it with the seed " + seed
                    + ".");
        }
        screen.line("Every row equals the simulated Stripe's own state.");
    }

    private void tellWhatNext(Operator.Organization organization, Operator.Endpoint endpoint, String url) {
        screen.line("Look for yourself:  psql '" + url + "'");
        screen.line("Send your own:      " + endpoint.url() + "   (signing secret " + secret + ")");
        screen.line("See the log:        webhookdb logs --org " + organization.key() + " --host " + server.url()
                + " --token-file " + server.log().resolveSibling("operator-token"));
        screen.line("With your Stripe:   webhookdb server, then webhookdb integrations create --help");
    }
}
