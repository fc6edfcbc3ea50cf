package dev.webhookdb.notify;

import dev.webhookdb.account.Actor;
import dev.webhookdb.account.Audit;
import dev.webhookdb.account.Organization;
import dev.webhookdb.crypto.OpaqueId;
import dev.webhookdb.crypto.Sealer;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Integrations;
import dev.webhookdb.notify.Subscription.Endpoint;
import dev.webhookdb.notify.Subscription.Filter;
import dev.webhookdb.notify.Subscription.Manner;
import dev.webhookdb.notify.Subscription.Status;
import dev.webhookdb.notify.SubscriptionException.Field;
import dev.webhookdb.outbound.MaskedUrl;
import dev.webhookdb.queue.WakeUps;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Session;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Keeps subscriptions. Whatever changes one notes it in the audit log in the same transaction, and then has the tables followed that it is
 * about, before it returns. Thread-safe.
 */
public final class Subscriptions {
    /** How long the secret before signs as well, where nobody says how long. */
    public static final Duration GRACE = Duration.ofDays(1);

    private static final Duration LONGEST_GRACE = Duration.ofDays(30);
    private static final int MOST = 100;

    private final Database platform;
    private final SubscriptionRepository repository;
    private final Integrations integrations;
    private final SubscriptionRules rules;
    private final TermsCheck terms;
    private final Alignment alignment;

    /** Says whether a condition can be evaluated. */
    @FunctionalInterface
    public interface ConditionCheck {
        /**
         * Checks one.
         *
         * @param integration whose rows it is about; empty for those of any of the organization's
         * @throws dev.webhookdb.reader.QueryException if it cannot be
         */
        void check(long organizationId, OptionalLong integration, String condition);
    }

    /**
     * What people can say of a subscription. Nothing of it is checked yet.
     *
     * @param status which cannot be {@link Status#DISABLED} where it was not
     */
    public record Terms(String url, Filter filter, Manner manner, Status status) {
        /** Returns what there is. */
        static Terms of(Subscription one) {
            return new Terms(one.endpoint().url(), one.filter(), one.manner(), one.status());
        }
    }

    /**
     * Keeps them in the platform's database.
     *
     * @param obstacle says why an address cannot be reached
     * @param alignment has the tables followed that an organization's subscriptions are about
     */
    public Subscriptions(
            Database platform,
            Sealer sealer,
            Integrations integrations,
            EventTypes types,
            Function<URI, Optional<String>> obstacle,
            ConditionCheck conditions,
            Alignment alignment) {
        this.platform = platform;
        this.repository = new SubscriptionRepository(sealer);
        this.integrations = integrations;
        this.rules = new SubscriptionRules(types, obstacle, conditions);
        this.terms = new TermsCheck(rules);
        this.alignment = alignment;
    }

    /**
     * Adds one. Every change that is committed after this has returned is told.
     *
     * @param integration whose rows are told of; empty for everything of the organization
     * @param secret signs; without one, it is made
     * @throws SubscriptionException if it cannot be so; nothing is kept then
     */
    public Subscription create(
            Actor actor,
            Organization organization,
            Optional<Integration> integration,
            Terms terms,
            Optional<String> secret) {
        return create(OpaqueId.withPrefix("wh_"), actor, organization, integration, terms, secret);
    }

    /**
     * The same with an id that somebody chose.
     *
     * @param id {@code wh_...}, which nobody has
     */
    public Subscription create(
            String id,
            Actor actor,
            Organization organization,
            Optional<Integration> integration,
            Terms terms,
            Optional<String> secret) {
        String signing = secret.map(SigningSecret::checked).orElseGet(SigningSecret::random);
        Terms checked = this.terms.created(organization.id(), integration, terms, signing);
        Subscription made = platform.transaction(session -> {
            requireRoom(session, organization);
            integration.ifPresent(one -> requireThere(session, one));
            Subscription inserted = repository.insert(
                    session,
                    new Subscription(
                            0,
                            id,
                            organization.id(),
                            integration.map(one -> OptionalLong.of(one.id())).orElseGet(OptionalLong::empty),
                            new Endpoint(checked.url(), signing, Optional.empty(), Optional.empty()),
                            checked.filter(),
                            checked.manner(),
                            checked.status(),
                            Optional.empty(),
                            actor.name(),
                            Instant.EPOCH));
            note(session, actor, "create notification", inserted);
            return inserted;
        });
        try {
            alignment.align(organization.id());
        } catch (RuntimeException e) {
            // whoever asked is told that it failed, and does not get to know its secret
            platform.run(session -> repository.delete(session, made));
            throw e;
        }
        return made;
    }

    /**
     * Tells what would be kept of a new one; keeps nothing.
     *
     * @throws SubscriptionException if it cannot be so
     */
    public Terms check(
            Organization organization, Optional<Integration> integration, Terms terms, Optional<String> secret) {
        return this.terms.created(
                organization.id(),
                integration,
                terms,
                secret.map(SigningSecret::checked).orElseGet(SigningSecret::random));
    }

    /**
     * Refuses a URL to which nothing could be sent; for who asks one question after the other.
     *
     * @throws SubscriptionException if it is such
     */
    public void requireUrl(String url) {
        rules.requireUrl(url);
    }

    /** Returns an organization's, oldest first. */
    public List<Subscription> of(Organization organization) {
        return platform.transaction(session -> repository.of(session, organization.id()));
    }

    /** Finds one of an organization's by its id, {@code wh_...}. */
    public Optional<Subscription> find(Organization organization, String id) {
        return platform.transaction(session -> repository.find(session, organization.id(), id));
    }

    /**
     * Changes one.
     *
     * @param change makes what is wanted of what there is; may be called several times if others change the same
     * @return it as it is since
     * @throws SubscriptionException if it cannot be so; nothing is changed then
     */
    public Subscription update(Actor actor, Subscription subscription, UnaryOperator<Terms> change) {
        return change(actor, subscription, "update notification", found -> {
            return with(found, terms.changed(found, () -> integration(found), change.apply(Terms.of(found))));
        });
    }

    /** Lets deliveries wait from now on; what happens meanwhile is sent later. */
    public Subscription pause(Actor actor, Subscription subscription) {
        return change(actor, subscription, "pause notification", found -> {
            if (found.status() == Status.DISABLED) {
                throw new SubscriptionException(
                        Field.STATUS,
                        "It is disabled, and gets nothing. 'webhookdb notification resume %s' lets it go on."
                                .formatted(found.opaqueId()));
            }
            return with(found, Status.PAUSED);
        });
    }

    /** Lets one that was paused or disabled go on; failures so far are forgotten. */
    public Subscription resume(Actor actor, Subscription subscription) {
        return change(actor, subscription, "resume notification", found -> with(found, Status.ACTIVE));
    }

    /**
     * Gives one another secret.
     *
     * @param secret the new one; without one, it is made
     * @param grace how long the one before signs as well, up to 30 days
     */
    public Subscription rotate(Actor actor, Subscription subscription, Optional<String> secret, Duration grace) {
        if (grace.isNegative() || grace.compareTo(LONGEST_GRACE) > 0) {
            throw new SubscriptionException(
                    Field.GRACE,
                    "The secret before can sign as well for up to %d days.".formatted(LONGEST_GRACE.toDays()));
        }
        String signing = secret.map(SigningSecret::checked).orElseGet(SigningSecret::random);
        Optional<Instant> until = grace.isZero() ? Optional.empty() : Optional.of(now().plus(grace));
        return change(actor, subscription, "rotate notification secret", found -> {
            if (found.endpoint().secret().equals(signing)) {
                throw new SubscriptionException(Field.SECRET, "This is the secret that it has. Take another.");
            }
            if (found.manner().sendsSecret()) {
                SigningSecret.requireSendable(signing);
            }
            Endpoint endpoint = new Endpoint(
                    found.endpoint().url(),
                    signing,
                    until.map(ignored -> found.endpoint().secret()),
                    until);
            return found.with(endpoint, found.filter(), found.manner(), found.status());
        });
    }

    /** Deletes one, and what was not delivered to it yet. */
    public void delete(Actor actor, Subscription subscription) {
        platform.run(session -> {
            Subscription found = locked(session, subscription);
            repository.delete(session, found);
            note(session, actor, "delete notification", found);
        });
        alignment.alignInTime(subscription.organizationId());
    }

    /** Returns a subscription's URL without what may be secret in it. */
    public static String shownUrl(Subscription subscription) {
        return MaskedUrl.of(subscription.endpoint().url());
    }

    /** Looks what can be done while no transaction is open, because it may take its time; and once more if somebody was quicker. */
    private Subscription change(
            Actor actor, Subscription subscription, String action, UnaryOperator<Subscription> change) {
        Subscription seen = subscription;
        while (true) {
            Subscription before = seen;
            Subscription wanted = change.apply(before);
            Subscription after = platform.transaction(session -> {
                Subscription found = locked(session, subscription);
                return found.equals(before) ? written(session, actor, action, before, wanted) : found;
            });
            if (after.equals(wanted)) {
                alignment.alignInTime(subscription.organizationId());
                return after;
            }
            seen = after;
        }
    }

    private Subscription written(
            Session session, Actor actor, String action, Subscription before, Subscription wanted) {
        repository.update(session, wanted);
        if (wanted.status() == Status.ACTIVE && before.status() != Status.ACTIVE) {
            session.sql("""
                            update subscription_health set failures = 0, failing_since = null, held_until = null, warned = 0, holds = 0,
                              paced_until = null, failed_event = null
                            where subscription_id = :id""").bind("id", wanted.id()).execute();
        }
        note(session, actor, action, wanted);
        WakeUps.tell(session, Queueing.QUEUE);
        return wanted;
    }

    private Subscription locked(Session session, Subscription subscription) {
        return repository
                .locked(session, subscription.id())
                .orElseThrow(() -> new SubscriptionException(
                        Field.NUMBER, "The notification %s was deleted meanwhile.".formatted(subscription.opaqueId())));
    }

    private Optional<Integration> integration(Subscription subscription) {
        return subscription.integration().stream()
                .boxed()
                .findFirst()
                .map(id -> integrations
                        .find(id)
                        .orElseThrow(() -> new SubscriptionException(
                                Field.INTEGRATION, "Its integration was deleted meanwhile.")));
    }

    private static Subscription with(Subscription one, Terms terms) {
        Endpoint endpoint = one.endpoint();
        return one.with(
                new Endpoint(terms.url(), endpoint.secret(), endpoint.oldSecret(), endpoint.oldSecretUntil()),
                terms.filter(),
                terms.manner(),
                terms.status());
    }

    private static Subscription with(Subscription one, Status status) {
        return one.with(one.endpoint(), one.filter(), one.manner(), status);
    }

    /** Two at a time do not make one too many, and nobody adds to what is being closed. */
    private void requireRoom(Session session, Organization organization) {
        String open = "select id from organization where id = :id and closed_at is null for no key update";
        if (!isThere(session, open, organization.id())) {
            throw new SubscriptionException(Field.NUMBER, "%s was closed meanwhile.".formatted(organization.name()));
        }
        if (repository.count(session, organization.id()) >= MOST) {
            throw new SubscriptionException(
                    Field.NUMBER,
                    "%s has %d notifications, which is as many as there can be. Delete one first."
                            .formatted(organization.name(), MOST));
        }
    }

    private static void requireThere(Session session, Integration integration) {
        if (!isThere(session, "select id from integration where id = :id for key share", integration.id())) {
            throw new SubscriptionException(
                    Field.INTEGRATION, "%s was deleted meanwhile.".formatted(integration.table()));
        }
    }

    private static boolean isThere(Session session, String query, long id) {
        return session.sql(query).bind("id", id).first(row -> row.number("id")).isPresent();
    }

    /** Of the platform's database, which everybody goes by; in microseconds, as it keeps it. */
    private Instant now() {
        return platform.transaction(
                session -> session.sql("select clock_timestamp() as now").one(row -> row.instant("now")));
    }

    private static void note(Session session, Actor actor, String action, Subscription subscription) {
        Audit.note(
                session,
                actor,
                subscription.organizationId(),
                action,
                "%s to %s".formatted(subscription.opaqueId(), shownUrl(subscription)));
    }
}
