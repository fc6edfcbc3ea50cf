package dev.webhookdb.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.LocalDate;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

class TransistorSimulatorTest {
    private final TransistorSimulator account = TransistorSimulator.seeded(2);

    @Test
    void anAccountHasShowsAndEpisodesOfAllKinds() {
        account.happen(400);

        assertThat(account.shows().values())
                .anyMatch(TransistorSimulator.Show::isPrivate)
                .anyMatch(show -> !show.isPrivate());
        assertThat(account.episodes().values())
                .anyMatch(episode -> episode.attributes().get("summary") == null)
                .anyMatch(episode -> episode.attributes().get("summary") != null)
                .anyMatch(episode -> "draft".equals(episode.attributes().get("status")))
                .anyMatch(episode -> "published".equals(episode.attributes().get("status")))
                .anyMatch(episode -> episode.transcript().isEmpty());
    }

    @Test
    void downloadsGrowUntilTwoDaysLaterAndThenStay() {
        String id = account.addEpisode(account.addShow(false).id()).id();
        assertThat(account.downloads(id)).as("a draft").isEmpty();
        account.edit(id);
        account.advance(Duration.ofDays(3));
        SortedMap<LocalDate, Integer> before = account.downloads(id);

        account.advance(Duration.ofHours(30));
        SortedMap<LocalDate, Integer> after = account.downloads(id);

        assertThat(after).hasSizeGreaterThan(before.size());
        before.forEach((day, count) -> assertThat(after.get(day)).isGreaterThanOrEqualTo(count));
        assertThat(after.get(before.firstKey())).isEqualTo(before.get(before.firstKey()));
        assertThat(after.get(before.lastKey())).isGreaterThan(before.get(before.lastKey()));
    }
}
