package dev.webhookdb.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IncreaseSimulatorTest {
    private final IncreaseSimulator group = IncreaseSimulator.seeded(2);

    @Test
    void everythingThatHappensIsAnEventAboutAnObjectThatIsThere() {
        for (IncreaseEvent event : group.happen(1_500)) {
            assertThat(event.members().get("associated_object_id")).isEqualTo(event.objectId());
            String type = event.members().get("associated_object_type").toString();
            assertThat(event.type()).startsWith(type + ".");
            assertThat(group.objects(type)).containsKey(event.objectId());
        }
        assertThat(IncreaseSimulator.TYPES)
                .allSatisfy(type -> assertThat(group.objects(type)).isNotEmpty());
    }

    @Test
    void transfersReachEveryStateThatTheyCan() {
        group.happen(3_000);

        assertThat(states("ach_transfer")).contains("pending_approval", "pending_submission", "canceled", "submitted");
        assertThat(states("check_transfer"))
                .contains("pending_approval", "canceled", "submitted", "mailed", "deposited");
        assertThat(states("wire_transfer")).contains("pending_approval", "canceled", "complete");
        assertThat(states("account_transfer")).contains("pending_approval", "canceled", "complete");
        assertThat(states("account_number")).contains("active", "disabled");
    }

    @Test
    void twoEventsOfOneObjectAreASecondApart() {
        Set<String> seen = new HashSet<>();

        group.happen(1_500)
                .forEach(event -> assertThat(seen.add(event.objectId() + event.createdAt()))
                        .isTrue());
    }

    @Test
    void theClockGoesOn() {
        Instant before =
                group.startingAt(Instant.parse("2026-02-03T04:05:06.789Z")).now();

        group.advance(Duration.ofDays(1));

        assertThat(before).isEqualTo(Instant.parse("2026-02-03T04:05:06Z"));
        assertThat(group.happen(1).getFirst().createdAt()).isAfter(before.plus(Duration.ofDays(1)));
    }

    private Set<Object> states(String type) {
        Set<Object> states = new HashSet<>();
        group.objects(type)
                .values()
                .forEach(object -> states.add(object.members().get("status")));
        return states;
    }
}
