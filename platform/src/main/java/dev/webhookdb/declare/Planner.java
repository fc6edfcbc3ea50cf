package dev.webhookdb.declare;

import dev.webhookdb.account.Actor;
import dev.webhookdb.account.Organization;
import dev.webhookdb.account.Organizations;
import dev.webhookdb.declare.Change.Action;
import dev.webhookdb.declare.Ownership.Owned;
import dev.webhookdb.sql.BusyException;
import dev.webhookdb.sql.DatabaseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Finds what is to be done so that everything is as files say. Changes nothing. Thread-safe. */
final class Planner {
    private final Organizations organizations;
    private final Ownership ownership;
    private final List<ManagedKind> kinds;

    /** @param kinds in the order of {@link Kind} */
    Planner(Organizations organizations, Ownership ownership, List<ManagedKind> kinds) {
        this.organizations = organizations;
        this.ownership = ownership;
        this.kinds = List.copyOf(kinds);
    }

    /**
     * What is to be done in one organization: first what is made and changed, then what is deleted.
     *
     * @param unreadable what stays as it is, because nobody can say what it is
     */
    record Portion(Scope scope, List<Step> steps, List<Mistake> unreadable) {}

    /**
     * Returns what is to be done, by organization.
     *
     * @param source what else it made can be deleted
     * @throws DeclarationException with everything that cannot be
     */
    List<Portion> plan(Actor.Operator actor, List<Declaration> declarations, Source source, boolean prune) {
        Map<String, List<Declaration>> declared = declarations.stream()
                .collect(Collectors.groupingBy(Declaration::organization, LinkedHashMap::new, Collectors.toList()));
        Map<String, List<Owned>> owned = ownership.all().stream().collect(Collectors.groupingBy(Owned::organization));
        Map<String, Organization> there =
                organizations.all().stream().collect(Collectors.toMap(Organization::key, Function.identity()));
        Set<String> keys = new LinkedHashSet<>(declared.keySet());
        owned.forEach((key, things) -> {
            if (source.isWhole() && things.stream().anyMatch(one -> source.has(one.file()))) {
                keys.add(key);
            }
        });
        List<Mistake> mistakes = new ArrayList<>();
        List<Portion> portions = new ArrayList<>();
        for (String key : keys) {
            List<Declaration> wanted = declared.getOrDefault(key, List.of());
            Scope scope = Scope.of(
                    actor,
                    key,
                    Optional.ofNullable(there.get(key)),
                    seed(wanted),
                    prune,
                    names(wanted, Kind.INTEGRATION));
            portions.add(new Look(scope, wanted, owned.getOrDefault(key, List.of()), source, mistakes).portion());
        }
        if (!mistakes.isEmpty()) {
            throw new DeclarationException(mistakes);
        }
        return portions;
    }

    private static Optional<String> seed(List<Declaration> declarations) {
        return declarations.stream()
                .filter(one -> one.kind() == Kind.ORGANIZATION)
                .flatMap(one -> one.said("seed").stream())
                .map(Value::text)
                .findFirst();
    }

    private static Set<String> names(Collection<Declaration> declarations, Kind kind) {
        return declarations.stream()
                .filter(one -> one.kind() == kind)
                .map(Declaration::name)
                .collect(Collectors.toSet());
    }

    /** The look at one organization. */
    private final class Look {
        private final Scope scope;
        private final List<Declaration> wanted;
        private final Map<Kind, Map<String, Owned>> owned = new HashMap<>();
        private final Source source;
        private final List<Mistake> mistakes;
        private final List<Step> steps = new ArrayList<>();
        private final List<Step> deletions = new ArrayList<>();
        private final List<Mistake> unreadable = new ArrayList<>();

        Look(Scope scope, List<Declaration> wanted, List<Owned> owned, Source source, List<Mistake> mistakes) {
            this.source = source;
            this.scope = scope;
            this.wanted = wanted;
            this.mistakes = mistakes;
            owned.forEach(one -> this.owned
                    .computeIfAbsent(one.kind(), ignored -> new LinkedHashMap<>())
                    .put(one.name(), one));
        }

        Portion portion() {
            kinds.forEach(this::look);
            List<Step> all = new ArrayList<>(steps);
            boolean closes = deletions.stream().anyMatch(step -> step.kind().kind() == Kind.ORGANIZATION);
            // what is in an organization ends with it
            all.addAll(
                    closes
                            ? deletions.stream()
                                    .filter(step -> step.kind().kind() == Kind.ORGANIZATION)
                                    .toList()
                            : deletions.reversed());
            return new Portion(scope, all, unreadable);
        }

        private void look(ManagedKind kind) {
            Map<String, Existing> existing = new LinkedHashMap<>();
            scope.known()
                    .ifPresent(organization -> kind.existing(organization).forEach(one -> existing.put(one.id(), one)));
            Set<String> found = new HashSet<>();
            for (Declaration declaration : wanted) {
                if (declaration.kind() == kind.kind()) {
                    compare(kind, declaration, existing).ifPresent(found::add);
                }
            }
            Set<String> names = names(wanted, kind.kind());
            for (Owned one : ofKind(kind).values()) {
                boolean left = source.has(one.file()) && !names.contains(one.name()) && !found.contains(one.id());
                if (left && existing.containsKey(one.id())) {
                    left(kind, one, existing.get(one.id()));
                }
            }
        }

        private Map<String, Owned> ofKind(ManagedKind kind) {
            return owned.getOrDefault(kind.kind(), Map.of());
        }

        /** Returns the id of what is meant, if it is there. */
        private Optional<String> compare(ManagedKind kind, Declaration declaration, Map<String, Existing> existing) {
            try {
                Optional<Existing> match = match(kind, declaration, existing);
                if (kind.kind() == Kind.INTEGRATION) {
                    match.ifPresent(one -> scope.endpoints().put(declaration.name(), one.id()));
                }
                Wish wish = Wish.of(declaration);
                if (match.isEmpty()) {
                    wish.requireNothingKept();
                }
                List<String> paths = match.map(one -> one.unreadable(wish)).orElse(List.of());
                if (!paths.isEmpty()) {
                    unreadable.add(Existing.unreadable(kind.kind(), declaration.name(), declaration.at(), paths));
                    return match.map(Existing::id);
                }
                Wish whole = wish.with(kind.wanted(scope, wish, match));
                Optional<Change> change = match.map(one -> update(declaration, whole, one))
                        .orElseGet(() -> Optional.of(creation(declaration, whole)));
                change.ifPresent(ignored -> scope.changing().add(kind.kind()));
                steps.add(new Step(kind, change, Optional.of(whole), match));
                return match.map(Existing::id);
            } catch (RuntimeException e) {
                if (isAway(e)) {
                    // nothing is wrong with the file
                    throw e;
                }
                mistakes.add(Refusals.of(declaration, e));
                return Optional.empty();
            }
        }

        private static boolean isAway(RuntimeException failure) {
            return failure instanceof BusyException
                    || (failure instanceof DatabaseException database
                            && database.kind() == DatabaseException.Kind.UNAVAILABLE);
        }

        private Optional<Existing> match(ManagedKind kind, Declaration declaration, Map<String, Existing> existing) {
            if (kind.kind().idPrefix().isEmpty()) {
                return Optional.ofNullable(existing.get(declaration.name()));
            }
            Optional<Existing> mine = Optional.ofNullable(ofKind(kind).get(declaration.name()))
                    .flatMap(one -> Optional.ofNullable(existing.get(one.id())));
            Optional<String> id = declaration.said("id").map(Value::text);
            if (id.isEmpty()) {
                return mine.or(() ->
                        scope.id(Wish.of(declaration)).flatMap(derived -> Optional.ofNullable(existing.get(derived))));
            }
            mine.filter(one -> !one.id().equals(id.get())).ifPresent(one -> {
                throw new RejectedException(
                        "id",
                        "it has the id %s, which cannot be changed: leave it out, or give this one another name"
                                .formatted(one.id()));
            });
            return Optional.ofNullable(existing.get(id.get()));
        }

        private Optional<Change> update(Declaration declaration, Wish whole, Existing existing) {
            List<Difference> differences =
                    Comparison.differences(declaration.kind(), whole.attributes(), existing.attributes());
            return differences.isEmpty()
                    ? Optional.empty()
                    : Optional.of(change(Action.UPDATE, declaration, differences));
        }

        private Change creation(Declaration declaration, Wish whole) {
            Map<String, Value> said = new LinkedHashMap<>(whole.attributes());
            said.keySet()
                    .removeIf(path -> !declaration.attributes().containsKey(path)
                            && declaration
                                    .kind()
                                    .attribute(path)
                                    .flatMap(Attribute::otherwise)
                                    .isPresent());
            return change(Action.CREATE, declaration, Comparison.differences(declaration.kind(), said, Map.of()));
        }

        private Change change(Action action, Declaration declaration, List<Difference> differences) {
            return new Change(
                    action,
                    declaration.kind(),
                    declaration.organization(),
                    declaration.name(),
                    declaration.at(),
                    differences);
        }

        /** What no file has any more. */
        private void left(ManagedKind kind, Owned one, Existing existing) {
            Action action = scope.prune() && one.isMade() ? Action.DELETE : Action.KEEP;
            Change change = new Change(
                    action, kind.kind(), one.organization(), one.name(), new Position(one.file(), 0), List.of());
            deletions.add(new Step(kind, Optional.of(change), Optional.empty(), Optional.of(existing)));
        }
    }
}
