package dev.webhookdb.declare;

import dev.webhookdb.account.Organization;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Integrations;
import dev.webhookdb.sync.ConnectionUrl;
import dev.webhookdb.sync.ConnectionUrl.Credentials;
import dev.webhookdb.sync.SyncTarget;
import dev.webhookdb.sync.SyncTarget.Kind;
import dev.webhookdb.sync.SyncTarget.Status;
import dev.webhookdb.sync.SyncTarget.Terms;
import dev.webhookdb.sync.SyncTargets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What HTTP and DB syncs have in common where files say what they are to be. Thread-safe. */
record SyncWish(SyncTargets targets, Integrations integrations) {
    static final String URL = "url";
    static final String INTEGRATION = IntegrationReferences.ATTRIBUTE;
    private static final String EVERY = "every";
    private static final String CHANGE = "change";
    private static final String PAUSED = "paused";
    private static final Set<String> TERMS = Set.of(EVERY, "page-size", "timeout");

    /** Returns what is so of a target of either kind. */
    Attributes attributes(SyncTarget target) {
        Terms terms = target.terms();
        return new Attributes()
                .with(INTEGRATION, integration(target).map(Integration::table))
                .withSecret(URL, ConnectionUrl.canonical(target.receiver().url()))
                .with(EVERY, terms.period().map(Duration::toString).orElse(CHANGE))
                .with("page-size", Integer.toString(terms.pageSize()))
                .with("timeout", terms.timeout().toString())
                .with(PAUSED, target.status() == Status.PAUSED);
    }

    Optional<Integration> integration(SyncTarget target) {
        return integrations.find(target.integrationId());
    }

    /** Returns what is said, with the integration's table for whatever names it. */
    Map<String, Value> wanted(Scope scope, Wish wish) {
        Map<String, Value> wanted = new LinkedHashMap<>(wish.attributes());
        String table = new IntegrationReferences(integrations)
                .find(scope, wish)
                .map(Integration::table)
                .orElseGet(() -> wish.required(INTEGRATION));
        wanted.put(INTEGRATION, new Value(List.of(table), false, false, wish.at()));
        wish.text(URL)
                .ifPresent(url ->
                        wanted.put(URL, new Value(List.of(ConnectionUrl.canonical(url)), true, false, wish.at())));
        return wanted;
    }

    Integration made(Scope scope, Wish wish) {
        return new IntegrationReferences(integrations).made(scope, wish);
    }

    static Terms terms(Wish wish) {
        return new Terms(
                wish.duration(EVERY, CHANGE), wish.number("page-size"), Duration.parse(wish.required("timeout")));
    }

    /** Returns whether all that is there already is sent first. */
    static boolean everything(Wish wish) {
        return wish.said("initial").isEmpty() || wish.isTrue("initial");
    }

    static boolean areTerms(Set<String> different) {
        return different.stream().anyMatch(TERMS::contains);
    }

    SyncTarget target(Organization organization, Kind kind, Existing existing) {
        return targets.find(organization, kind, existing.id()).orElseThrow();
    }

    void pauseOrResume(Scope scope, SyncTarget target, Wish wish, Set<String> different) {
        if (!different.contains(PAUSED)) {
            return;
        }
        if (wish.isTrue(PAUSED)) {
            targets.pause(scope.actor(), target);
        } else {
            targets.resume(scope.actor(), target);
        }
    }

    void pauseIfWanted(Scope scope, SyncTarget made, Wish wish) {
        if (wish.isTrue(PAUSED)) {
            targets.pause(scope.actor(), made);
        }
    }

    void delete(Scope scope, Kind kind, Existing existing) {
        targets.find(scope.organization(), kind, existing.id())
                .ifPresent(found -> targets.delete(scope.actor(), found));
    }

    /** Refuses what only another target can have. */
    static void requireSame(Set<String> different, String attribute) {
        if (different.contains(attribute)) {
            throw new RejectedException(
                    attribute,
                    "what there is cannot get another %s: give this one another name, and remove the old one with --prune"
                            .formatted(attribute));
        }
    }

    /** Returns the user and the password of a URL, unless it leads elsewhere than a target does. */
    static Credentials credentials(String url, SyncTarget target) {
        if (!withoutUser(url).equals(withoutUser(target.receiver().url()))) {
            throw new RejectedException(
                    URL,
                    "what there is can get another user and password, but goes nowhere else: give this one another name, and remove the old one with --prune");
        }
        return ConnectionUrl.credentials(url);
    }

    private static String withoutUser(String url) {
        return url.replaceFirst("//[^/@]*@", "//");
    }
}
