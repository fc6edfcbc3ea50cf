package dev.webhookdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.webhookdb.RunningHost.Made;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Anybody may send what is rejected: it is kept for a while, and not without limit. */
class RejectedFloodTest {
    @TempDir
    private static Path directory;

    @Test
    void a_flood_of_rejected_requests_takes_little_and_what_is_cut_is_never_taken_for_genuine() {
        try (RunningHost host = RunningHost.start(directory, Map.of("WEBHOOKDB_INGEST_REJECTED_PER_HOUR", "1 MiB"))) {
            Made charges = host.integrate("flood", "stripe_charge_v1").getFirst();
            byte[] large = "x".repeat(900_000).getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < 30; i++) {
                assertThat(host.send(charges.id(), large, "wrong").status()).isEqualTo(401);
            }
            // signed by the secret, and short enough to be kept whole even when it is cut
            assertThat(host.send(charges.id(), StripeEvents.charge("ch_1", "paid", 1_800_000_000L, "evt_1"))
                            .status())
                    .isEqualTo(202);

            assertThat(host.platform("select sum(octet_length(body)) < 1000000 from webhook where verdict = 1"))
                    .containsExactly("t");
            assertThat(host.platform("select size from webhook where size is not null limit 1"))
                    .containsExactly("900000");
            assertThat(
                            host.platform(
                                    "select distinct reason like '%cannot be verified again%ingest.rejected-per-hour%' from webhook where size is not null"))
                    .containsExactly("t");
            host.administerPlatform(
                    "insert into webhook select id + 500000000, endpoint_id, received_at, method, url, headers, body, 1, 'cut', 1 from webhook where verdict = 0");
            host.operator(
                    "POST",
                    "/organizations/flood/webhooks/replay",
                    "{\"state\":\"rejected\",\"integration\":\"%s\"}".formatted(charges.id()));
            await().atMost(Duration.ofSeconds(10)).until(() -> host.count("flood", "done") == 1);
            assertThat(host.platform("select count(*) from webhook where size is not null and verdict = 0"))
                    .containsExactly("0");
        }
    }
}
