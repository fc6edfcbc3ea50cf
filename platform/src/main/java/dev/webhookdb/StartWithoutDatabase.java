package dev.webhookdb;

import dev.webhookdb.api.Api;
import dev.webhookdb.api.Front;
import dev.webhookdb.api.Health;
import dev.webhookdb.api.Listener;
import dev.webhookdb.api.MetricsRoutes;
import dev.webhookdb.config.Configuration;
import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.connector.Promises;
import dev.webhookdb.crypto.SealedFile;
import dev.webhookdb.crypto.Vault;
import dev.webhookdb.drift.ApiVersions;
import dev.webhookdb.ingest.JournaledLog;
import dev.webhookdb.ingest.Receiver;
import dev.webhookdb.integration.DatabaseAbsence;
import dev.webhookdb.integration.Endpoint;
import dev.webhookdb.integration.KnownEndpoints;
import dev.webhookdb.integration.SealedEndpoints;
import dev.webhookdb.integration.SealedEndpoints.Snapshot;
import dev.webhookdb.integration.Verification;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.observe.MemoryBudgets;
import dev.webhookdb.observe.Metrics;
import dev.webhookdb.platform.PlatformDatabase;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.DatabaseException;
import dev.webhookdb.trace.Tracing;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A start while the database may be away. With a journal, and with the endpoints that an earlier run sealed on this host's disk, webhooks
 * are taken at once, and the start goes on when the database answers: with the same listener and the same journal, so that nobody is
 * refused in between. Without them, the start is as ever.
 */
final class StartWithoutDatabase implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StartWithoutDatabase.class);
    private static final Duration BETWEEN_TRIES = Duration.ofSeconds(1);

    private final Configuration configuration;
    private final MemoryBudgets budgets;
    private final Metrics metrics;
    private final BackgroundTasks tasks;
    private final DatabaseAbsence absence = new DatabaseAbsence();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile Optional<Taking> taking = Optional.empty();

    /** What takes webhooks before there is a database. */
    private record Taking(
            Snapshot sealed,
            ConnectorRegistry connectors,
            JournaledLog journal,
            Front front,
            Listener listener,
            Thread stop) {}

    StartWithoutDatabase(Configuration configuration, MemoryBudgets budgets, Metrics metrics, BackgroundTasks tasks) {
        this.configuration = configuration;
        this.budgets = budgets;
        this.metrics = metrics;
        this.tasks = tasks;
    }

    /**
     * Opens the database; if it is away, and webhooks can be taken without it, when it answers.
     *
     * @param opening throws what keeps it from being opened, which ends the start unless it is the database's absence
     * @throws IllegalStateException if the host is stopped meanwhile
     */
    PlatformDatabase open(Supplier<PlatformDatabase> opening) {
        takeIfAway();
        while (true) {
            try {
                return opening.get();
            } catch (RuntimeException e) {
                if (taking.isEmpty() || away().isEmpty()) {
                    throw e;
                }
                LOG.warn("PostgreSQL went away again: {}", e.getMessage());
                awaitAnswer();
            }
        }
    }

    private void takeIfAway() {
        Optional<DatabaseException> away = away();
        if (away.isEmpty()) {
            return;
        }
        Path file = sealedFile();
        if (!Files.exists(file)) {
            LOG.warn(
                    "Webhooks are not taken while PostgreSQL is away: there is no file {}, which a server with ingest.journal: on writes while PostgreSQL answers",
                    file);
            return;
        }
        Optional<Snapshot> sealed = sealed(Ground.vault(configuration)).read();
        if (sealed.isPresent()) {
            take(sealed.get(), away.get());
            awaitAnswer();
        }
    }

    private Optional<DatabaseException> away() {
        return configuration.ingest().journal() ? PlatformDatabase.away(configuration) : Optional.empty();
    }

    private Path sealedFile() {
        return configuration.journalDirectory().resolve(SealedEndpoints.NAME);
    }

    private SealedEndpoints sealed(Vault vault) {
        return new SealedEndpoints(new SealedFile(sealedFile(), vault), Clock.systemUTC());
    }

    private void take(Snapshot sealed, DatabaseException why) {
        ConnectorRegistry connectors =
                ConnectorRegistry.inspect(configuration.connectors().directories(), Promises.NONE);
        JournaledLog journal = begun(sealed.installation());
        Front front = new Front(receiver(sealed.endpoints(), connectors, journal), health(journal), metricsRoutes());
        Thread stop = Thread.ofPlatform().name("stop").unstarted(this::stop);
        try {
            Listener listener =
                    listen(new Api(budgets, tasks, configuration.ingest().maxBody(), front));
            taking = Optional.of(new Taking(sealed, connectors, journal, front, listener, stop));
            absence.begin(
                    "PostgreSQL did not answer when the server started. Until it does, port %d takes webhooks, with the settings of %s. %s"
                            .formatted(listener.port(), sealed.made(), why.getMessage()));
        } catch (RuntimeException e) {
            journal.close();
            connectors.close();
            throw e;
        }
        Runtime.getRuntime().addShutdownHook(stop);
    }

    private Receiver receiver(List<Endpoint> endpoints, ConnectorRegistry connectors, JournaledLog journal) {
        return new Receiver(
                KnownEndpoints.among(endpoints),
                new Verification(connectors),
                journal,
                budgets.received(),
                Clock.systemUTC(),
                configuration.publicUrl(),
                configuration.ingest().maxBody(),
                configuration.ingest().rejectedPerHour(),
                (endpoint, request, body) -> ApiVersions.said(connectors, endpoint, request, body),
                metrics.ingest(),
                Tracing.none());
    }

    private Health health(JournaledLog journal) {
        return new Health(
                () -> false,
                () -> false,
                journal::isTaking,
                () -> stopping.getCount() == 0,
                tasks::failing,
                () -> List.of("PostgreSQL has not answered since this server started; webhooks go to the journal."));
    }

    private MetricsRoutes metricsRoutes() {
        return Host.metricsRoutes(configuration, metrics);
    }

    private Listener listen(Api api) {
        return api.listen(
                configuration.server().host(),
                configuration.server().port(),
                address -> Ground.isIn(configuration.server().trustedProxies(), address));
    }

    private void awaitAnswer() {
        try {
            while (PlatformDatabase.away(configuration).isPresent()) {
                if (stopping.await(BETWEEN_TRIES.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new IllegalStateException("It was stopped before PostgreSQL answered.");
                }
            }
            LOG.info("PostgreSQL answers, and the start goes on");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("It was interrupted before PostgreSQL answered.", e);
        }
    }

    /** Begins to read endpoints; those that were sealed are known before. */
    KnownEndpoints known(Database database, Vault vault) {
        return new KnownEndpoints(
                database,
                vault,
                absence,
                tasks,
                sealed(vault),
                taking.map(begun -> begun.sealed().endpoints()).orElse(List.of()));
    }

    /** Returns the journal of this run, to be connected. */
    JournaledLog journal(Database database) {
        UUID installation = JournaledLog.installation(database);
        if (taking.isEmpty()) {
            return begun(installation);
        }
        if (!taking.get().sealed().installation().equals(installation)) {
            throw new IllegalStateException(
                    "The database \"%s\" is of another installation than the settings in %s, with which webhooks were taken while it was away. They are kept in %s: configure the database of their installation, or move them away."
                            .formatted(database.name(), sealedFile(), configuration.journalDirectory()));
        }
        return taking.get().journal();
    }

    private JournaledLog begun(UUID installation) {
        return JournaledLog.begin(
                new JournaledLog.Ground(absence, budgets.received(), tasks, metrics.journal()),
                installation,
                configuration.journalDirectory(),
                configuration.ingest().journalMax());
    }

    /** Has all routes served, by the listener that there is, if there is one. From here on the host stops what was begun here. */
    Listener serve(Api api) {
        if (taking.isEmpty()) {
            return listen(api);
        }
        Taking begun = taking.get();
        begun.front().replace(api);
        begun.connectors().close();
        forget(begun.stop());
        return begun.listener();
    }

    private static void forget(Thread stop) {
        try {
            Runtime.getRuntime().removeShutdownHook(stop);
        } catch (IllegalStateException e) {
            LOG.debug("The process is ending", e);
        }
    }

    private void stop() {
        LOG.info("Stopping");
        close();
        LOG.info("Stopped");
    }

    /** Takes no webhooks any more; what is in the journal is read at the next start. */
    @Override
    public synchronized void close() {
        stopping.countDown();
        taking.ifPresent(begun -> {
            begun.listener().close();
            begun.journal().close();
            begun.connectors().close();
            forget(begun.stop());
        });
    }
}
