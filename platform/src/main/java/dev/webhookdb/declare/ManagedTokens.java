package dev.webhookdb.declare;

import dev.webhookdb.account.ApiTokens;
import dev.webhookdb.account.Membership;
import dev.webhookdb.account.Organization;
import dev.webhookdb.account.Role;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/** Tokens of programs, of which files have only the digest. Those that end by themselves are none of theirs. Thread-safe. */
record ManagedTokens(ApiTokens tokens) implements ManagedKind {
    @Override
    public Kind kind() {
        return Kind.TOKEN;
    }

    @Override
    public List<Existing> existing(Organization organization) {
        return tokens.lasting(organization).stream()
                .map(token -> new Existing(
                        token.name(),
                        token.name(),
                        new Attributes()
                                .with("sha256", token.sha256())
                                .with("role", token.role().text())
                                .all()))
                .toList();
    }

    @Override
    public String create(Scope scope, Wish wish) {
        tokens.put(
                scope.actor(),
                scope.organization(),
                wish.name(),
                ManagedMembers.role(wish),
                HexFormat.of().parseHex(wish.required("sha256")));
        return wish.name();
    }

    @Override
    public void update(Scope scope, Existing existing, Wish wish, Set<String> different) {
        create(scope, wish);
    }

    @Override
    public void delete(Scope scope, Existing existing) {
        tokens.revoke(scope.actor(), new Membership(scope.organization(), Role.ADMIN), existing.id());
    }
}
