package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartCacheTest {
    @TempDir
    private Path directory;

    @Test
    void the_launcher_is_asked_for_the_cache_of_the_server() throws IOException {
        Path asked = directory.resolve("asked");

        try (StartCache _ = StartCache.makeAfter(Duration.ZERO, launcher("echo \"$@\" >" + asked))) {
            await().untilAsserted(() -> assertThat(asked).hasContent("make-cache server\n"));
        }
    }

    /** The shell goes on when what it started is gone, and removes what is half made. */
    @Test
    void when_the_server_stops_nothing_is_left_running_or_half_made() throws IOException {
        Path half = directory.resolve("half");
        Path pid = directory.resolve("pid");
        String script = """
                trap 'rm -f %1$s' EXIT
                touch %1$s
                sleep 600 &
                echo $! >%2$s.new
                mv %2$s.new %2$s
                wait""".formatted(half, pid);

        try (StartCache _ = StartCache.makeAfter(Duration.ZERO, launcher(script))) {
            await().until(() -> Files.exists(pid));
        }

        long maker = Long.parseLong(Files.readString(pid).strip());
        assertThat(ProcessHandle.of(maker).filter(ProcessHandle::isAlive)).isEmpty();
        assertThat(half).doesNotExist();
    }

    @Test
    void a_server_that_stops_before_the_pause_is_over_asks_for_nothing() throws IOException {
        Path asked = directory.resolve("asked");

        StartCache.makeAfter(Duration.ofHours(1), launcher("touch " + asked)).close();

        assertThat(asked).doesNotExist();
    }

    @Test
    void a_launcher_that_is_gone_disturbs_nobody() {
        StartCache.makeAfter(Duration.ZERO, directory.resolve("gone").toString())
                .close();

        assertThat(directory).isEmptyDirectory();
    }

    private String launcher(String script) throws IOException {
        Path launcher = directory.resolve("launcher");
        Files.write(launcher, List.of("#!/bin/sh", script));
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
        return launcher.toString();
    }
}
