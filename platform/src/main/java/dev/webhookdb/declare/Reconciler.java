package dev.webhookdb.declare;

import dev.webhookdb.account.Actor;
import dev.webhookdb.account.Organization;
import dev.webhookdb.account.Organizations;
import dev.webhookdb.declare.Change.Action;
import dev.webhookdb.declare.Planner.Portion;
import dev.webhookdb.sql.Database;
import java.util.ArrayList;
import java.util.List;

/** Compares what files say with what there is, and makes it so. Thread-safe. */
final class Reconciler {
    private final Organizations organizations;
    private final Ownership ownership;
    private final ApplyLease lease;
    private final Planner planner;

    Reconciler(Database platform, Organizations organizations, Ownership ownership, List<ManagedKind> kinds) {
        this.organizations = organizations;
        this.ownership = ownership;
        this.lease = new ApplyLease(platform);
        this.planner = new Planner(organizations, ownership, kinds);
    }

    /**
     * Returns what would be done.
     *
     * @param source of which declarations there are all
     * @param prune whether what it made, and has no more, is deleted
     * @throws DeclarationException with everything that cannot be
     */
    Plan plan(Actor.Operator actor, List<Declaration> declarations, Source source, boolean prune) {
        List<Portion> portions = planner.plan(actor, declarations, source, prune);
        return new Plan(
                portions.stream()
                        .flatMap(portion -> portion.steps().stream())
                        .flatMap(step -> step.change().stream())
                        .toList(),
                portions.stream()
                        .flatMap(portion -> portion.unreadable().stream())
                        .toList());
    }

    /**
     * Does it. Where something fails after all, the rest of its organization is left for the next time, and others are gone on with. What
     * cannot be read is a failure that ends nothing.
     *
     * @param source of which declarations there are all
     * @param prune whether what it made, and has no more, is deleted
     * @throws DeclarationException with everything that cannot be; nothing was done then
     */
    Applied apply(Actor.Operator actor, List<Declaration> declarations, Source source, boolean prune) {
        try (ApplyLease.Held held = lease.take()) {
            List<Change> done = new ArrayList<>();
            List<Mistake> failures = new ArrayList<>();
            for (Portion portion : planner.plan(actor, declarations, source, prune)) {
                failures.addAll(portion.unreadable());
                apply(portion, held, done, failures);
            }
            return new Applied(new Plan(done, List.of()), failures);
        }
    }

    private void apply(Portion portion, ApplyLease.Held held, List<Change> done, List<Mistake> failures) {
        Scope scope = portion.scope();
        for (Step step : portion.steps()) {
            try {
                held.renew();
                scope = perform(scope, step);
                step.change().ifPresent(done::add);
            } catch (RuntimeException e) {
                failures.add(Refusals.of(change(scope, step), step, e));
                return;
            }
        }
    }

    /** What is only taken over has no change. */
    private static Change change(Scope scope, Step step) {
        return step.change().orElseGet(() -> {
            Wish wish = step.wish().orElseThrow();
            return new Change(Action.KEEP, wish.kind(), scope.key(), wish.name(), wish.at(), List.of());
        });
    }

    private Scope perform(Scope scope, Step step) {
        Action action = step.change().map(Change::action).orElse(Action.KEEP);
        return switch (action) {
            case CREATE -> create(scope, step);
            case UPDATE -> {
                Existing existing = step.existing().orElseThrow();
                step.kind().update(scope, existing, step.wish().orElseThrow(), step.different());
                own(scope, step, existing.id());
                yield scope;
            }
            case DELETE -> {
                step.kind().delete(scope, step.existing().orElseThrow());
                ownership.remove(
                        scope.organization(),
                        step.kind().kind(),
                        step.change().orElseThrow().name());
                yield scope;
            }
            case KEEP -> {
                step.existing().ifPresent(existing -> own(scope, step, existing.id()));
                yield scope;
            }
        };
    }

    private Scope create(Scope scope, Step step) {
        Wish wish = step.wish().orElseThrow();
        String id = step.kind().create(scope, wish);
        Scope now = wish.kind() == Kind.ORGANIZATION ? scope.with(made(id)) : scope;
        ownership.put(
                now.organization(), wish.kind(), wish.name(), id, wish.at().file(), true);
        return now;
    }

    private Organization made(String key) {
        return organizations
                .find(key)
                .orElseThrow(
                        () -> new IllegalStateException("The organization %s was closed meanwhile.".formatted(key)));
    }

    /** What no file has any more stays owned by the one that had it, so that it can still be deleted. */
    private void own(Scope scope, Step step, String id) {
        step.wish().ifPresent(wish -> {
            boolean made = ownership
                    .of(scope.organization().id(), wish.kind(), id)
                    .filter(Ownership.Owned::isMade)
                    .isPresent();
            ownership.put(
                    scope.organization(),
                    wish.kind(),
                    wish.name(),
                    id,
                    wish.at().file(),
                    made);
        });
    }
}
