package dev.webhookdb.notify;

import dev.webhookdb.sql.DatabaseException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work that uses the databases of organizations: one thing at a time for each organization, and so many at a time in all. An organization
 * whose database did not answer rests for a while, and then takes one of few places of its own, so that it does not hold up others.
 * Thread-safe.
 */
final class OrganizationSlots implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OrganizationSlots.class);
    private static final int AT_ONCE = 8;
    private static final int SUSPECTS_AT_ONCE = 2;
    private static final Duration FIRST_REST = Duration.ofSeconds(1);
    private static final Duration LONGEST_REST = Duration.ofSeconds(30);

    private final Work work;
    private final Semaphore places = new Semaphore(AT_ONCE, true);
    private final Semaphore suspects = new Semaphore(SUSPECTS_AT_ONCE, true);
    private final Map<Long, Desk> desks = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** What is done now and then for an organization. */
    enum Chore {
        /** Find integrations with something to dispatch. */
        LOOK,
        /** Follow what is to be followed. */
        ALIGN,
        /** Drop what was dispatched. */
        PRUNE
    }

    /** What is done for organizations. */
    interface Work {
        /** Does some of what there is to do for an integration, and returns whether there is more. */
        boolean dispatch(long organizationId, long integrationId);

        /** Does a chore, and returns the integrations for which there is something to do. */
        Set<Long> perform(long organizationId, Chore chore);
    }

    OrganizationSlots(Work work) {
        this.work = work;
    }

    /** There is something to do for an integration. */
    void dispatch(long organizationId, long integrationId) {
        desk(organizationId).add(OptionalLong.of(integrationId), Optional.empty());
    }

    void perform(long organizationId, Chore chore) {
        desk(organizationId).add(OptionalLong.empty(), Optional.of(chore));
    }

    private Desk desk(long organizationId) {
        return desks.computeIfAbsent(organizationId, Desk::new);
    }

    /** Begins with nothing any more; what is under way comes to its end. */
    @Override
    public void close() {
        closed = true;
    }

    private final class Desk {
        private final long organizationId;
        private final Set<Long> integrations = new LinkedHashSet<>();
        private final Set<Chore> chores = EnumSet.noneOf(Chore.class);
        private boolean working;
        private int failures;
        private long restingUntil = System.nanoTime();

        private Desk(long organizationId) {
            this.organizationId = organizationId;
        }

        private synchronized void add(OptionalLong integration, Optional<Chore> chore) {
            if (closed || restingUntil - System.nanoTime() > 0) {
                return;
            }
            integration.ifPresent(integrations::add);
            chore.ifPresent(chores::add);
            if (!working) {
                working = true;
                Thread.ofVirtual().name("dispatch-" + organizationId).start(this::work);
            }
        }

        private void work() {
            Optional<Runnable> next = next();
            while (next.isPresent()) {
                Semaphore place = isSuspect() ? suspects : places;
                place.acquireUninterruptibly();
                try {
                    if (closed) {
                        return;
                    }
                    next.get().run();
                    succeeded();
                } catch (RuntimeException | Error e) {
                    failed(e);
                } finally {
                    place.release();
                }
                next = next();
            }
        }

        /** Integrations take turns; chores come first, because they are rare. */
        private synchronized Optional<Runnable> next() {
            if (closed || (chores.isEmpty() && integrations.isEmpty())) {
                working = false;
                return Optional.empty();
            }
            if (!chores.isEmpty()) {
                Chore chore = taken(chores);
                return Optional.of(() -> more(work.perform(organizationId, chore)));
            }
            long integration = taken(integrations);
            return Optional.of(() -> {
                if (work.dispatch(organizationId, integration)) {
                    more(Set.of(integration));
                }
            });
        }

        private static <T> T taken(Set<T> set) {
            Iterator<T> all = set.iterator();
            T first = all.next();
            all.remove();
            return first;
        }

        private synchronized void more(Set<Long> found) {
            integrations.addAll(found);
        }

        private synchronized boolean isSuspect() {
            return failures > 0;
        }

        private synchronized void succeeded() {
            if (failures > 0) {
                LOG.info("Changes of the organization {} are told again", organizationId);
            }
            failures = 0;
        }

        /** What failed is found again by the next look. */
        private synchronized void failed(Throwable failure) {
            if (failure instanceof DatabaseException away && away.kind() == DatabaseException.Kind.UNAVAILABLE) {
                if (failures == 0) {
                    LOG.warn("Changes of the organization {} are told later: {}", organizationId, failure.getMessage());
                }
                Duration rest = FIRST_REST.multipliedBy(1L << Math.min(failures, Integer.SIZE / 2));
                failures++;
                restingUntil = System.nanoTime() + (rest.compareTo(LONGEST_REST) < 0 ? rest : LONGEST_REST).toNanos();
                integrations.clear();
                chores.clear();
            } else {
                LOG.error("A part of what happened to the organization {} is told later", organizationId, failure);
            }
        }
    }
}
