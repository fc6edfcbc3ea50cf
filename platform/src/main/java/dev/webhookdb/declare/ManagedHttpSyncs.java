package dev.webhookdb.declare;

import dev.webhookdb.account.Organization;
import dev.webhookdb.integration.Integrations;
import dev.webhookdb.sync.EndpointTargets;
import dev.webhookdb.sync.SyncTarget;
import dev.webhookdb.sync.SyncTargets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Endpoints that are sent pages of changed rows. Thread-safe. */
record ManagedHttpSyncs(SyncWish common, EndpointTargets endpoints) implements ManagedKind {
    private static final String SECRET = "secret";

    ManagedHttpSyncs(SyncTargets targets, Integrations integrations, EndpointTargets endpoints) {
        this(new SyncWish(targets, integrations), endpoints);
    }

    @Override
    public Kind kind() {
        return Kind.HTTP_SYNC;
    }

    @Override
    public List<Existing> existing(Organization organization) {
        return common.targets().of(organization, SyncTarget.Kind.HTTP).stream()
                .map(target -> {
                    Attributes attributes = common.attributes(target);
                    target.receiver().secret().ifPresent(secret -> attributes.withSecret(SECRET, secret));
                    return new Existing(target.opaqueId(), "http-sync", attributes.all());
                })
                .toList();
    }

    @Override
    public Map<String, Value> wanted(Scope scope, Wish wish, Optional<Existing> existing) {
        wish.text(SyncWish.URL).ifPresent(url -> endpoints.check(url, wish.text(SECRET), SyncWish.terms(wish)));
        return common.wanted(scope, wish);
    }

    @Override
    public String create(Scope scope, Wish wish) {
        SyncTarget made = endpoints.create(
                scope.newId(wish),
                scope.actor(),
                scope.organization(),
                common.made(scope, wish),
                wish.required(SyncWish.URL),
                wish.text(SECRET),
                SyncWish.terms(wish),
                SyncWish.everything(wish));
        common.pauseIfWanted(scope, made, wish);
        return made.opaqueId();
    }

    @Override
    public void update(Scope scope, Existing existing, Wish wish, Set<String> different) {
        SyncWish.requireSame(different, SyncWish.INTEGRATION);
        SyncWish.requireSame(different, SECRET);
        SyncTarget target = common.target(scope.organization(), SyncTarget.Kind.HTTP, existing);
        if (different.contains(SyncWish.URL)) {
            var credentials = SyncWish.credentials(wish.required(SyncWish.URL), target);
            endpoints.updateCredentials(
                    scope.actor(), target, common.made(scope, wish), credentials.user(), credentials.password());
        }
        if (SyncWish.areTerms(different)) {
            endpoints.update(scope.actor(), target, before -> SyncWish.terms(wish));
        }
        common.pauseOrResume(scope, target, wish, different);
    }

    @Override
    public void delete(Scope scope, Existing existing) {
        common.delete(scope, SyncTarget.Kind.HTTP, existing);
    }
}
