package dev.webhookdb.declare;

import dev.webhookdb.account.Organization;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Integrations;
import dev.webhookdb.notify.Subscription;
import dev.webhookdb.notify.Subscription.Filter;
import dev.webhookdb.notify.Subscription.Manner;
import dev.webhookdb.notify.Subscription.Payload;
import dev.webhookdb.notify.Subscription.Status;
import dev.webhookdb.notify.Subscriptions;
import dev.webhookdb.notify.Subscriptions.Terms;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Who is told of events. Thread-safe. */
record ManagedNotifications(Subscriptions subscriptions, Integrations integrations) implements ManagedKind {
    private static final String INTEGRATION = IntegrationReferences.ATTRIBUTE;
    private static final String SECRET = "secret";
    private static final String PAUSED = "paused";

    @Override
    public Kind kind() {
        return Kind.NOTIFICATION;
    }

    @Override
    public List<Existing> existing(Organization organization) {
        return subscriptions.of(organization).stream().map(this::existing).toList();
    }

    private Existing existing(Subscription one) {
        Filter filter = one.filter();
        Manner manner = one.manner();
        Attributes attributes = new Attributes()
                .withSecret("url", one.endpoint().url())
                .with(INTEGRATION, table(one))
                .with("events", filter.events())
                .with("columns", filter.columns())
                .with("where", filter.condition())
                .with("origins", filter.origins())
                .with("payload", manner.payload().name().toLowerCase(Locale.ROOT))
                .with("ordered", manner.ordered())
                .with("patient", manner.patient())
                .with(
                        "rate",
                        manner.rate().isPresent()
                                ? Integer.toString(manner.rate().getAsInt())
                                : "")
                .with("concurrency", Integer.toString(manner.concurrency()))
                .withSecret(SECRET, one.endpoint().secret())
                .with("send-secret", manner.sendsSecret())
                .with(PAUSED, one.status() == Status.PAUSED);
        return new Existing(one.opaqueId(), "notification", attributes.all());
    }

    private String table(Subscription one) {
        return one.integration().isEmpty()
                ? ""
                : integrations
                        .find(one.integration().getAsLong())
                        .map(Integration::table)
                        .orElse("");
    }

    @Override
    public Map<String, Value> wanted(Scope scope, Wish wish, Optional<Existing> existing) {
        Map<String, Value> wanted = new LinkedHashMap<>(wish.attributes());
        Optional<String> named = wish.text(INTEGRATION);
        Optional<Integration> integration = integration(scope, wish);
        wanted.put(
                INTEGRATION,
                plain(wish, integration.map(Integration::table).or(() -> named).orElse("")));
        if (wish.text("url").isEmpty()) {
            return wanted;
        }
        if ((named.isPresent() && integration.isEmpty()) || scope.known().isEmpty()) {
            subscriptions.requireUrl(wish.required("url"));
            return wanted;
        }
        Terms checked = subscriptions.check(scope.organization(), integration, terms(wish), wish.text(SECRET));
        wanted.put("events", new Value(checked.filter().events(), false, false, wish.at()));
        wanted.put("columns", new Value(checked.filter().columns(), false, false, wish.at()));
        return wanted;
    }

    private Optional<Integration> integration(Scope scope, Wish wish) {
        return wish.text(INTEGRATION).isEmpty()
                ? Optional.empty()
                : new IntegrationReferences(integrations).find(scope, wish);
    }

    private static Value plain(Wish wish, String text) {
        return new Value(text.isEmpty() ? List.of() : List.of(text), false, false, wish.at());
    }

    @Override
    public String create(Scope scope, Wish wish) {
        Optional<Integration> integration =
                wish.text(INTEGRATION).map(named -> new IntegrationReferences(integrations).made(scope, wish));
        return subscriptions
                .create(
                        scope.newId(wish),
                        scope.actor(),
                        scope.organization(),
                        integration,
                        terms(wish),
                        wish.text(SECRET))
                .opaqueId();
    }

    @Override
    public void update(Scope scope, Existing existing, Wish wish, Set<String> different) {
        if (different.contains(INTEGRATION)) {
            throw new RejectedException(
                    INTEGRATION,
                    "what there is cannot be about another integration: give this one another name, and remove the old one with --prune");
        }
        Subscription subscription =
                subscriptions.find(scope.organization(), existing.id()).orElseThrow();
        Subscription changed = subscription;
        if (different.contains(SECRET)) {
            changed = subscriptions.rotate(scope.actor(), changed, wish.text(SECRET), Subscriptions.GRACE);
        }
        if (different.stream().anyMatch(path -> !path.equals(SECRET))) {
            subscriptions.update(scope.actor(), changed, terms -> changed(terms, wish));
        }
    }

    /** An endpoint that was disabled because it failed stays so, unless it is to be paused. */
    private static Terms changed(Terms before, Wish wish) {
        Terms wanted = terms(wish);
        boolean remains = before.status() == Status.DISABLED && wanted.status() == Status.ACTIVE;
        return new Terms(
                wish.text("url").orElse(before.url()),
                wanted.filter(),
                wanted.manner(),
                remains ? Status.DISABLED : wanted.status());
    }

    private static Terms terms(Wish wish) {
        return new Terms(
                wish.text("url").orElse(""),
                new Filter(wish.texts("events"), wish.texts("columns"), wish.text("where"), wish.texts("origins")),
                new Manner(
                        Payload.valueOf(wish.required("payload").toUpperCase(Locale.ROOT)),
                        wish.isTrue("ordered"),
                        wish.isTrue("send-secret"),
                        wish.isTrue("patient"),
                        wish.text("rate").isPresent() ? OptionalInt.of(wish.number("rate")) : OptionalInt.empty(),
                        wish.number("concurrency")),
                wish.isTrue(PAUSED) ? Status.PAUSED : Status.ACTIVE);
    }

    @Override
    public void delete(Scope scope, Existing existing) {
        subscriptions
                .find(scope.organization(), existing.id())
                .ifPresent(found -> subscriptions.delete(scope.actor(), found));
    }
}
