package dev.webhookdb.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.connector.ConnectorFailure.Kind;
import dev.webhookdb.spi.ConnectorException;
import dev.webhookdb.spi.ConnectorException.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a connector does in a call is a result, or a failure with a kind and a sentence. */
class GuardTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(50);

    private final Watchdog watchdog = new Watchdog();
    private final ClassLoader loader = new ClassLoader("acme", null) {};
    private final Guard guard = new Guard("acme 1.0", loader, watchdog);

    @AfterEach
    void close() {
        watchdog.close();
    }

    @Test
    void aResultIsHandedOn() {
        assertThat(guard.call("read", LONG, () -> "result")).isEqualTo("result");
    }

    @Test
    void aCallHasTheConnectorsContextClassLoader() {
        ClassLoader before = Thread.currentThread().getContextClassLoader();

        assertThat(guard.call("read", LONG, () -> Thread.currentThread().getContextClassLoader()))
                .isSameAs(loader);
        assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
    }

    // exceptions

    @Test
    void whatAConnectorCanExplainIsSortedByItsReason() {
        assertThat(failureOf(throwing(new ConnectorException(Reason.TRANSIENT, "Later."))))
                .satisfies(is(Kind.TRANSIENT, "Later."));
        assertThat(failureOf(throwing(new ConnectorException(Reason.SETTINGS, "The key expired."))))
                .satisfies(is(Kind.SETTINGS, "The key expired."));
        assertThat(failureOf(throwing(new ConnectorException(Reason.UNEXPECTED, "No such field."))))
                .satisfies(is(Kind.DEFECT, "No such field."));
    }

    @Test
    void aProviderThatCannotBeReachedPasses() {
        assertThat(failureOf(throwing(new IOException("connection reset"))))
                .satisfies(is(
                        Kind.TRANSIENT, "Connector acme 1.0 could not reach its provider in read: connection reset."));
        assertThat(failureOf(throwing(new IOException()))).satisfies(is(Kind.TRANSIENT, "in read: IOException."));
    }

    @Test
    void anyOtherExceptionIsADefectWithoutItsMessage() {
        assertThat(failureOf(throwing(new IllegalStateException("sk_live_123"))))
                .satisfies(is(Kind.DEFECT, "Connector acme 1.0 failed in read with java.lang.IllegalStateException;"))
                .hasMessageNotContaining("sk_live_123")
                .hasNoCause();
        assertThat(failureOf(throwing(new AssertionError()))).satisfies(is(Kind.DEFECT, "AssertionError"));
        assertThat(failureOf(throwing(new StackOverflowError()))).satisfies(is(Kind.DEFECT, "StackOverflowError"));
    }

    @Test
    void aMissingClassIsNamed() {
        assertThat(failureOf(throwing(new NoClassDefFoundError("org/acme/Library"))))
                .satisfies(is(Kind.DEFECT, "It needs the class org.acme.Library, which it does not bring along"));
    }

    @Test
    void anExceptionThatCannotBePrintedIsADefect() {
        var hostile = new IllegalStateException() {
            private static final long serialVersionUID = 1L;

            @Override
            public String getMessage() {
                throw new UnsupportedOperationException();
            }
        };

        assertThat(failureOf(throwing(hostile))).satisfies(is(Kind.DEFECT, "failed in read with"));
    }

    @Test
    void an_error_of_the_machine_names_the_connector_and_suspends_that_call_for_that_resource() {
        Guard things = guard.of("acme_thing_v1");

        assertThat(catchThrowableOfType(
                        ConnectorFailure.class,
                        () -> things.call("read", LONG, throwing(new OutOfMemoryError("Java heap space")))))
                .satisfies(is(Kind.HARMFUL, "Connector acme 1.0 failed in read with java.lang.OutOfMemoryError"));

        assertThat(catchThrowableOfType(ConnectorFailure.class, () -> things.call("read", LONG, () -> "result")))
                .satisfies(is(Kind.SUSPENDED, "suspended in read for acme_thing_v1 for 60 s"));
        assertThat(things.call("verify", LONG, () -> "result")).isEqualTo("result");
        assertThat(guard.of("acme_other_v1").call("read", LONG, () -> "result")).isEqualTo("result");
    }

    @Test
    void anInterruptOfTheHostStaysOne() {
        ConnectorFailure failure = failureOf(throwing(new InterruptedException()));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(failure).satisfies(is(Kind.TRANSIENT, "The host stopped connector acme 1.0 in read."));
    }

    // time

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCallThatTakesTooLongIsInterrupted(boolean virtual) throws InterruptedException {
        var failure = new AtomicReference<ConnectorFailure>();
        var interrupted = new AtomicReference<Boolean>();
        Runnable body = () -> {
            failure.set(catchThrowableOfType(
                    ConnectorFailure.class,
                    () -> guard.call("verify", SHORT, () -> new CountDownLatch(1).await(1, TimeUnit.HOURS))));
            interrupted.set(Thread.currentThread().isInterrupted());
        };

        Thread thread =
                virtual ? Thread.ofVirtual().start(body) : Thread.ofPlatform().start(body);

        assertThat(thread.join(Duration.ofSeconds(10))).isTrue();
        assertThat(failure.get()).satisfies(is(Kind.DEFECT, "Connector acme 1.0 took longer than 50 ms in verify."));
        assertThat(interrupted.get()).isFalse();
    }

    @Test
    void aLateResultIsNoResult() {
        assertThat(catchThrowableOfType(
                        ConnectorFailure.class,
                        () -> guard.call("verify", SHORT, () -> {
                            while (!Thread.currentThread().isInterrupted()) {
                                Thread.onSpinWait();
                            }
                            return "late";
                        })))
                .satisfies(is(Kind.DEFECT, "took longer than 50 ms"));
        assertThat(guard.call("verify", LONG, () -> "again")).isEqualTo("again");
    }

    @Test
    void a_few_calls_that_do_not_return_suspend_their_kind_and_no_other_until_they_do() {
        var release = new CountDownLatch(1);

        for (int i = 0; i < Suspension.MOST_STUCK; i++) {
            assertThat(guard.of("acme_thing_v1").callAside("normalize", LONG, () -> "result"))
                    .isEqualTo("result");
            assertThat(catchThrowableOfType(
                            ConnectorFailure.class,
                            () -> guard.of("acme_thing_v1")
                                    .callAside("read", SHORT, () -> ignoringInterrupts(release))))
                    .satisfies(is(Kind.HARMFUL, "did not return from read within 50 ms, nor when it was interrupted"));
        }

        assertThat(catchThrowableOfType(
                        ConnectorFailure.class,
                        () -> guard.of("acme_other_v1").callAside("read", LONG, () -> "result")))
                .satisfies(is(Kind.SUSPENDED, "Connector acme 1.0 is suspended in read"));
        assertThat(guard.of("acme_thing_v1").call("verify", LONG, () -> "result"))
                .isEqualTo("result");
        assertThat(new Guard("other 1.0", loader, watchdog).callAside("read", LONG, () -> "result"))
                .isEqualTo("result");
        release.countDown();

        await().untilAsserted(() ->
                assertThat(guard.callAside("read", LONG, () -> "result")).isEqualTo("result"));
    }

    @Test
    void one_call_that_does_not_return_suspends_nothing() throws InterruptedException {
        var release = new CountDownLatch(1);
        var begun = new CountDownLatch(1);
        Thread stuck = Thread.ofPlatform()
                .start(() -> assertThatThrownBy(() -> guard.call("verify", SHORT, () -> {
                            begun.countDown();
                            return ignoringInterrupts(release);
                        }))
                        .isInstanceOf(ConnectorFailure.class));
        begun.await();

        assertThat(guard.call("verify", LONG, () -> "result")).isEqualTo("result");
        release.countDown();
        stuck.join();
    }

    @Test
    void calls_that_compute_without_end_leave_carriers_of_virtual_threads_to_others() throws InterruptedException {
        var running = new AtomicInteger();
        List<Thread> stuck = Stream.generate(() -> Thread.ofVirtual()
                        .start(() -> assertThatThrownBy(() -> guard.call("verify", SHORT, () -> {
                                    running.incrementAndGet();
                                    return new CountDownLatch(1).await(1, TimeUnit.HOURS);
                                }))
                                .isInstanceOf(ConnectorFailure.class)))
                .limit(50)
                .toList();

        await().until(() -> running.get() > 0);
        assertThat(running).hasValueLessThanOrEqualTo(Suspension.MOST_STUCK + 1);
        for (Thread thread : stuck) {
            thread.join();
        }
    }

    @Test
    void a_caller_that_is_interrupted_does_not_wait_for_its_call() throws InterruptedException {
        var failure = new AtomicReference<ConnectorFailure>();
        Thread caller = Thread.ofVirtual()
                .start(() -> failure.set(catchThrowableOfType(
                        ConnectorFailure.class,
                        () -> guard.callAside(
                                "backfill", LONG, () -> new CountDownLatch(1).await(1, TimeUnit.HOURS)))));

        caller.interrupt();

        assertThat(caller.join(Duration.ofSeconds(10))).isTrue();
        assertThat(failure.get()).satisfies(is(Kind.TRANSIENT, "The host stopped connector acme 1.0 in backfill."));
    }

    @Test
    void nothingIsNoResult() {
        assertThat(failureOf(() -> null)).satisfies(is(Kind.DEFECT, "Connector acme 1.0 returned null from read."));
    }

    private ConnectorFailure failureOf(Callable<String> code) {
        return catchThrowableOfType(ConnectorFailure.class, () -> guard.call("read", LONG, code));
    }

    private static Callable<String> throwing(Throwable thrown) {
        return () -> {
            throw GuardTest.<Exception>sneaky(thrown);
        };
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> T sneaky(Throwable thrown) throws T {
        throw (T) thrown;
    }

    private static Consumer<ConnectorFailure> is(Kind kind, String message) {
        return failure -> {
            assertThat(failure.kind()).isEqualTo(kind);
            assertThat(failure).hasMessageContaining(message);
        };
    }

    private static String ignoringInterrupts(CountDownLatch release) {
        while (release.getCount() > 0) {
            Thread.onSpinWait();
        }
        return "released";
    }
}
