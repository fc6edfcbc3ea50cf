package dev.webhookdb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log as it goes on. */
class FollowedWebhooksTest {
    @TempDir
    private Path home;

    private final List<String> asked = new ArrayList<>();

    @Test
    void eachWebhookIsShownWhenItComesAndWhenSomethingBecameOfIt() throws IOException {
        try (Client client = new Client(home)) {
            assertThat(client.runLine("--version")).isZero();
            List<String> answers = new ArrayList<>(List.of(
                    list(webhook(1, "pending")),
                    list(webhook(2, "done"), webhook(1, "pending")),
                    list(webhook(2, "done"), webhook(1, "failed")),
                    list(webhook(2, "done"))));
            FollowedWebhooks followed =
                    new FollowedWebhooks(client.environment(), output(client), Optional.empty(), after -> {
                        asked.add(after);
                        return Json.parse(answers.removeFirst());
                    });

            for (int look = 0; look < 4; look++) {
                followed.look();
            }

            assertThat(client.out().lines().skip(1))
                    .containsExactly(
                            "ID  RECEIVED AT          STATE",
                            "w1  2026-06-30 12:00:01  pending",
                            "w2  2026-06-30 12:00:02  done",
                            "w1  2026-06-30 12:00:01  failed");
            assertThat(asked)
                    .containsExactly(
                            "2026-06-30T12:00:00Z",
                            "2026-06-30T12:00:01Z",
                            "2026-06-30T12:00:01Z",
                            "2026-06-30T12:00:02Z");
        }
    }

    @Test
    void anEndContradictsIt() throws IOException {
        try (Client client = new Client(home)) {
            assertThat(client.runLine("logs -o a --follow --before 1h")).isEqualTo(2);
            assertThat(client.err()).contains("contradict");
        }
    }

    private static Output output(Client client) {
        var commands = Commands.of(client.environment(), "logs");
        return Output.of(commands.getSubcommands().get("logs").getCommandSpec(), client.environment());
    }

    private static String webhook(int number, String state) {
        return "{\"id\":\"w%1$d\",\"received_at\":\"2026-06-30T12:00:0%1$dZ\",\"state\":\"%2$s\"}"
                .formatted(number, state);
    }

    private static String list(String... webhooks) {
        return "{\"items\":[%s]}".formatted(String.join(",", webhooks));
    }
}
