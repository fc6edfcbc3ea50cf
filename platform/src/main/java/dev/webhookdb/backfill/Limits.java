package dev.webhookdb.backfill;

import dev.webhookdb.outbound.Pace;
import dev.webhookdb.spi.ConnectorException;
import dev.webhookdb.spi.ConnectorException.Reason;
import dev.webhookdb.spi.RateLimit;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How often each credential may be used, counted in the platform's database for all jobs of all hosts. Thread-safe.
 *
 * <p>Turns are evenly spaced, and a little further apart than the rate has them. A host takes turns for a fifth of a second at once, so that counting costs a query then and not for every
 * request; a pause that a provider asks for holds for everybody from their next such query on.
 */
final class Limits {
    private static final Duration AHEAD = Duration.ofMillis(200);
    private static final int MOST_AHEAD = 100;

    /** Of a rate, so much is used: what leaves here evenly does not arrive evenly, and each refusal costs a pause. */
    private static final double USED = 0.97;

    /** A turn that comes later than that is lost, because taking it would make a burst. */
    private static final Duration LATE = Duration.ofMillis(5);

    private final Database platform;
    private final Map<String, Lane> lanes = new ConcurrentHashMap<>();

    Limits(Database platform) {
        this.platform = platform;
    }

    /**
     * Returns the pace of a credential.
     *
     * @param patience who would have to wait longer for a turn is told so instead, as {@link Reason#TRANSIENT}
     */
    Pace pace(String credential, Optional<RateLimit> limit, Duration patience) {
        long spacing = limit.map(rate -> (long) (rate.period().toNanos() / (rate.requests() * USED)))
                .orElse(0L);
        Lane lane = lanes.computeIfAbsent(credential, Lane::new);
        return new Pace() {
            @Override
            public void await() throws InterruptedException {
                lane.await(spacing, patience);
            }

            @Override
            public void pause(Duration time) {
                lane.pause(time);
            }
        };
    }

    private final class Lane {
        private final String credential;
        private final ReentrantLock lock = new ReentrantLock(true);
        private final Deque<Long> turns = new ArrayDeque<>();
        private long freeUntil = System.nanoTime();

        Lane(String credential) {
            this.credential = credential;
        }

        void await(long spacing, Duration patience) throws InterruptedException {
            long wait = turn(spacing, patience) - System.nanoTime();
            if (wait > 0) {
                TimeUnit.NANOSECONDS.sleep(wait);
            }
        }

        private long turn(long spacing, Duration patience) throws InterruptedException {
            lock.lockInterruptibly();
            try {
                long now = System.nanoTime();
                long late = Math.max(LATE.toNanos(), spacing);
                while (spacing > 0 && !turns.isEmpty() && now - turns.peek() > late) {
                    turns.poll();
                }
                if (spacing == 0 && now < freeUntil) {
                    return now;
                }
                if (turns.isEmpty()) {
                    reserve(spacing, patience);
                }
                return turns.poll();
            } finally {
                lock.unlock();
            }
        }

        private void reserve(long spacing, Duration patience) {
            int count = spacing == 0 ? 1 : Math.clamp(AHEAD.toNanos() / spacing, 1, MOST_AHEAD);
            long ahead = reserved(spacing * count, patience);
            long first = System.nanoTime() + ahead;
            for (int i = 0; i < count; i++) {
                turns.add(first + i * spacing);
            }
            freeUntil = first + AHEAD.toNanos();
        }

        /** Returns how many nanoseconds from now the first reserved turn is. */
        private long reserved(long span, Duration patience) {
            try {
                return platform.transaction(session -> session.sql("""
                                insert into rate_limit as known (credential, next_at)
                                values (:credential, clock_timestamp() + :span * interval '1 microsecond')
                                on conflict (credential) do update
                                set next_at = greatest(known.next_at, known.paused_until, clock_timestamp())
                                  + :span * interval '1 microsecond'
                                where greatest(known.next_at, known.paused_until) < clock_timestamp()
                                  + :patience * interval '1 microsecond'
                                returning (extract(epoch from next_at - clock_timestamp()) * 1000000)::bigint - :span as ahead""")
                        .bind("credential", credential)
                        .bind("span", TimeUnit.NANOSECONDS.toMicros(span))
                        .bind("patience", patience.toNanos() / 1_000)
                        .first(row -> TimeUnit.MICROSECONDS.toNanos(row.number("ahead")))
                        .orElseThrow(() -> new ConnectorException(
                                Reason.TRANSIENT,
                                "The provider's rate limit leaves no turn for more than %d s; it is tried again later."
                                        .formatted(patience.toSeconds()))));
            } catch (DatabaseException e) {
                throw uncounted(e);
            }
        }

        void pause(Duration time) {
            lock.lock();
            try {
                turns.clear();
                freeUntil = System.nanoTime();
                platform.run(session -> session.sql("""
                                insert into rate_limit as known (credential, next_at, paused_until)
                                values (:credential, clock_timestamp(), clock_timestamp() + :time * interval '1 millisecond')
                                on conflict (credential) do update
                                set paused_until = greatest(known.paused_until, excluded.paused_until)""")
                        .bind("credential", credential)
                        .bind("time", time.toMillis())
                        .execute());
            } catch (DatabaseException e) {
                throw uncounted(e);
            } finally {
                lock.unlock();
            }
        }
    }

    private static ConnectorException uncounted(DatabaseException e) {
        return new ConnectorException(
                Reason.TRANSIENT, "The platform's database, which counts requests, is away: " + e.getMessage());
    }
}
