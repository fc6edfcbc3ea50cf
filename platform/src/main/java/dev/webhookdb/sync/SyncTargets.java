package dev.webhookdb.sync;

import dev.webhookdb.account.Actor;
import dev.webhookdb.account.Audit;
import dev.webhookdb.account.Organization;
import dev.webhookdb.crypto.OpaqueId;
import dev.webhookdb.crypto.Sealer;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.notify.SigningSecret;
import dev.webhookdb.queue.WakeUps;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Session;
import dev.webhookdb.sync.SyncException.Field;
import dev.webhookdb.sync.SyncTarget.Receiver;
import dev.webhookdb.sync.SyncTarget.Status;
import dev.webhookdb.sync.SyncTarget.Terms;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;
import java.util.function.UnaryOperator;

/**
 * Keeps sync targets. Whatever changes one notes it in the audit log in the same transaction, and wakes whoever works on it. Thread-safe.
 */
public final class SyncTargets {
    private static final int MOST = 100;

    private final Database platform;
    private final SyncRepository repository;
    private final SyncRules rules;
    private final Trial trial;
    private final Horizons horizons;
    private final StandingReader standings;
    private final Consumer<SyncTarget> whenDeleted;

    /** Asks a receiver whether it is one. */
    @FunctionalInterface
    interface Trial {
        /** Sends a page without rows; throws a {@link SyncException} if it is not acknowledged. */
        void require(Integration integration, Receiver receiver, Terms terms);
    }

    /** Knows how far tables are. */
    @FunctionalInterface
    interface Horizons {
        /** Returns the number of the latest change of an integration's table. */
        long latest(Integration integration);
    }

    SyncTargets(
            Database platform,
            Sealer sealer,
            SyncRules rules,
            Trial trial,
            Horizons horizons,
            StandingReader standings,
            Consumer<SyncTarget> whenDeleted) {
        this.platform = platform;
        this.repository = new SyncRepository(sealer);
        this.rules = rules;
        this.trial = trial;
        this.horizons = horizons;
        this.standings = standings;
        this.whenDeleted = whenDeleted;
    }

    /**
     * Refuses a URL to which nothing could be sent, without sending anything; for who asks one question after the other.
     *
     * @throws SyncException if it is such
     */
    public void requireUrl(String url) {
        rules.requireUrl(url);
    }

    /**
     * Refuses what cannot be; for who asks one question after the other.
     *
     * @throws SyncException if it is such
     */
    public void requireTerms(Terms terms) {
        rules.require(terms);
    }

    /**
     * Adds one, once its receiver acknowledged a page without rows.
     *
     * @param url with a user or a password in it
     * @param secret signs pages; without one, it is made
     * @param everything whether the rows that are there already are sent first
     * @throws SyncException if it cannot be so; nothing is kept then
     */
    public SyncTarget create(
            Actor actor,
            Organization organization,
            Integration integration,
            String url,
            Optional<String> secret,
            Terms terms,
            boolean everything) {
        rules.require(terms);
        String signing = secret.map(SyncRules::secret).orElseGet(SigningSecret::random);
        Receiver receiver = new Receiver(rules.requireUrl(url), signing);
        trial.require(integration, receiver, terms);
        long after = everything ? 0 : horizons.latest(integration);
        return platform.transaction(session -> {
            requireRoom(session, organization);
            requireThere(session, integration);
            SyncTarget made = repository.insert(
                    session,
                    new SyncTarget(
                            0,
                            OpaqueId.withPrefix("syt_"),
                            organization.id(),
                            integration.id(),
                            receiver,
                            terms,
                            Status.ACTIVE,
                            actor.name(),
                            Instant.EPOCH),
                    after);
            changed(session, actor, "create http sync", made);
            return made;
        });
    }

    /** Returns an organization's, oldest first. */
    public List<SyncTarget> of(Organization organization) {
        return platform.transaction(session -> repository.of(session, organization.id()));
    }

    /** Finds one of an organization's by its id, {@code syt_...}. */
    public Optional<SyncTarget> find(Organization organization, String id) {
        return platform.transaction(session -> repository.find(session, organization.id(), id));
    }

    /** Returns how far an organization's targets are, by their number. */
    public Map<Long, SyncStanding> standings(Organization organization) {
        return standings.of(organization.id());
    }

    /**
     * Returns everything about how a target does.
     *
     * @throws dev.webhookdb.sql.DatabaseException if the organization's database cannot be asked
     */
    public SyncStanding.Statistics statistics(SyncTarget target, Integration integration) {
        return standings.statistics(target, integration);
    }

    /**
     * Changes how pages are sent; a page that was made already stays as it is.
     *
     * @param change makes what is wanted of what there is
     * @return it as it is since
     * @throws SyncException if it cannot be so; nothing is changed then
     */
    public SyncTarget update(Actor actor, SyncTarget target, UnaryOperator<Terms> change) {
        UnaryOperator<SyncTarget> checked = found -> {
            SyncTarget wanted = found.with(change.apply(found.terms()));
            rules.require(wanted.terms());
            return wanted;
        };
        return change(actor, target, "update http sync", checked, Runs::want);
    }

    /**
     * Changes with what a target's receiver is told who sends, once the receiver acknowledged a page without rows.
     *
     * @throws SyncException if it cannot be so; nothing is changed then
     */
    public SyncTarget updateCredentials(
            Actor actor, SyncTarget target, Integration integration, String user, String password) {
        Receiver receiver = new Receiver(
                rules.withCredentials(target.receiver().url(), user, password),
                target.receiver().secret());
        trial.require(integration, receiver, target.terms());
        return change(actor, target, "update http sync credentials", found -> found.with(receiver), Runs::want);
    }

    /** Sends nothing any more, but for a page that is on its way; what changes meanwhile is sent later. */
    public SyncTarget pause(Actor actor, SyncTarget target) {
        return change(actor, target, "pause http sync", found -> found.with(Status.PAUSED), Runs::pause);
    }

    /** Lets one that was paused, or stands still because it ended its host, go on at once. */
    public SyncTarget resume(Actor actor, SyncTarget target) {
        return change(actor, target, "resume http sync", found -> found.with(Status.ACTIVE), Runs::resume);
    }

    /** @param runs does what follows for when the target is looked at */
    private SyncTarget change(
            Actor actor,
            SyncTarget target,
            String action,
            UnaryOperator<SyncTarget> change,
            ObjLongConsumer<Session> runs) {
        return platform.transaction(session -> {
            SyncTarget wanted = change.apply(locked(session, target));
            repository.update(session, wanted);
            runs.accept(session, wanted.id());
            changed(session, actor, action, wanted);
            return wanted;
        });
    }

    /**
     * Has one looked at at once, also while it waits because its receiver failed.
     *
     * @throws SyncException if it is paused
     */
    public void trigger(Actor actor, SyncTarget target) {
        platform.run(session -> {
            SyncTarget found = locked(session, target);
            if (found.status() == Status.PAUSED) {
                throw new SyncException(
                        Field.STATUS,
                        "It is paused. 'webhookdb httpsync resume %s' lets it go on.".formatted(found.opaqueId()));
            }
            Runs.want(session, found.id());
            changed(session, actor, "trigger http sync", found);
        });
    }

    /** Deletes one, with a page that was made and not acknowledged. */
    public void delete(Actor actor, SyncTarget target) {
        platform.run(session -> {
            SyncTarget found = locked(session, target);
            repository.delete(session, found);
            changed(session, actor, "delete http sync", found);
        });
        whenDeleted.accept(target);
    }

    /** Returns a target's URL without user and password. */
    public static String shownUrl(SyncTarget target) {
        return SyncRules.shown(target.receiver().url());
    }

    private SyncTarget locked(Session session, SyncTarget target) {
        return repository
                .locked(session, target.id())
                .orElseThrow(() -> new SyncException(
                        Field.NUMBER, "The sync target %s was deleted meanwhile.".formatted(target.opaqueId())));
    }

    /** Two at a time do not make one too many, and nobody adds to what is being closed. */
    private void requireRoom(Session session, Organization organization) {
        String open = "select id from organization where id = :id and closed_at is null for no key update";
        if (!isThere(session, open, organization.id())) {
            throw new SyncException(Field.NUMBER, "%s was closed meanwhile.".formatted(organization.name()));
        }
        if (repository.count(session, organization.id()) >= MOST) {
            throw new SyncException(
                    Field.NUMBER,
                    "%s has %d sync targets, which is as many as there can be. Delete one first."
                            .formatted(organization.name(), MOST));
        }
    }

    private static void requireThere(Session session, Integration integration) {
        if (!isThere(session, "select id from integration where id = :id for key share", integration.id())) {
            throw new SyncException(Field.INTEGRATION, "%s was deleted meanwhile.".formatted(integration.table()));
        }
    }

    private static boolean isThere(Session session, String query, long id) {
        return session.sql(query).bind("id", id).first(row -> row.number("id")).isPresent();
    }

    private static void changed(Session session, Actor actor, String action, SyncTarget target) {
        Audit.note(
                session,
                actor,
                target.organizationId(),
                action,
                "%s to %s".formatted(target.opaqueId(), shownUrl(target)));
        WakeUps.tell(session, Runs.QUEUE);
        WakeUps.tell(session, ChangeWatch.CHANNEL);
    }
}
