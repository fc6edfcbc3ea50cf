package dev.webhookdb.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.webhookdb.distribution.Installation.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The unit for systemd that {@code webhookdb service install} writes. */
class ServiceIT {
    private static final Path VERIFIER = Path.of("/usr/bin/systemd-analyze");
    private static final Path UNIT = Path.of("/etc/systemd/system/webhookdb.service");

    private final Path directory = Installation.temporaryDirectory();

    @AfterEach
    void end() {
        Installation.delete(directory);
    }

    @Test
    void the_unit_starts_this_installation_with_few_rights() {
        Run run = service("install", "--print");

        assertThat(run.status()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out().lines())
                .contains(
                        "ExecStart=%s/bin/webhookdb server"
                                .formatted(Installation.unpacked().home()),
                        "ExecReload=/bin/kill -HUP $MAINPID",
                        "User=webhookdb",
                        "Environment=WEBHOOKDB_DATA_DIR=/var/lib/webhookdb",
                        "ReadWritePaths=/var/lib/webhookdb",
                        "ProtectSystem=strict",
                        "ProtectHome=yes",
                        "PrivateTmp=yes",
                        "NoNewPrivileges=yes",
                        "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX",
                        "SystemCallFilter=@system-service",
                        "MemoryDenyWriteExecute=no",
                        "LimitNOFILE=65536",
                        "SuccessExitStatus=143",
                        "TimeoutStopSec=45");
    }

    @Test
    void the_user_and_the_data_directory_are_whose_and_where_one_wants() {
        Run run = service("install", "--user", "hooks", "--data-dir=/home/hooks/data", "--print");

        assertThat(run.out().lines())
                .contains(
                        "User=hooks",
                        "Environment=WEBHOOKDB_DATA_DIR=/home/hooks/data",
                        "ReadWritePaths=/home/hooks/data",
                        "ProtectHome=read-only");
    }

    @Test
    void systemd_understands_the_unit() throws IOException {
        assumeThat(VERIFIER)
                .as("'systemd-analyze verify' needs systemd's package")
                .isExecutable();
        Path unit = Files.writeString(
                directory.resolve("webhookdb.service"),
                service("install", "--print").out());

        Run verified = Installation.run(new ProcessBuilder(VERIFIER.toString(), "verify", unit.toString()));

        assertThat(verified.out() + verified.err()).isEmpty();
        assertThat(verified.status()).isZero();
    }

    @Test
    void what_a_unit_cannot_hold_is_wrong_usage() {
        TarballIT.assertSentence(service("install", "--data-dir", "data"), 2, "give the whole path");
        TarballIT.assertSentence(service("install", "--user", "a b"), 2, "The user is 'a b'");
        TarballIT.assertSentence(service("install", "--user"), 2, "'--user' lacks its value");
        TarballIT.assertSentence(service("install", "--colour"), 2, "'--colour' is not an option");
        assertThat(service("install", "--help").out()).startsWith("Usage: webhookdb service install");
    }

    @Test
    void only_root_may_and_only_where_systemd_runs() {
        boolean root = System.getProperty("user.name").equals("root");
        List<String> command = new ArrayList<>();
        if (root) {
            command.addAll(List.of("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"));
        }
        command.addAll(
                List.of(Installation.unpacked().home().resolve("bin/webhookdb").toString(), "service", "install"));

        TarballIT.assertSentence(Installation.run(new ProcessBuilder(command)), 1, "Only root can write " + UNIT);

        assumeThat(root && !Files.isDirectory(Path.of("/run/systemd/system")))
                .as("the other refusal is for root, on a machine without systemd")
                .isTrue();
        TarballIT.assertSentence(service("install"), 1, "systemd does not run on this machine");
        assertThat(UNIT).doesNotExist();
    }

    @Test
    void service_is_still_another_name_of_services() {
        assertThat(service("list", "--help").out()).contains("webhookdb services list");
    }

    private static Run service(String... arguments) {
        List<String> command = new ArrayList<>(List.of("service"));
        command.addAll(List.of(arguments));
        return Installation.unpacked().run(Map.of(), command.toArray(String[]::new));
    }
}
