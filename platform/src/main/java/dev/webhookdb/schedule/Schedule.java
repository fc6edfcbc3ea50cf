package dev.webhookdb.schedule;

import dev.webhookdb.sql.ConnectionSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobExecutionContext;
import org.quartz.JobKey;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.SimpleTrigger;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.TriggerKey;
import org.quartz.impl.DirectSchedulerFactory;
import org.quartz.impl.SchedulerRepository;
import org.quartz.impl.jdbcjobstore.InvalidConfigurationException;
import org.quartz.impl.jdbcjobstore.JobStoreTX;
import org.quartz.impl.jdbcjobstore.PostgreSQLDelegate;
import org.quartz.impl.matchers.GroupMatcher;
import org.quartz.simpl.SimpleThreadPool;
import org.quartz.utils.ConnectionProvider;
import org.quartz.utils.DBConnectionManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tasks that are due again and again. Any number of hosts may share one schedule: each time, one of them is told. What was missed
 * while no host was running is due once, and then at its usual times. Thread-safe.
 */
public final class Schedule implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Schedule.class);
    private static final String NAME = "webhookdb";
    private static final String GROUP = "task";
    private static final int THREADS = 2;
    private static final Duration CHECK_IN = Duration.ofSeconds(10);

    private final Scheduler scheduler;

    private Schedule(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /**
     * Opens the schedule that is kept in a database. Nothing is due before {@link #start}.
     *
     * @param due is told the name of a task; it must be quick, and what it throws is logged
     */
    public static Schedule open(ConnectionSource connections, Consumer<String> due) {
        try {
            return new Schedule(scheduler(connections, due));
        } catch (SchedulerException e) {
            throw new IllegalStateException("The schedule could not be opened: " + e.getMessage(), e);
        }
    }

    /** Begins to tell what is due. */
    public void start() {
        doing("started", scheduler::start);
    }

    /**
     * Makes a task due at an interval from now on. One that already is keeps its times.
     *
     * @param first how long from now it is due for the first time
     */
    public void every(String task, Duration interval, Duration first) {
        doing("changed", () -> {
            if (intervalOf(task).filter(interval::equals).isPresent()) {
                return;
            }
            JobDetail job = JobBuilder.newJob(Due.class)
                    .withIdentity(task, GROUP)
                    .storeDurably()
                    .build();
            Trigger trigger = TriggerBuilder.newTrigger()
                    .withIdentity(task, GROUP)
                    .forJob(task, GROUP)
                    .startAt(Date.from(Instant.now().plus(first)))
                    .withSchedule(SimpleScheduleBuilder.simpleSchedule()
                            .withIntervalInMilliseconds(interval.toMillis())
                            .repeatForever()
                            .withMisfireHandlingInstructionNowWithRemainingCount())
                    .build();
            // in one step: others may be doing the same
            scheduler.scheduleJob(job, Set.of(trigger), true);
        });
    }

    /** Makes a task never due again. */
    public void cancel(String task) {
        doing("changed", () -> scheduler.deleteJob(JobKey.jobKey(task, GROUP)));
    }

    /** Returns the intervals of all tasks. */
    public Map<String, Duration> tasks() {
        Map<String, Duration> tasks = new HashMap<>();
        doing("read", () -> {
            for (TriggerKey key : scheduler.getTriggerKeys(GroupMatcher.triggerGroupEquals(GROUP))) {
                intervalOf(key.getName()).ifPresent(interval -> tasks.put(key.getName(), interval));
            }
        });
        return tasks;
    }

    /** Returns when a task is due next. */
    public Optional<Instant> next(String task) {
        try {
            return Optional.ofNullable(scheduler.getTrigger(TriggerKey.triggerKey(task, GROUP)))
                    .map(Trigger::getNextFireTime)
                    .map(Date::toInstant);
        } catch (SchedulerException e) {
            throw new IllegalStateException("The schedule could not be read: " + e.getMessage(), e);
        }
    }

    /** Tells nothing any more; waits for what is being told. */
    @Override
    public void close() {
        doing("stopped", () -> scheduler.shutdown(true));
    }

    private Optional<Duration> intervalOf(String task) throws SchedulerException {
        return scheduler.getTrigger(TriggerKey.triggerKey(task, GROUP)) instanceof SimpleTrigger simple
                ? Optional.of(Duration.ofMillis(simple.getRepeatInterval()))
                : Optional.empty();
    }

    /**
     * Quartz keeps its schedulers in a list by name, in which a second host of this process would find the first one's.
     */
    private static Scheduler scheduler(ConnectionSource connections, Consumer<String> due) throws SchedulerException {
        synchronized (Schedule.class) {
            String host = UUID.randomUUID().toString();
            DBConnectionManager.getInstance().addConnectionProvider(host, new Connections(connections));
            var threads = new SimpleThreadPool(THREADS, Thread.NORM_PRIORITY);
            threads.setMakeThreadsDaemons(true);
            threads.setThreadNamePrefix("schedule");
            DirectSchedulerFactory factory = DirectSchedulerFactory.getInstance();
            factory.createScheduler(NAME, host, threads, store(host));
            Scheduler scheduler = factory.getScheduler(NAME);
            SchedulerRepository.getInstance().remove(NAME);
            scheduler.setJobFactory((bundle, same) -> new Due(due));
            return scheduler;
        }
    }

    private static JobStoreTX store(String host) {
        var store = new JobStoreTX();
        store.setDataSource(host);
        try {
            store.setDriverDelegateClass(PostgreSQLDelegate.class.getName());
        } catch (InvalidConfigurationException e) {
            throw new IllegalStateException("Quartz cannot load its own class for PostgreSQL", e);
        }
        store.setIsClustered(true);
        store.setClusterCheckinInterval(CHECK_IN.toMillis());
        store.setUseProperties("true");
        store.setMakeThreadsDaemons(true);
        return store;
    }

    private static void doing(String what, Doing doing) {
        try {
            doing.now();
        } catch (SchedulerException e) {
            throw new IllegalStateException("The schedule could not be %s: %s".formatted(what, e.getMessage()), e);
        }
    }

    private interface Doing {
        void now() throws SchedulerException;
    }

    /** Made by the scheduler's factory, never by reflection. */
    private record Due(Consumer<String> due) implements Job {
        @Override
        public void execute(JobExecutionContext context) {
            String task = context.getJobDetail().getKey().getName();
            try {
                due.accept(task);
            } catch (RuntimeException e) {
                LOG.warn("The task {} is due and could not be begun; it is due again at its next time", task, e);
            }
        }
    }

    private record Connections(ConnectionSource source) implements ConnectionProvider {
        @Override
        public Connection getConnection() throws SQLException {
            return source.connection();
        }

        @Override
        public void shutdown() {
            // whoever opened the connections closes them
        }

        @Override
        public void initialize() {
            // they are open
        }
    }
}
