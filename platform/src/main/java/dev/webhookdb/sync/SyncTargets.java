package dev.webhookdb.sync;

import dev.webhookdb.account.Actor;
import dev.webhookdb.account.Audit;
import dev.webhookdb.account.Organization;
import dev.webhookdb.crypto.OpaqueId;
import dev.webhookdb.crypto.Sealer;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.queue.WakeUps;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Session;
import dev.webhookdb.sync.SyncException.Field;
import dev.webhookdb.sync.SyncTarget.Kind;
import dev.webhookdb.sync.SyncTarget.Status;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;
import java.util.function.UnaryOperator;

/**
 * Keeps sync targets of all kinds. Whatever changes one notes it in the audit log in the same transaction, and wakes whoever works on it.
 * Thread-safe.
 */
public final class SyncTargets {
    private static final int MOST = 100;

    private final Database platform;
    private final SyncRepository repository;
    private final StandingReader standings;
    private final Consumer<SyncTarget> whenDeleted;

    SyncTargets(Database platform, Sealer sealer, StandingReader standings, Consumer<SyncTarget> whenDeleted) {
        this.platform = platform;
        this.repository = new SyncRepository(sealer);
        this.standings = standings;
        this.whenDeleted = whenDeleted;
    }

    /**
     * Adds one whose receiver was found to be there.
     *
     * @param wanted its number and the time of its creation are made here
     * @param after the number of the change after which changes are sent
     * @param more is done in the same transaction
     * @throws SyncException if there are too many, or what it is about is gone
     */
    SyncTarget add(
            Actor actor,
            Organization organization,
            Integration integration,
            SyncTarget wanted,
            long after,
            BiConsumer<Session, SyncTarget> more) {
        return platform.transaction(session -> {
            requireRoom(session, organization);
            requireThere(session, integration);
            SyncTarget made = repository.insert(session, wanted, after);
            more.accept(session, made);
            changed(session, actor, "create %s", made);
            return made;
        });
    }

    static String newId() {
        return OpaqueId.withPrefix("syt_");
    }

    /** Returns an organization's of a kind, oldest first. */
    public List<SyncTarget> of(Organization organization, Kind kind) {
        return platform.transaction(session -> repository.of(session, organization.id())).stream()
                .filter(one -> one.kind() == kind)
                .toList();
    }

    /** Finds one of an organization's of a kind by its id, {@code syt_...}. */
    public Optional<SyncTarget> find(Organization organization, Kind kind, String id) {
        return platform.transaction(session -> repository.find(session, organization.id(), id))
                .filter(one -> one.kind() == kind);
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

    /** Sends nothing any more, but for a page that is on its way; what changes meanwhile is sent later. */
    public SyncTarget pause(Actor actor, SyncTarget target) {
        return change(actor, target, "pause %s", found -> found.with(Status.PAUSED), Runs::pause);
    }

    /** Lets one that was paused, or stands still because it ended its host, go on at once. */
    public SyncTarget resume(Actor actor, SyncTarget target) {
        return change(actor, target, "resume %s", found -> found.with(Status.ACTIVE), Runs::resume);
    }

    /**
     * Changes one.
     *
     * @param action for the audit log, with {@code %s} for the kind
     * @param runs does what follows for when the target is looked at
     */
    SyncTarget change(
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
                        "It is paused. 'webhookdb %s resume %s' lets it go on."
                                .formatted(command(found.kind()), found.opaqueId()));
            }
            Progress.wantCheck(session, found.id());
            Runs.want(session, found.id());
            changed(session, actor, "trigger %s", found);
        });
    }

    /** Deletes one, with a page that was made and not acknowledged. */
    public void delete(Actor actor, SyncTarget target) {
        platform.run(session -> {
            SyncTarget found = locked(session, target);
            repository.delete(session, found);
            changed(session, actor, "delete %s", found);
        });
        whenDeleted.accept(target);
    }

    /** Returns the group of commands about targets of a kind. */
    public static String command(Kind kind) {
        return kind == Kind.HTTP ? "httpsync" : "dbsync";
    }

    /** Returns a target's URL without user and password. */
    public static String shownUrl(SyncTarget target) {
        String url = target.receiver().url();
        return target.kind() == Kind.HTTP ? ConnectionUrl.shown(url) : ConnectionUrl.shownDatabase(url);
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
                action.formatted(target.kind() == Kind.HTTP ? "http sync" : "db sync"),
                "%s to %s".formatted(target.opaqueId(), shownUrl(target)));
        WakeUps.tell(session, Runs.QUEUE);
        WakeUps.tell(session, ChangeWatch.CHANNEL);
    }
}
