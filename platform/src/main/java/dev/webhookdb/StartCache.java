package dev.webhookdb;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cache of loaded classes, with which a start takes half the time. It is too large to come along, so a server that started without
 * one has it made for the next start: by another process of low priority, which is given up after a while, and with this server.
 * {@code bin/webhookdb} says where it is kept, for which JARs, and when there is no room for it.
 */
final class StartCache implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StartCache.class);

    /** What waited for this start has the processor first; and a server that fails at once and again has none made. */
    private static final Duration PAUSE = Duration.ofSeconds(30);

    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Duration END_LIMIT = Duration.ofSeconds(2);

    private final Thread making;

    private StartCache(Runnable making) {
        this.making = Thread.ofVirtual().name("start-cache").start(making);
    }

    /** Has a cache made if this server, by what {@code bin/webhookdb} told it, started without one that fits. */
    static StartCache makeIfMissing() {
        Optional<String> maker = Optional.ofNullable(System.getProperty("webhookdb.cache-maker"));
        // a JVM that was given a cache and does not use it does not name "sharing" among its ways
        boolean used = !System.getProperty("webhookdb.cache", "").isEmpty()
                && System.getProperty("java.vm.info", "").contains("sharing");
        return used || maker.isEmpty() ? new StartCache(() -> {}) : makeAfter(PAUSE, maker.get());
    }

    static StartCache makeAfter(Duration pause, String maker) {
        return new StartCache(() -> make(pause, maker));
    }

    /** Stops what is being made, so that nothing of this server is left. */
    @Override
    public void close() {
        making.interrupt();
        try {
            making.join(END_LIMIT.multipliedBy(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void make(Duration pause, String maker) {
        try {
            Thread.sleep(pause);
            Process process = new ProcessBuilder(maker, "make-cache", "server")
                    .redirectInput(Redirect.from(new File("/dev/null")))
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.DISCARD)
                    .start();
            try {
                boolean ended = process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
                LOG.debug("Making the cache for the next start {}", ended ? "has ended" : "takes too long");
            } finally {
                end(process);
            }
        } catch (IOException e) {
            LOG.debug("There will be no cache for the next start, which takes as long as this one did", e);
        } catch (InterruptedException e) {
            LOG.debug("The server stops before there is a cache for its next start", e);
        }
    }

    /** The shell last: it removes what is half made when what it started has ended. */
    private static void end(Process shell) {
        shell.descendants().forEach(ProcessHandle::destroyForcibly);
        try {
            shell.waitFor(END_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        shell.destroyForcibly();
    }
}
