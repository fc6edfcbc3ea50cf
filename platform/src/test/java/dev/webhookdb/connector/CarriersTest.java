package dev.webhookdb.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class CarriersTest {
    private volatile boolean ended;

    /** The loops of a test that failed would keep the carriers of all tests that follow. */
    @AfterEach
    void endLoops() {
        ended = true;
    }

    /** More than once: what the scheduler does depends on the queues in which threads wait. */
    @RepeatedTest(10)
    void calls_that_compute_without_end_leave_other_virtual_threads_their_turn() throws InterruptedException {
        int usual = Carriers.count();
        var finished = new CountDownLatch(1);
        try (var watchdog = new Watchdog()) {
            List<Thread> loops = new ArrayList<>();
            for (int i = 0; i < usual + 2; i++) {
                loops.add(Thread.ofVirtual().start(() -> computeIn(watchdog)));
            }
            await().until(() -> Carriers.count() > usual);
            Thread.ofVirtual().start(finished::countDown);

            assertThat(finished.await(10, TimeUnit.SECONDS)).isTrue();
            ended = true;
            for (Thread loop : loops) {
                loop.join();
            }
            await().untilAsserted(() -> assertThat(Carriers.count()).isEqualTo(usual));
        }
    }

    @Test
    void a_watchdog_that_ends_takes_its_carriers_with_it() throws InterruptedException {
        int usual = Carriers.count();
        Thread loop;
        try (var watchdog = new Watchdog()) {
            loop = Thread.ofVirtual().start(() -> computeIn(watchdog));
            await().until(() -> Carriers.count() == usual + 1);
        }

        assertThat(Carriers.count()).isEqualTo(usual);
        ended = true;
        loop.join();
    }

    @Test
    void a_call_in_a_thread_of_the_operating_system_keeps_none() throws InterruptedException {
        int usual = Carriers.count();
        try (var watchdog = new Watchdog()) {
            Thread loop = Thread.ofPlatform().start(() -> computeIn(watchdog));

            await().during(Duration.ofMillis(500))
                    .untilAsserted(() -> assertThat(Carriers.count()).isEqualTo(usual));
            ended = true;
            loop.join();
        }
    }

    private void computeIn(Watchdog watchdog) {
        Watchdog.WatchedCall call = watchdog.begin(new byte[1], Duration.ofMinutes(1), late -> {});
        while (!ended) {
            Thread.onSpinWait();
        }
        call.end();
    }
}
