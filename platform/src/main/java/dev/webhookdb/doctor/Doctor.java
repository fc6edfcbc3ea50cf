package dev.webhookdb.doctor;

import dev.webhookdb.config.Configuration;
import dev.webhookdb.config.ConfigurationException;
import dev.webhookdb.config.ConfigurationLoader;
import dev.webhookdb.config.Problem;
import dev.webhookdb.connector.ConnectorRegistry;
import dev.webhookdb.connector.DestinationRegistry;
import dev.webhookdb.connector.Promises;
import dev.webhookdb.integration.ServiceShapes;
import dev.webhookdb.observe.BackgroundTasks;
import dev.webhookdb.spi.Resource;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Does all checks of an installation. Changes nothing, but for an embedded PostgreSQL that does not run, which is started for it and stopped.
 *
 * <p>Only the configuration and the database are looked at before the others, which need them: without the one there is nothing to check,
 * without the other some checks are skipped.
 */
public final class Doctor {
    private static final String CONFIGURATION = "configuration";

    /** Longer than every wait within a check. */
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** An embedded server may have to recover from a crash first. */
    private static final Duration FOR_DATABASE = Duration.ofSeconds(90);

    private Doctor() {}

    /**
     * Checks an installation.
     *
     * @param file the configuration file, if there is one
     * @param environment the process's variables
     * @param installation where the distribution is
     * @throws InterruptedException if the caller is interrupted
     */
    public static Diagnosis examine(Optional<Path> file, Map<String, String> environment, Path installation)
            throws InterruptedException {
        Configuration configuration;
        List<Path> secretFiles;
        try {
            configuration = ConfigurationLoader.load(file, environment, installation);
            secretFiles = ConfigurationLoader.secretFiles(file, environment);
        } catch (ConfigurationException e) {
            return new Diagnosis(e.problems().stream().map(Doctor::problem).toList());
        }
        List<Finding> findings = new ArrayList<>();
        findings.add(new Finding(
                CONFIGURATION,
                Status.OK,
                file.map(path -> path + " and the environment can be read.").orElse("The environment can be read."),
                ""));
        findings.addAll(examine(configuration, secretFiles));
        return new Diagnosis(findings);
    }

    private static Finding problem(Problem problem) {
        return new Finding(
                CONFIGURATION,
                Status.PROBLEM,
                problem + ".",
                "Correct it: the server does not start before. The other checks come after that.");
    }

    private static List<Finding> examine(Configuration configuration, List<Path> secretFiles)
            throws InterruptedException {
        Platform platform = opened(configuration);
        Shared<ConnectorRegistry> connectors = new Shared<>(
                () -> ConnectorRegistry.inspect(configuration.connectors().directories(), promises(platform)));
        Shared<DestinationRegistry> destinations = new Shared<>(
                () -> DestinationRegistry.open(configuration.destinations().directory(), new BackgroundTasks()));
        try (platform;
                connectors;
                destinations) {
            Checklist checklist = new Checklist(
                    configuration, secretFiles, platform, connectors, destinations, new Web(), Clock.systemUTC());
            return new Examination(LIMIT).of(checklist.checks());
        }
    }

    /** A database that is not opened in time is closed when it is opened after all: it may be one that was started for this. */
    private static Platform opened(Configuration configuration) throws InterruptedException {
        CompletableFuture<Platform> opening =
                CompletableFuture.supplyAsync(() -> Platform.open(configuration), Thread::startVirtualThread);
        try {
            return opening.get(FOR_DATABASE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            CompletableFuture<Void> _ = opening.thenAccept(Platform::close);
            return Platform.unusable("It was not opened within %d s. See in its log what it does, and try again."
                    .formatted(FOR_DATABASE.toSeconds()));
        } catch (ExecutionException e) {
            return Platform.unusable(Findings.reason(e.getCause()));
        }
    }

    /** What was promised of the tables that there are, as a host sees it; nothing is promised here. */
    private static Promises promises(Platform platform) {
        Promises asked = platform.current()
                .<Promises>map(open -> new ServiceShapes(open.database()))
                .orElse(Promises.NONE);
        return new Promises() {
            @Override
            public Optional<String> broken(Resource resource) {
                return asked.broken(resource);
            }

            @Override
            public Optional<String> needed(Collection<String> services) {
                return asked.needed(services);
            }

            @Override
            public void keep(Collection<Resource> resources) {
                // beside a host that may have another release
            }
        };
    }
}
