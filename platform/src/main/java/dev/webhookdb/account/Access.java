package dev.webhookdb.account;

import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Row;
import java.util.List;
import java.util.Optional;

/** Which organizations somebody may enter, and with which role; nobody enters a closed one. Thread-safe. */
public final class Access {
    private static final String OF_CUSTOMER = """
            select organization.id, organization.key, organization.name, membership.role
            from membership join organization on organization.id = membership.organization_id
            where organization.closed_at is null and membership.customer_id = :customer""";

    /** The operator has no membership, and is an admin. */
    private static final String CLOSED = """
            select organization.id, organization.key, organization.name, organization.drop_at, coalesce(membership.role, 'admin') as role
            from organization left join membership
              on organization.id = membership.organization_id and membership.customer_id = :customer
            where organization.closed_at is not null and not organization.dropping
              and (:operator or membership.role is not null)
            order by organization.key""";

    private static final long NOBODY = 0;

    private final Database platform;
    private final Organizations organizations;

    /** Reads memberships from the platform's database. */
    public Access(Database platform, Organizations organizations) {
        this.platform = platform;
        this.organizations = organizations;
    }

    /** Returns every organization that the actor may enter, by key. */
    public List<Membership> of(Actor actor) {
        return switch (actor) {
            case Actor.Person person -> of(person.customer());
            case Actor.Token token -> List.of(token.token().membership());
            case Actor.Operator ignored ->
                organizations.all().stream().map(Access::operated).toList();
        };
    }

    /** Returns the organization that the actor begins with. */
    public Optional<Organization> defaultOf(Actor actor) {
        return switch (actor) {
            case Actor.Person person -> defaultOf(person.customer());
            case Actor.Token token -> Optional.of(token.token().membership().organization());
            case Actor.Operator ignored -> Optional.empty();
        };
    }

    /** Finds an organization by its number, key or name; nothing if there is no such, or the actor may not enter it. */
    public Optional<Membership> find(Actor actor, String organization) {
        return switch (actor) {
            case Actor.Person person -> find(person.customer(), organization);
            case Actor.Token token ->
                Optional.of(token.token().membership())
                        .filter(membership -> membership.organization().isCalled(organization));
            case Actor.Operator ignored -> organizations.called(organization).map(Access::operated);
        };
    }

    /** Returns the closed organizations that can be opened again, by key; to a program they are gone. */
    public List<ClosedOrganization> closed(Actor actor) {
        return switch (actor) {
            case Actor.Person person -> closed(person.customer().id(), false);
            case Actor.Operator ignored -> closed(NOBODY, true);
            case Actor.Token ignored -> List.of();
        };
    }

    private List<ClosedOrganization> closed(long customer, boolean operator) {
        return platform.transaction(session -> session.sql(CLOSED)
                .bind("customer", customer)
                .bind("operator", operator)
                .list(row -> new ClosedOrganization(membership(row), row.instant("drop_at"))));
    }

    private List<Membership> of(Customer customer) {
        return platform.transaction(session -> session.sql(OF_CUSTOMER + " order by organization.key")
                .bind("customer", customer.id())
                .list(Access::membership));
    }

    private Optional<Organization> defaultOf(Customer customer) {
        return platform.transaction(
                session -> session.sql(OF_CUSTOMER + " order by membership.is_default desc, organization.id limit 1")
                        .bind("customer", customer.id())
                        .first(Organizations::read));
    }

    private Optional<Membership> find(Customer customer, String organization) {
        return platform.transaction(session -> Organizations.bindCalled(
                        session.sql(OF_CUSTOMER + " and " + Organizations.CALLED), organization)
                .bind("customer", customer.id())
                .first(Access::membership));
    }

    private static Membership operated(Organization organization) {
        return new Membership(organization, Role.ADMIN);
    }

    private static Membership membership(Row row) {
        return new Membership(Organizations.read(row), Role.of(row.text("role")).orElseThrow());
    }
}
