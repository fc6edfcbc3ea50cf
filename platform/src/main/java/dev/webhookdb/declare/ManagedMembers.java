package dev.webhookdb.declare;

import dev.webhookdb.account.Memberships;
import dev.webhookdb.account.Organization;
import dev.webhookdb.account.Role;
import java.util.List;
import java.util.Set;

/** Members, who are in without having been asked. Who is invited is not in yet. Thread-safe. */
record ManagedMembers(Memberships memberships) implements ManagedKind {
    private static final String ROLE = "role";

    @Override
    public Kind kind() {
        return Kind.MEMBER;
    }

    @Override
    public List<Existing> existing(Organization organization) {
        return memberships.members(organization).stream()
                .filter(member -> !member.invited())
                .map(member -> new Existing(
                        member.email(),
                        member.email(),
                        new Attributes().with(ROLE, member.role().text()).all()))
                .toList();
    }

    @Override
    public String create(Scope scope, Wish wish) {
        memberships.admit(scope.actor(), scope.organization(), wish.name(), role(wish));
        return wish.name();
    }

    @Override
    public void update(Scope scope, Existing existing, Wish wish, Set<String> different) {
        memberships.change(scope.actor(), scope.organization(), List.of(existing.id()), role(wish));
    }

    @Override
    public void delete(Scope scope, Existing existing) {
        memberships.remove(scope.actor(), scope.organization(), existing.id());
    }

    static Role role(Wish wish) {
        return Role.of(wish.required(ROLE)).orElseThrow();
    }
}
