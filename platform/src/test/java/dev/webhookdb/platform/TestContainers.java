package dev.webhookdb.platform;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Container;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;

/**
 * Ends the containers of test runs that were killed before they could do so themselves: such a container would go on using
 * memory and its port, on which no server of a later run could be reached.
 */
final class TestContainers {
    private static final Logger LOG = LoggerFactory.getLogger(TestContainers.class);
    private static final String MACHINE = "dev.webhookdb.tests.machine";
    private static final String PROCESS = "dev.webhookdb.tests.process";
    private static final String STARTED = "dev.webhookdb.tests.started";

    private TestContainers() {}

    /** Says whose container it is, and lets it end without writing down what nobody will read. */
    static void own(CreateContainerCmd command) {
        Map<String, String> labels =
                new HashMap<>(Optional.ofNullable(command.getLabels()).orElse(Map.of()));
        labels.put(MACHINE, machine());
        labels.put(PROCESS, Long.toString(ProcessHandle.current().pid()));
        labels.put(STARTED, started(ProcessHandle.current()));
        command.withLabels(labels).withStopSignal("SIGQUIT");
    }

    /** Removes every container that a process of this machine owned which is no more; not those of other machines. */
    static void removeAbandoned() {
        DockerClient engine = DockerClientFactory.instance().client();
        List<Container> ours = engine.listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of(MACHINE, machine()))
                .exec();
        for (Container container : ours) {
            if (ownerLives(container.getLabels())) {
                continue;
            }
            LOG.info("Removing the container {} of a test run that was killed", container.getId());
            try {
                engine.removeContainerCmd(container.getId())
                        .withForce(true)
                        .withRemoveVolumes(true)
                        .exec();
            } catch (DockerException e) {
                // another run of now removes it too
                LOG.info("The container {} was not removed: {}", container.getId(), e.getMessage());
            }
        }
    }

    private static boolean ownerLives(Map<String, String> labels) {
        return ProcessHandle.of(Long.parseLong(labels.getOrDefault(PROCESS, "0")))
                .filter(owner -> started(owner).equals(labels.get(STARTED)))
                .isPresent();
    }

    /** Tells a process from a later one with the same number. */
    private static String started(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toString).orElse("unknown");
    }

    private static String machine() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
