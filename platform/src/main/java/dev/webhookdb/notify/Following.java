package dev.webhookdb.notify;

import dev.webhookdb.change.ChangeFeed;
import dev.webhookdb.event.Events;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Integrations;
import dev.webhookdb.integration.MissingConnectorException;
import dev.webhookdb.integration.Tables;
import dev.webhookdb.notify.Positions.Followed;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has those tables followed of which somebody wants to know what happens: those that a subscription may be about, and all of an organization
 * whose events somebody asks for. Others pay nothing. Thread-safe.
 *
 * <p>That a table is to be followed is noted as its position before it is, and that it is to be left as long as it is not: what a host that
 * dies leaves is finished by another.
 */
public final class Following implements Alignment {
    private static final Logger LOG = LoggerFactory.getLogger(Following.class);

    private final Database platform;
    private final ChangeFeed feed;
    private final Tables tables;
    private final Integrations integrations;

    /** Follows tables through the feed. */
    public Following(Database platform, ChangeFeed feed, Tables tables, Integrations integrations) {
        this.platform = platform;
        this.feed = feed;
        this.tables = tables;
        this.integrations = integrations;
    }

    /** Who wants to know, of an organization. */
    private record Interest(List<Subscriber> subscribers, boolean pulled) {
        static Interest of(Session session, long organizationId) {
            return new Interest(Subscriber.of(session, organizationId), Events.isPulled(session, organizationId));
        }

        boolean in(Integration integration) {
            return pulled || subscribers.stream().anyMatch(one -> one.follows(integration.id(), integration.service()));
        }
    }

    /**
     * What there is to do.
     *
     * @param begun which of those that are to be followed nobody else follows at the moment
     */
    private record Plan(List<Integration> followed, List<Long> begun, List<Integration> left) {
        boolean isEmpty() {
            return followed.isEmpty() && left.isEmpty();
        }
    }

    /**
     * Follows what somebody wants to know of an organization, and leaves the rest. To be called after each change of its subscriptions, and
     * when somebody begins to ask for events: every change that is committed after this call is told.
     *
     * @throws RuntimeException if a table cannot be followed now; that is tried again in the background
     */
    @Override
    public void align(long organizationId) {
        Plan plan = plan(organizationId, integrations.of(organizationId));
        if (plan.isEmpty()) {
            return;
        }
        List<RuntimeException> failures = new ArrayList<>();
        plan.followed().forEach(integration -> attempt(failures, () -> follow(integration, plan.begun())));
        plan.left().forEach(integration -> attempt(failures, () -> leave(integration)));
        if (!failures.isEmpty()) {
            RuntimeException first = failures.removeFirst();
            failures.forEach(first::addSuppressed);
            throw first;
        }
    }

    private static void attempt(List<RuntimeException> failures, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            failures.add(e);
        }
    }

    /** Returns the organizations of which somebody wants, or wanted, to know something. */
    List<Long> organizations() {
        return platform.transaction(session -> session.sql("""
                        select id from organization where closed_at is null and (
                          id in (select organization_id from subscription) or id in (select organization_id from change_position)
                          or id in (select organization_id from event_stream where pulled_at is not null))
                        order by id""").list(row -> row.number("id")));
    }

    private Plan plan(long organizationId, List<Integration> all) {
        return platform.transaction(session -> {
            alone(session, organizationId);
            Interest interest = Interest.of(session, organizationId);
            List<Integration> wanted = all.stream().filter(interest::in).toList();
            List<Long> begun = Positions.begin(session, organizationId, wanted);
            List<Followed> positions = Positions.of(session, organizationId);
            Positions.leave(session, some(positions, followed -> !interest.in(followed.integration())));
            return new Plan(
                    some(
                            positions,
                            followed ->
                                    followed.position() == Positions.BEGINNING && interest.in(followed.integration())),
                    begun,
                    some(positions, followed -> !interest.in(followed.integration())));
        });
    }

    /** Who decides what is followed reads who wants it and writes it down as one. */
    private static void alone(Session session, long organizationId) {
        session.sql(
                        "select pg_advisory_xact_lock(hashtextextended('webhookdb.following.' || :organization::bigint, 0))")
                .bind("organization", organizationId)
                .list(row -> true);
    }

    private static List<Integration> some(List<Followed> positions, Predicate<Followed> which) {
        return positions.stream().filter(which).map(Followed::integration).toList();
    }

    /** Who begins is not told what happened before, even if somebody else followed the table then. */
    private void follow(Integration integration, List<Long> begun) {
        long latest = latest(integration);
        if (begun.contains(integration.id())) {
            platform.run(session -> Positions.move(session, integration.id(), Positions.BEGINNING, latest));
        }
        LOG.info("Following {} after {}", integration.table(), latest);
    }

    private long latest(Integration integration) {
        long organization = integration.organizationId();
        try {
            return tables.use(integration, table -> feed.follow(organization, integration.id(), table.name()));
        } catch (MissingConnectorException e) {
            LOG.debug("Following {} without its connector", integration.table(), e);
            return feed.follow(organization, integration.id(), integration.table());
        }
    }

    private void leave(Integration integration) {
        feed.unfollow(
                integration.organizationId(),
                integration.id(),
                () -> platform.transaction(session -> Positions.find(session, integration.id()))
                        .filter(followed -> followed.position() == Positions.LEAVING)
                        .isPresent());
        platform.run(session -> Positions.forget(session, integration.id()));
        LOG.info("Not following {} any more", integration.table());
    }

    /** Returns whether somebody wants to know what happens to a table that is about to be made, and notes that if so. */
    boolean want(Integration integration) {
        return platform.transaction(session -> {
            alone(session, integration.organizationId());
            boolean wanted = Interest.of(session, integration.organizationId()).in(integration);
            if (wanted) {
                Positions.begin(session, integration.organizationId(), List.of(integration));
            }
            return wanted;
        });
    }

    /** Returns the positions of an organization's tables that are followed, by integration. */
    Map<Long, Long> positions(long organizationId) {
        return platform.transaction(session -> Positions.of(session, organizationId)).stream()
                .filter(followed -> followed.position() >= Positions.BEGINNING)
                .collect(Collectors.toMap(followed -> followed.integration().id(), Followed::position));
    }
}
