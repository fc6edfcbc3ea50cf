package dev.webhookdb.connector;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A defect that occurs a thousand times a second is logged once a minute, with its number. */
class DefectLogTest {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final DefectLog log = new DefectLog(PluginKind.CONNECTOR);

    @Test
    void theFirstOfAKindIsLogged() {
        assertThat(log.due("verify NullPointerException", 0)).hasValue(0);
        assertThat(log.due("read NullPointerException", 0)).hasValue(0);
    }

    @Test
    void thoseWithinAMinuteAreCounted() {
        assertThat(log.due("verify", 0)).hasValue(0);
        assertThat(log.due("verify", 1)).isEmpty();
        assertThat(log.due("verify", MINUTE - 1)).isEmpty();

        assertThat(log.due("verify", MINUTE)).hasValue(2);
        assertThat(log.due("verify", 2 * MINUTE)).hasValue(0);
    }
}
