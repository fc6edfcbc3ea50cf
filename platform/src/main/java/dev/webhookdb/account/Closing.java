package dev.webhookdb.account;

import dev.webhookdb.account.AccountException.Kind;
import dev.webhookdb.event.AccountEventType;
import dev.webhookdb.observe.BackgroundTask;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.platform.Intents;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.sql.Session;
import dev.webhookdb.tenancy.OrganizationDatabases;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends organizations: nobody gets into a closed one, and after a grace its database is dropped with everything that is known of it.
 * Until then it can be opened again. Thread-safe.
 */
public final class Closing implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Closing.class);

    private static final String ACCESS = "align access";

    private final Database platform;
    private final OrganizationDatabases databases;
    private final Intents intents;
    private final Clock clock;
    private final Duration grace;
    private final List<Observer> observers = new CopyOnWriteArrayList<>();
    private final BackgroundTask dropping;

    /** Told of what was done, so that what runs for an organization begins and ends with it. */
    public interface Observer {
        /** Nobody gets in any more. */
        void closed(Organization organization);

        /** Everything is as before. */
        void reopened(Organization organization);
    }

    private Closing(
            Database platform,
            OrganizationDatabases databases,
            Clock clock,
            Duration grace,
            Duration look,
            BackgroundTasks tasks) {
        this.platform = platform;
        this.databases = databases;
        this.intents = new Intents(platform);
        this.clock = clock;
        this.grace = grace;
        this.dropping = tasks.start("closed-organizations", look, this::dropDue);
    }

    /**
     * Begins to drop what is due.
     *
     * @param grace how long a closed organization can be opened again
     * @param look the pause between two looks for what is due
     */
    public static Closing start(
            Database platform,
            OrganizationDatabases databases,
            Clock clock,
            Duration grace,
            Duration look,
            BackgroundTasks tasks) {
        return new Closing(platform, databases, clock, grace, look, tasks);
    }

    /** Has somebody told of what is done through this host from now on, behind those who asked before. */
    public void observe(Observer observer) {
        observers.add(observer);
    }

    @Override
    public void close() {
        dropping.close();
    }

    /**
     * Closes an organization. What people connect with is locked next; where its database is away, as soon as it is back.
     *
     * @return when its data is dropped
     */
    public Instant close(Actor actor, Organization organization) {
        Instant now = clock.instant();
        Instant dropAt = now.plus(grace);
        aligning(organization, session -> {
            int closed = session.sql(
                            "update organization set closed_at = :now, drop_at = :drop where id = :id and closed_at is null")
                    .bind("now", now)
                    .bind("drop", dropAt)
                    .bind("id", organization.id())
                    .execute();
            if (closed > 0) {
                Told.project(session, AccountEventType.PROJECT_DELETED, organization);
            }
            Audit.note(session, actor, organization.id(), "close organization", organization.name());
        });
        observers.forEach(observer -> observer.closed(organization));
        return dropAt;
    }

    /**
     * Opens a closed organization again, with everything that was in it.
     *
     * @throws AccountException if its data is being dropped already
     */
    public void reopen(Actor actor, Organization organization) {
        aligning(organization, session -> {
            int reopened = session.sql("""
                            update organization set closed_at = null, drop_at = null
                            where id = :id and closed_at is not null and not dropping""").bind("id", organization.id()).execute();
            if (reopened == 0) {
                throw new AccountException(
                        Kind.INVALID, "%s is being dropped and cannot be opened again.".formatted(organization.name()));
            }
            Told.project(session, AccountEventType.PROJECT_UPDATED, organization);
            Audit.note(session, actor, organization.id(), "reopen organization", organization.name());
        });
        observers.forEach(observer -> observer.reopened(organization));
    }

    /** Makes a change, and lets who may connect follow it. */
    private void aligning(Organization organization, Consumer<Session> change) {
        boolean aligned = intents.carryOut(
                session -> {
                    change.accept(session);
                    // another host's, which did not get to it
                    session.sql("delete from intent where organization_id = :id and kind = :kind")
                            .bind("id", organization.id())
                            .bind("kind", ACCESS)
                            .execute();
                    return Intents.Intent.of(organization.id(), ACCESS, organization.key(), "", "");
                },
                intent -> {
                    try {
                        align(intent);
                        return true;
                    } catch (DatabaseException e) {
                        LOG.warn(
                                "Who may connect to the database of \"{}\" is changed as soon as it can be: {}",
                                organization.key(),
                                e.getMessage());
                        return false;
                    }
                });
        LOG.debug("{} is closed or open, and who may connect follows: {}", organization.key(), aligned);
    }

    /** What people connect with works if the organization is open. */
    private void align(Intents.Intent intent) {
        boolean closed = platform.transaction(
                session -> session.sql("select closed_at is not null as closed from organization where id = :id")
                        .bind("id", intent.organizationId())
                        .one(row -> row.flag("closed")));
        if (closed) {
            databases.lock(intent.organizationId());
        } else {
            databases.unlock(intent.organizationId());
        }
        intents.forget(intent);
    }

    /** Returns who finishes what a host that died had begun, by the kind of it. */
    public Map<String, Consumer<Intents.Intent>> unfinished() {
        return Map.of(ACCESS, this::align);
    }

    /** Drops what is due; what cannot be dropped now is due again the next time. */
    private void dropDue() {
        List<Organization> due = platform.transaction(
                session -> session.sql("""
                        update organization set dropping = true where drop_at <= :now returning id, key, name""").bind("now", clock.instant()).list(Organizations::read));
        for (Organization organization : due) {
            try {
                databases.drop(organization.id());
                platform.run(session -> session.sql("delete from organization where id = :id and dropping")
                        .bind("id", organization.id())
                        .execute());
                LOG.info("The closed organization \"{}\" and its database were dropped.", organization.key());
            } catch (RuntimeException e) {
                LOG.warn(
                        "The closed organization \"{}\" could not be dropped, and is tried again: {}",
                        organization.key(),
                        e.getMessage());
            }
        }
    }
}
