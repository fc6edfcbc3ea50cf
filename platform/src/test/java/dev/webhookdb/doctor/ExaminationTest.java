package dev.webhookdb.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ExaminationTest {
    @Test
    void a_check_that_fails_is_a_problem_and_disturbs_no_other() throws InterruptedException {
        List<Finding> findings = new Examination(Duration.ofSeconds(60))
                .of(List.of(
                        new Check("broken", () -> {
                            throw new IOException("The disk is on fire.");
                        }),
                        good()));

        assertThat(findings)
                .containsExactly(
                        new Finding("broken", Status.PROBLEM, "This could not be checked.", "The disk is on fire."),
                        new Finding("good", Status.OK, "All is well.", ""));
    }

    @Test
    void a_check_that_hangs_is_given_up_and_interrupted() throws InterruptedException {
        CountDownLatch interrupted = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);

        List<Finding> findings = new Examination(Duration.ofSeconds(1))
                .of(List.of(
                        new Check("endless", () -> {
                            try {
                                never.await();
                            } finally {
                                interrupted.countDown();
                            }
                            return List.of();
                        }),
                        good()));

        assertThat(findings)
                .extracting(Finding::check, Finding::status)
                .containsExactly(tuple("endless", Status.PROBLEM), tuple("good", Status.OK));
        assertThat(findings.getFirst().found()).isEqualTo("This could not be checked within 1 s.");
        interrupted.await();
    }

    private static Check good() {
        return new Check("good", () -> new Findings("good").ok("All is well.").all());
    }
}
