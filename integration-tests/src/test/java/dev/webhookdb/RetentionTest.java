package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The webhook log and the audit log are kept for as long as the operator says. */
class RetentionTest {
    @TempDir
    private Path directory;

    @Test
    void days_past_the_retention_are_dropped_and_the_others_are_kept() {
        try (RunningHost host = RunningHost.start(directory, Map.of("WEBHOOKDB_INGEST_RETENTION", "10d"))) {
            LocalDate today = LocalDate.now(ZoneOffset.UTC);
            LocalDate kept = today.minusDays(8);
            LocalDate past = today.minusDays(12);
            make(host, kept);
            make(host, past);

            host.stop();
            host.start();

            await().atMost(Duration.ofSeconds(40)).until(() -> !days(host).contains(name(past)));
            assertThat(days(host)).contains(name(kept));
        }
    }

    @Test
    void entries_of_the_audit_log_past_the_retention_are_removed_and_the_others_are_kept() {
        try (RunningHost host = RunningHost.start(directory, Map.of("WEBHOOKDB_AUDIT_RETENTION", "10d"))) {
            note(host, "8 days");
            note(host, "12 days");

            host.stop();
            host.start();

            await().atMost(Duration.ofSeconds(40)).until(() -> noted(host).equals(List.of("8 days")));
        }
    }

    private static void note(RunningHost host, String age) {
        host.administerPlatform("""
                insert into audit (at, organization_id, email, address, action, subject)
                values (now() - interval '%1$s', 0, 'ada@example.com', '', 'delete integration', '%1$s')""".formatted(age));
    }

    private static List<String> noted(RunningHost host) {
        return host.platform("select subject from audit where organization_id = 0 order by id");
    }

    private static void make(RunningHost host, LocalDate day) {
        host.administerPlatform(
                "create table %s partition of webhook_segment for values from ('%s 00:00Z') to ('%s 00:00Z')"
                        .formatted(name(day), day, day.plusDays(1)));
    }

    private static List<String> days(RunningHost host) {
        return host.platform(
                "select inhrelid::regclass from pg_inherits where inhparent = 'webhook_segment'::regclass");
    }

    private static String name(LocalDate day) {
        return "webhook_segment_" + day.toString().replace("-", "");
    }
}
