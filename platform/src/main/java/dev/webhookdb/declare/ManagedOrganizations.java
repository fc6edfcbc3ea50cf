package dev.webhookdb.declare;

import dev.webhookdb.account.Audit;
import dev.webhookdb.account.Closing;
import dev.webhookdb.account.Organization;
import dev.webhookdb.account.Organizations;
import dev.webhookdb.tenancy.Placement;
import dev.webhookdb.tenancy.PlacementException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Organizations themselves: each is what there is one of in itself. Thread-safe. */
record ManagedOrganizations(Organizations organizations, Closing closing, Audit audit) implements ManagedKind {
    private static final String NAME = "name";
    private static final String BILLING = "billing-email";
    private static final String SERVER = "server";
    private static final String TAGS = "tags";

    @Override
    public Kind kind() {
        return Kind.ORGANIZATION;
    }

    @Override
    public List<Existing> existing(Organization organization) {
        return List.of(new Existing(
                organization.key(),
                organization.key(),
                new Attributes()
                        .with(NAME, organization.name())
                        .with(BILLING, organizations.billedTo(organization))
                        .all()));
    }

    @Override
    public Map<String, Value> wanted(Scope scope, Wish wish, Optional<Existing> existing) {
        Organizations.requireUsable(wish.name(), wish.text(NAME).orElse(wish.name()));
        if (existing.isEmpty()) {
            requirePlace(wish);
        }
        Map<String, Value> kept = new LinkedHashMap<>(wish.attributes());
        if (existing.isPresent()) {
            // only when it is created: it moves with 'webhookdb org move', and not because a file is written anew
            kept.keySet().removeAll(Set.of(SERVER, TAGS));
        }
        return kept;
    }

    private void requirePlace(Wish wish) {
        try {
            organizations.requirePlace(placement(wish));
        } catch (PlacementException e) {
            throw new RejectedException(e.isAboutTags() ? TAGS : SERVER, e.getMessage());
        }
    }

    private static Placement placement(Wish wish) {
        return new Placement(wish.text(SERVER), wish.texts(TAGS));
    }

    @Override
    public String create(Scope scope, Wish wish) {
        Organization made =
                organizations.create(scope.actor(), wish.name(), wish.text(NAME).orElse(wish.name()), placement(wish));
        wish.text(BILLING).ifPresent(email -> organizations.billTo(made, email));
        return made.key();
    }

    @Override
    public void update(Scope scope, Existing existing, Wish wish, Set<String> different) {
        if (different.contains(NAME)) {
            organizations.rename(scope.organization(), wish.required(NAME));
            audit.note(scope.actor(), scope.organization().id(), "update name", wish.required(NAME));
        }
        if (different.contains(BILLING)) {
            organizations.billTo(scope.organization(), wish.required(BILLING));
            audit.note(scope.actor(), scope.organization().id(), "update billing_email", wish.required(BILLING));
        }
    }

    /** Nobody gets in any more; its data is kept for the grace. */
    @Override
    public void delete(Scope scope, Existing existing) {
        closing.close(scope.actor(), scope.organization());
    }
}
