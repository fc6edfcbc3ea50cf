package dev.webhookdb.account;

import dev.webhookdb.account.AccountException.Kind;
import dev.webhookdb.event.AccountEvents;
import dev.webhookdb.event.ErasedEvents;
import dev.webhookdb.platform.Intents;
import dev.webhookdb.platform.Intents.Intent;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What people do with their own account: give it another name, and end it. The organizations that they belong to are told in the same
 * transaction, closed ones as well. Thread-safe.
 */
public final class OwnAccount {
    private static final String ERASURE = "erase person";

    private static final String OF_CUSTOMER = """
            select organization.id, organization.key, organization.name, organization.closed_at is null as open, membership.role
            from membership join organization on organization.id = membership.organization_id
            where membership.customer_id = :customer order by organization.id""";

    private final Database platform;
    private final Intents intents;
    private final ErasedEvents events;

    /** @param platform where accounts are kept */
    public OwnAccount(Database platform) {
        this.platform = platform;
        this.intents = new Intents(platform);
        this.events = new ErasedEvents(platform);
    }

    /** An organization that somebody belongs to. */
    private record Part(Organization organization, boolean open, Role role) {
        static Part read(Row row) {
            return new Part(
                    Organizations.read(row),
                    row.flag("open"),
                    Role.of(row.text("role")).orElseThrow());
        }
    }

    /**
     * Says what to call somebody. The name they have already changes nothing, and nobody is told.
     *
     * @throws AccountException if the name cannot be used, or the account is gone
     */
    public Customer rename(Actor.Person actor, String name) {
        String chosen = name.strip();
        Names.objection(chosen).ifPresent(objection -> {
            throw new AccountException(Kind.INVALID, "A name %s.".formatted(objection));
        });
        return platform.transaction(session -> {
            Customer before = locked(session, actor.customer());
            if (before.name().equals(chosen)) {
                return before;
            }
            Customer renamed = session.sql("update customer set name = :name where id = :id returning id, email, name")
                    .bind("name", chosen)
                    .bind("id", before.id())
                    .one(Accounts::read);
            for (Part part : parts(session, renamed)) {
                Told.renamed(session, part.organization(), renamed);
                Audit.note(session, actor, part.organization().id(), "change own name", chosen);
            }
            return renamed;
        });
    }

    /**
     * Ends somebody's account: memberships, sessions, tokens, passwords and invitations. What they made in organizations stays, without
     * their name. Events that are kept say nothing of them any more within a minute.
     *
     * @throws AccountException if an organization would be left without an admin, or the account is gone; then nothing is done
     */
    public void delete(Actor.Person actor) {
        platform.run(session -> {
            lockOrganizations(session, actor.customer());
            // before the account is locked: whoever accepts one holds it, and waits for the account
            session.sql("delete from invitation where email = :email")
                    .bind("email", actor.customer().email())
                    .execute();
            Customer customer = locked(session, actor.customer());
            List<Part> parts = parts(session, customer);
            requireOtherAdmins(session, customer, parts);
            parts.forEach(part -> leave(session, actor, part));
            Authors.forget(session, customer);
            session.sql("delete from one_time_password where email = :email")
                    .bind("email", customer.email())
                    .execute();
            session.sql("delete from customer where id = :id")
                    .bind("id", customer.id())
                    .execute();
        });
    }

    /** Returns who empties kept events of people who are gone, by the kind of it. */
    public Map<String, Consumer<Intent>> unfinished() {
        return Map.of(ERASURE, intent -> {
            events.erasePerson(intent.organizationId(), intent.subject(), intent.detail());
            intents.forget(intent);
        });
    }

    /** In one order, so that two people who leave the same organizations at the same time do not wait for each other. */
    private static void lockOrganizations(Session session, Customer customer) {
        session.sql("""
                        select id from organization
                        where id in (select organization_id from membership where customer_id = :customer)
                        order by id for no key update""").bind("customer", customer.id()).list(row -> row.number("id"));
    }

    private static Customer locked(Session session, Customer customer) {
        return session.sql("select id, email, name from customer where id = :id for update")
                .bind("id", customer.id())
                .first(Accounts::read)
                .orElseThrow(
                        () -> new AccountException(Kind.INVALID, "This account was deleted. Log in to make another."));
    }

    private static List<Part> parts(Session session, Customer customer) {
        return session.sql(OF_CUSTOMER).bind("customer", customer.id()).list(Part::read);
    }

    /** A closed organization needs none: it ends by itself, and whoever operates the installation can open it again. */
    private static void requireOtherAdmins(Session session, Customer customer, List<Part> parts) {
        parts.stream()
                .filter(Part::open)
                .filter(part -> part.role() == Role.ADMIN)
                .map(Part::organization)
                .filter(organization -> !hasOtherAdmin(session, organization, customer))
                .findFirst()
                .ifPresent(organization -> {
                    throw new AccountException(
                            Kind.LAST_ADMIN,
                            "%1$s would be left without an admin. Make somebody else one first, with 'webhookdb org changerole', or close it with 'webhookdb org close --org %2$s'."
                                    .formatted(organization.name(), organization.key()));
                });
    }

    private static boolean hasOtherAdmin(Session session, Organization organization, Customer customer) {
        return session.sql("""
                        select exists (select from membership
                          where organization_id = :organization and customer_id <> :customer and role = 'admin') as there""")
                .bind("organization", organization.id())
                .bind("customer", customer.id())
                .one(row -> row.flag("there"));
    }

    private static void leave(Session session, Actor.Person actor, Part part) {
        Customer customer = actor.customer();
        Organization organization = part.organization();
        String user = Told.id(customer);
        // first what waits to be told: what is told of the end itself holds nothing but the number
        AccountEvents.erasePerson(session, organization.id(), user, customer.email());
        Told.left(session, organization, customer, part.role());
        Intents.leave(session, Intent.of(organization.id(), ERASURE, user, customer.email(), ""));
        Audit.note(session, actor, organization.id(), "delete own account", user);
    }
}
