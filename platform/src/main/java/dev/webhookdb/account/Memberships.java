package dev.webhookdb.account;

import dev.webhookdb.account.AccountException.Kind;
import dev.webhookdb.event.AccountEventType;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Session;
import dev.webhookdb.tenancy.Placement;
import dev.webhookdb.tenancy.PlacementException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Who belongs to which organization, and may do what there. Every change is noted in the audit log. Thread-safe. */
public final class Memberships {
    private static final String INVITED = """
            select organization.id, organization.key, organization.name, invitation.email, invitation.role, invitation.code
            from invitation join organization on organization.id = invitation.organization_id""";

    private static final int MOST_INVITATIONS_TO_ONE = 5;
    private static final int MOST_INVITATIONS = 500;
    private static final int MOST_NEW_ORGANIZATIONS = 50;
    private static final Duration DAY = Duration.ofDays(1);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Database platform;
    private final Organizations organizations;
    private final Access access;
    private final Attempts attempts;
    private final InvitationSender sender;

    /** Brings an invitation to whom it is for. */
    @FunctionalInterface
    public interface InvitationSender {
        /** Sends it. */
        void send(Invitation invitation, Actor by);
    }

    /** Keeps memberships in the platform's database. */
    public Memberships(Database platform, Organizations organizations, Access access, InvitationSender sender) {
        this.platform = platform;
        this.organizations = organizations;
        this.access = access;
        this.attempts = new Attempts(platform, Clock.systemUTC());
        this.sender = sender;
    }

    /**
     * Somebody in the list of an organization's members.
     *
     * @param invited whether they have not accepted yet
     */
    public record Member(String email, Role role, boolean invited) {}

    /** Returns the invitations that wait for an address. */
    public List<Invitation> invitations(String email) {
        return platform.transaction(
                session -> session.sql(INVITED + " where invitation.email = :email order by organization.key")
                        .bind("email", email)
                        .list(Memberships::invitation));
    }

    /** Returns an organization's members, and behind them who is invited; by address. */
    public List<Member> members(Organization organization) {
        return platform.transaction(session -> Stream.concat(
                        session
                                .sql("""
                                        select customer.email, membership.role from membership
                                        join customer on customer.id = membership.customer_id
                                        where membership.organization_id = :organization order by customer.email""")
                                .bind("organization", organization.id())
                                .list(row -> new Member(row.text("email"), role(row), false))
                                .stream(),
                        session
                                .sql(
                                        "select email, role from invitation where organization_id = :organization order by email")
                                .bind("organization", organization.id())
                                .list(row -> new Member(row.text("email"), role(row), true))
                                .stream())
                .toList());
    }

    /**
     * Creates an organization. A person who does is its admin; the operator may be everywhere, and becomes no member.
     *
     * @throws OrganizationException if the name cannot be used, or is taken
     * @throws AccountException if the actor is a token, which is for one organization only
     */
    public Organization create(Actor actor, String name) {
        return create(actor, name, Placement.anywhere());
    }

    /**
     * The same on a server as it is asked for, which is the operator's to choose.
     *
     * @throws PlacementException if there is no such server
     * @throws AccountException also if anybody else asks for one
     */
    public Organization create(Actor actor, String name, Placement placement) {
        if (!placement.isAnywhere() && !(actor instanceof Actor.Operator)) {
            throw new AccountException(
                    Kind.INVALID,
                    "Only the operator chooses the server of an organization's database: leave out --server and --tag, or name the file of the operator's token with --token-file.");
        }
        Optional<Customer> admin = switch (actor) {
            case Actor.Person person -> Optional.of(person.customer());
            case Actor.Operator ignored -> Optional.empty();
            case Actor.Token ignored ->
                throw new AccountException(
                        Kind.INVALID, "A token is for one organization and cannot create another. Log in to do that.");
        };
        admin.ifPresent(customer ->
                attempts.count("organizations of customer %d".formatted(customer.id()), MOST_NEW_ORGANIZATIONS, DAY));
        return organizations.create(name, placement, (session, organization) -> {
            admin.ifPresent(customer -> {
                if (!belongsSomewhere(session, customer)) {
                    Told.created(session, organization, customer);
                }
                admit(session, organization, customer, Role.ADMIN);
            });
            Audit.note(session, actor, organization.id(), "create organization", organization.name());
        });
    }

    /** Makes sure that somebody who logs in belongs somewhere. */
    void requireAny(Actor.Person actor) {
        if (access.of(actor).isEmpty()) {
            createOwn(actor);
        }
    }

    /**
     * Invites somebody, or invites them anew with another code.
     *
     * @throws AccountException if they are a member already, or were invited often enough for a day
     */
    public Invitation invite(Actor actor, Organization organization, String email, Role role) {
        String guest = Accounts.email(email);
        attempts.count("invitations by %s to %s".formatted(actor.name(), guest), MOST_INVITATIONS_TO_ONE, DAY);
        attempts.count("invitations to " + organization.id(), MOST_INVITATIONS, DAY);
        String code = "join-" + digits();
        Invitation invitation = platform.transaction(session -> {
            Optional<Customer> known = Accounts.find(session, guest);
            if (membership(session, organization, guest).isPresent()) {
                throw new AccountException(
                        Kind.INVALID,
                        "%s is a member of %s already; 'webhookdb org changerole' gives another role."
                                .formatted(guest, organization.name()));
            }
            if (known.isEmpty() && !isInvited(session, organization, guest)) {
                Told.invited(session, organization, guest);
            }
            session.sql("""
                            insert into invitation (organization_id, email, role, code)
                            values (:organization, :email, :role, :code)
                            on conflict (organization_id, email) do update set role = excluded.role, code = excluded.code""")
                    .bind("organization", organization.id())
                    .bind("email", guest)
                    .bind("role", role.text())
                    .bind("code", code)
                    .execute();
            Audit.note(session, actor, organization.id(), "invite", "%s as %s".formatted(guest, role.text()));
            return new Invitation(organization, guest, role, code);
        });
        sender.send(invitation, actor);
        return invitation;
    }

    /**
     * Makes somebody a member without asking them; whoever has no account yet gets one. An invitation of theirs is done with.
     *
     * @param actor the operator, who may do so
     */
    public void admit(Actor.Operator actor, Organization organization, String email, Role role) {
        String member = Accounts.email(email);
        platform.run(session -> {
            uninvite(session, organization, member);
            admit(session, organization, Accounts.customer(session, member), role);
            Audit.note(session, actor, organization.id(), "add member", "%s as %s".formatted(member, role.text()));
        });
    }

    /**
     * Accepts an invitation, which only the invited address can.
     *
     * @throws AccountException if there is none with the code for the actor
     */
    public Organization join(Actor.Person actor, String code) {
        return platform.transaction(session -> {
            Invitation invitation = session.sql(INVITED
                            + " where invitation.code = :code and invitation.email = :email for update of invitation")
                    .bind("code", code.toLowerCase(Locale.ROOT))
                    .bind("email", actor.customer().email())
                    .first(Memberships::invitation)
                    .orElseThrow(() -> new AccountException(
                            Kind.INVALID,
                            "There is no invitation with this code for %s. Ask for a new one."
                                    .formatted(actor.customer().email())));
            Organization organization = invitation.organization();
            uninvite(session, organization, invitation.email());
            admit(session, organization, actor.customer(), invitation.role());
            Audit.note(
                    session, actor, organization.id(), "join", invitation.role().text());
            return organization;
        });
    }

    /**
     * Ends a membership, or withdraws an invitation.
     *
     * @throws AccountException if there is neither, or it is the last admin's
     */
    public void remove(Actor actor, Organization organization, String email) {
        String member = Accounts.email(email);
        platform.run(session -> {
            lock(session, organization);
            int withdrawn = uninvite(session, organization, member);
            Optional<Role> role = membership(session, organization, member);
            if (withdrawn == 0 && role.isEmpty()) {
                throw notMember(organization, member);
            }
            role.ifPresent(ended -> Told.member(
                    session, AccountEventType.MEMBER_REMOVED, organization, existing(session, member), ended));
            session.sql("""
                            delete from membership using customer
                            where customer.id = membership.customer_id and customer.email = :email
                              and membership.organization_id = :organization""")
                    .bind("email", member)
                    .bind("organization", organization.id())
                    .execute();
            requireAdmin(session, organization);
            Audit.note(session, actor, organization.id(), "remove member", member);
        });
    }

    /**
     * Gives members another role, all of them or none.
     *
     * @throws AccountException if one is no member, or no admin would be left
     */
    public void change(Actor actor, Organization organization, List<String> emails, Role role) {
        List<String> members = emails.stream().map(Accounts::email).toList();
        platform.run(session -> {
            lock(session, organization);
            for (String member : members) {
                Role before =
                        membership(session, organization, member).orElseThrow(() -> notMember(organization, member));
                session.sql("""
                                update membership set role = :role from customer
                                where customer.id = membership.customer_id and customer.email = :email
                                  and membership.organization_id = :organization""")
                        .bind("role", role.text())
                        .bind("email", member)
                        .bind("organization", organization.id())
                        .execute();
                if (before != role) {
                    Told.member(
                            session,
                            AccountEventType.MEMBER_ROLE_CHANGED,
                            organization,
                            existing(session, member),
                            role,
                            Optional.of(before));
                }
                Audit.note(session, actor, organization.id(), "change role", "%s to %s".formatted(member, role.text()));
            }
            requireAdmin(session, organization);
        });
    }

    /** Named after the address; somebody else's organization may have that name already. */
    private void createOwn(Actor.Person actor) {
        String local = actor.customer()
                .email()
                .replaceFirst("@.*", "")
                .replaceAll("[^a-z0-9]+", " ")
                .strip();
        String person = local.isEmpty() ? "My" : local.substring(0, 1).toUpperCase(Locale.ROOT) + local.substring(1);
        String name = person.substring(0, Math.min(person.length(), 80)) + " Org";
        try {
            create(actor, name);
        } catch (OrganizationException e) {
            create(actor, name + " " + digits());
        }
    }

    private static void admit(Session session, Organization organization, Customer customer, Role role) {
        int admitted = session.sql("""
                        insert into membership (organization_id, customer_id, role, is_default)
                        values (:organization, :customer, :role,
                          not exists (select from membership where customer_id = :customer and is_default))
                        on conflict (organization_id, customer_id) do nothing""")
                .bind("organization", organization.id())
                .bind("customer", customer.id())
                .bind("role", role.text())
                .execute();
        if (admitted > 0) {
            Told.member(session, AccountEventType.MEMBER_ADDED, organization, customer, role);
        }
    }

    private static boolean belongsSomewhere(Session session, Customer customer) {
        return session.sql("select exists (select from membership where customer_id = :customer) as there")
                .bind("customer", customer.id())
                .one(row -> row.flag("there"));
    }

    private static boolean isInvited(Session session, Organization organization, String email) {
        return session.sql("""
                        select exists (select from invitation where organization_id = :organization and email = :email) as there""")
                .bind("organization", organization.id())
                .bind("email", email)
                .one(row -> row.flag("there"));
    }

    private static Customer existing(Session session, String email) {
        return Accounts.find(session, email).orElseThrow();
    }

    private static int uninvite(Session session, Organization organization, String email) {
        return session.sql("delete from invitation where organization_id = :organization and email = :email")
                .bind("organization", organization.id())
                .bind("email", email)
                .execute();
    }

    private static Optional<Role> membership(Session session, Organization organization, String email) {
        return session.sql("""
                        select membership.role from membership join customer on customer.id = membership.customer_id
                        where membership.organization_id = :organization and customer.email = :email""")
                .bind("organization", organization.id())
                .bind("email", email)
                .first(Memberships::role);
    }

    /** Two admins who remove each other at the same time would otherwise leave none. */
    private static void lock(Session session, Organization organization) {
        session.sql("select id from organization where id = :id for update")
                .bind("id", organization.id())
                .list(row -> "");
    }

    private static void requireAdmin(Session session, Organization organization) {
        boolean left = session.sql("""
                        select exists (
                          select from membership where organization_id = :organization and role = 'admin') as there""").bind("organization", organization.id()).one(row -> row.flag("there"));
        if (!left) {
            throw new AccountException(
                    Kind.LAST_ADMIN,
                    "%s would be left without an admin. Make somebody else one first, with 'webhookdb org changerole'."
                            .formatted(organization.name()));
        }
    }

    private static AccountException notMember(Organization organization, String email) {
        return new AccountException(
                Kind.INVALID,
                "%s is not a member of %s; 'webhookdb org members' shows who is."
                        .formatted(email, organization.name()));
    }

    private static String digits() {
        byte[] random = new byte[4];
        RANDOM.nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    private static Invitation invitation(Row row) {
        return new Invitation(Organizations.read(row), row.text("email"), role(row), row.text("code"));
    }

    private static Role role(Row row) {
        return Role.of(row.text("role")).orElseThrow();
    }
}
