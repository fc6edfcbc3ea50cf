package dev.webhookdb.demo;

import dev.webhookdb.demo.Comparison.Difference;
import dev.webhookdb.testkit.simulator.Deliveries;
import dev.webhookdb.testkit.simulator.StripeEvent;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The story: a server lists what Stripe has, hears what happens, misses some of it, is right again, tells of every change, and keeps a copy elsewhere. */
final class Demo {
    private static final int LOST_PERCENT = 10;
    private static final int DUPLICATED_PERCENT = 10;
    private static final int FORGED = 5;
    private static final int SHOWN_DIFFERENCES = 10;
    private static final Duration APPLY_LIMIT = Duration.ofMinutes(3);

    /** After that nothing more is to be expected. */
    private static final Duration SILENCE = Duration.ofSeconds(10);

    private static final long POLL_MILLIS = 100;

    private final Screen screen;
    private final ServerProcess server;
    private final SimulatedStripe stripe;
    private final int events;

    Demo(Screen screen, ServerProcess server, SimulatedStripe stripe, int events) {
        this.screen = screen;
        this.server = server;
        this.stripe = stripe;
        this.events = events;
    }

    /** Plays until every row is compared; fails when one is wrong. */
    Result play(Path dataDirectory) throws InterruptedException {
        server.awaitReady(screen);
        screen.line("The server is ready at " + server.url() + "; its log is " + server.log() + ".");
        screen.line("The simulated Stripe (seed " + stripe.seed() + ") serves " + stripe.charges() + " charges and "
                + stripe.customers() + " customers at " + stripe.url() + ".");
        try (Operator operator = Operator.of(server.url(), dataDirectory)) {
            Operator.Organization organization = operator.createOrganization();
            Operator.Endpoint endpoint = operator.createStripe(organization, stripe);
            String url = operator.connectionUrl(organization);
            Listings listings = new Listings(
                    screen, operator, organization, endpoint.tables().values());
            try (Tables tables = Tables.open(url, endpoint.tables());
                    Application application = Application.start();
                    Copy copy = Copy.start()) {
                Comparison comparison = backfill(organization, listings, tables);
                application.expect(operator.subscribe(organization, application.url()));
                operator.sync(organization, tables.name(Tables.CHARGES), copy.url());
                Map<String, String> before = tables.contents();
                webhooks(operator, organization, endpoint, comparison);
                reconcile(listings, comparison, tables);
                notifications(application, tables, before);
                sync(copy, tables);
                show(tables);
            }
            return new Result(organization, endpoint, url);
        }
    }

    private Comparison backfill(Operator.Organization organization, Listings listings, Tables tables)
            throws InterruptedException {
        heading("1. Backfill: what there was before");
        screen.line("Created the organization \"" + organization.name()
                + "\" with two Stripe integrations. With an API key, they list the API at once:");
        listings.awaitBackfills();
        Comparison comparison = new Comparison(tables, Instant.now().getEpochSecond());
        requireNone(comparison.differences(stripe.account()), "after the backfill");
        screen.line("Every row equals the simulated Stripe's own state.");
        return comparison;
    }

    private void webhooks(
            Operator operator, Operator.Organization organization, Operator.Endpoint endpoint, Comparison comparison)
            throws InterruptedException {
        heading("2. Webhooks: what happens now");
        List<StripeEvent> happened = stripe.happen(events);
        Deliveries<StripeEvent> arriving = new Deliveries<>(happened, stripe.seed()).lost(LOST_PERCENT);
        deliver(happened, arriving, endpoint);
        Operator.Counts counts = awaitApplied(operator, organization);
        screen.line("Applied: %d done, %d about other things, %d failed; %d rejected."
                .formatted(counts.done(), counts.ignored(), counts.failed(), counts.rejected()));
        Set<String> stale = missed(happened, arriving.events());
        List<Difference> differences = comparison.differences(stripe.account());
        requireNone(
                differences.stream().filter(one -> !stale.contains(one.id())).toList(),
                "although all newer webhooks were delivered");
        screen.line(
                "%d rows are missing or out of date, because their newest webhook was lost. Every other row is right."
                        .formatted(differences.stream()
                                .map(Difference::id)
                                .distinct()
                                .count()));
    }

    private void deliver(List<StripeEvent> happened, Deliveries<StripeEvent> arriving, Operator.Endpoint endpoint)
            throws InterruptedException {
        List<StripeEvent> sent =
                arriving.duplicated(DUPLICATED_PERCENT).shuffled().events();
        screen.line("%d events happen. The webhooks of %d are lost; the others come in any order, some twice, to"
                .formatted(happened.size(), happened.size() - arriving.events().size()));
        screen.line("  " + endpoint.url());
        long start = System.nanoTime();
        try (HttpClient client = HttpClient.newHttpClient()) {
            Delivery delivery = new Delivery(client, endpoint.url(), stripe.secret());
            delivery.deliver(sent, screen);
            long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
            screen.line("Delivered " + sent.size() + " signed webhooks in " + millis + " ms.");
            String reason = "";
            for (StripeEvent event : happened.subList(0, Math.min(FORGED, happened.size()))) {
                reason = delivery.forge(event);
            }
            screen.line("Forged webhooks were rejected, as they must be: " + reason.replaceAll("\\.$", "") + ".");
        }
    }

    /** The objects whose newest event was not delivered. */
    private static Set<String> missed(List<StripeEvent> happened, List<StripeEvent> delivered) {
        Set<StripeEvent> arrived = new HashSet<>(delivered);
        Map<String, StripeEvent> newest = new HashMap<>();
        happened.forEach(event -> newest.put(event.objectId(), event));
        return newest.values().stream()
                .filter(event -> !arrived.contains(event))
                .map(StripeEvent::objectId)
                .collect(Collectors.toSet());
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

    private void reconcile(Listings listings, Comparison comparison, Tables tables) throws InterruptedException {
        heading("3. Reconciliation: what was missed");
        screen.line("The server asks the API by itself, from time to time, what has changed. Now it is told to:");
        listings.reconcile();
        requireNone(comparison.differences(stripe.account()), "after the reconciliation");
        screen.line("Every one of %d rows equals the simulated Stripe's own state."
                .formatted(tables.count(Tables.CHARGES) + tables.count(Tables.CUSTOMERS)));
    }

    private void notifications(Application application, Tables tables, Map<String, String> before)
            throws InterruptedException {
        heading("4. Notifications: what your application is told");
        screen.line("An application at " + application.url() + " has been listening since the backfill.");
        List<String> untold = awaitTold(application, tables, before);
        if (!untold.isEmpty()) {
            throw new DemoException(
                    "The application is told of nothing more, and does not know the present state of %d rows, %s among them. Look at 'webhookdb notification list' and the server's log, %s."
                            .formatted(untold.size(), untold.getFirst(), server.log()));
        }
        if (application.forged() > 0) {
            throw new DemoException(
                    "%d notifications were not signed as they must be. This is a defect: please report it."
                            .formatted(application.forged()));
        }
        screen.line(
                "It was told of %d changes, each signed. What it knows of every row that changed is what the table holds."
                        .formatted(application.changes()));
    }

    /** Waits until the application knows everything, or is told of nothing more; returns what it does not know. */
    private List<String> awaitTold(Application application, Tables tables, Map<String, String> before)
            throws InterruptedException {
        long heard = System.nanoTime();
        int changes = application.changes();
        List<String> untold = untold(application, tables, before);
        while (!untold.isEmpty() && Duration.ofNanos(System.nanoTime() - heard).compareTo(SILENCE) < 0) {
            screen.passing("  %d rows are still to be told of".formatted(untold.size()));
            Thread.sleep(POLL_MILLIS);
            if (application.changes() > changes) {
                changes = application.changes();
                heard = System.nanoTime();
            }
            untold = untold(application, tables, before);
        }
        return untold;
    }

    /** Rows that are not what they were when the application began to listen, and of which it does not know the present state. */
    private static List<String> untold(Application application, Tables tables, Map<String, String> before) {
        Map<String, String> changed = tables.contents();
        changed.entrySet().removeAll(before.entrySet());
        List<String> untold = new ArrayList<>();
        for (String service : Tables.SERVICES) {
            Map<String, String> latest = application.latest(service);
            changed.keySet().removeAll(latest.keySet());
            untold.addAll(tables.idsOtherThanTold(service, latest));
        }
        untold.addAll(changed.keySet());
        return untold;
    }

    private void sync(Copy copy, Tables tables) throws InterruptedException {
        heading("5. HTTP Sync: a copy of your own");
        screen.line("Another application at " + copy.url().getAuthority().replaceFirst("^.*@", "")
                + " was sent every charge after the backfill, and since then what changes, in pages.");
        Map<String, List<String>> held =
                tables.columns(Tables.CHARGES, List.of("amount", "status", "coalesce(billing_email, '')"));
        long heard = System.nanoTime();
        int received = copy.received();
        while (!copy.rows().equals(held)
                && Duration.ofNanos(System.nanoTime() - heard).compareTo(SILENCE) < 0) {
            screen.passing("  %d of %d charges are there".formatted(copy.rows().size(), held.size()));
            Thread.sleep(POLL_MILLIS);
            if (copy.received() > received) {
                received = copy.received();
                heard = System.nanoTime();
            }
        }
        if (!copy.rows().equals(held) || copy.mostAtOnce() > 1) {
            throw new DemoException(
                    "The copy has %d charges and the table %d, or they are others, with up to %d requests at a time. Look at 'webhookdb httpsync list' and the server's log, %s."
                            .formatted(copy.rows().size(), held.size(), copy.mostAtOnce(), server.log()));
        }
        screen.line("It got %d rows on %d pages, one request at a time. Its %d charges are what the table holds."
                .formatted(copy.received(), copy.pages(), held.size()));
    }

    private void show(Tables tables) {
        heading("6. The tables");
        screen.line("%s holds %d charges:".formatted(tables.name(Tables.CHARGES), tables.count(Tables.CHARGES)));
        tables.show(screen, tables.latestCharges());
        screen.line("");
        tables.show(screen, tables.chargesByStatus());
        screen.line("");
        screen.line("%s holds %d customers:".formatted(tables.name(Tables.CUSTOMERS), tables.count(Tables.CUSTOMERS)));
        tables.show(screen, tables.latestCustomers());
    }

    private void requireNone(List<Difference> differences, String when) {
        if (!differences.isEmpty()) {
            String first = differences.stream()
                    .limit(SHOWN_DIFFERENCES)
                    .map(Difference::sentence)
                    .collect(Collectors.joining("\n  "));
            throw new DemoException("The tables differ from the simulated Stripe's own state in " + differences.size()
                    + " places, " + when + ". The first:\n  " + first
                    + "\nThis is a defect: please report it with the seed " + stripe.seed() + ".");
        }
    }

    private void heading(String text) {
        screen.line("");
        screen.line(text);
    }

    /** What the demo has made in the server. */
    record Result(Operator.Organization organization, Operator.Endpoint endpoint, String connectionUrl) {}
}
