package dev.webhookdb.declare;

import dev.webhookdb.account.Organization;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Integrations;
import dev.webhookdb.sync.CopyTargets;
import dev.webhookdb.sync.SyncTarget;
import dev.webhookdb.sync.SyncTargets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Tables of other databases that are kept in step. Thread-safe. */
record ManagedDbSyncs(SyncWish common, CopyTargets copies) implements ManagedKind {
    private static final String SCHEMA = "schema";
    private static final String TABLE = "table";

    ManagedDbSyncs(SyncTargets targets, Integrations integrations, CopyTargets copies) {
        this(new SyncWish(targets, integrations), copies);
    }

    @Override
    public Kind kind() {
        return Kind.DB_SYNC;
    }

    @Override
    public List<Existing> existing(Organization organization) {
        return common.targets().of(organization, SyncTarget.Kind.DATABASE).stream()
                .map(target -> new Existing(target.opaqueId(), "db-sync", attributes(target)))
                .toList();
    }

    private Map<String, Value> attributes(SyncTarget target) {
        SyncTarget.Copy copy = target.copy().orElseThrow();
        return common.attributes(target)
                .with(SCHEMA, copy.schema())
                .with(TABLE, copy.table())
                .all();
    }

    @Override
    public Map<String, Value> wanted(Scope scope, Wish wish, Optional<Existing> existing) {
        wish.text(SyncWish.URL)
                .ifPresent(url -> copies.check(url, wish.text(SCHEMA), wish.text(TABLE), SyncWish.terms(wish)));
        return common.wanted(scope, wish);
    }

    @Override
    public String create(Scope scope, Wish wish) {
        SyncTarget made = copies.create(
                scope.newId(wish),
                scope.actor(),
                scope.organization(),
                common.made(scope, wish),
                wish.required(SyncWish.URL),
                wish.text(SCHEMA),
                wish.text(TABLE),
                SyncWish.terms(wish),
                SyncWish.everything(wish));
        common.pauseIfWanted(scope, made, wish);
        return made.opaqueId();
    }

    @Override
    public void update(Scope scope, Existing existing, Wish wish, Set<String> different) {
        SyncWish.requireSame(different, SyncWish.INTEGRATION);
        SyncTarget target = common.target(scope.organization(), SyncTarget.Kind.DATABASE, existing);
        Integration integration = common.made(scope, wish);
        if (different.contains(SyncWish.URL)) {
            var credentials = SyncWish.credentials(wish.required(SyncWish.URL), target);
            copies.updateCredentials(scope.actor(), target, integration, credentials.user(), credentials.password());
        }
        if (SyncWish.areTerms(different) || different.contains(SCHEMA) || different.contains(TABLE)) {
            SyncTarget now = common.target(scope.organization(), SyncTarget.Kind.DATABASE, existing);
            copies.update(
                    scope.actor(),
                    scope.organization(),
                    now,
                    integration,
                    wish.text(SCHEMA),
                    wish.text(TABLE),
                    before -> SyncWish.terms(wish));
        }
        common.pauseOrResume(scope, target, wish, different);
    }

    @Override
    public void delete(Scope scope, Existing existing) {
        common.delete(scope, SyncTarget.Kind.DATABASE, existing);
    }
}
