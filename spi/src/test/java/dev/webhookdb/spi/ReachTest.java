package dev.webhookdb.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How far a backfill reaches is a sentence for people. */
class ReachTest {
    @Test
    void everythingIsEverything() {
        assertThat(Reach.all().isAll()).isTrue();
        assertThat(Reach.all().sentence()).isEqualTo("A backfill reads everything.");
    }

    @Test
    void aLimitSaysWhy() {
        Reach reach = Reach.lastDays(30, "Acme keeps no more.");

        assertThat(reach.isAll()).isFalse();
        assertThat(reach.days()).isEqualTo(30);
        assertThat(reach.permission()).isEmpty();
        assertThat(reach.sentence()).isEqualTo("A backfill reads only the last 30 days. Acme keeps no more.");
    }

    @Test
    void aPermissionThatLiftsALimitIsNamed() {
        Reach reach = Reach.allWith("read_all", 60, "Ask Acme for it.", context -> true);

        assertThat(reach.permission()).contains("read_all");
        assertThat(reach.check()).isPresent();
        assertThat(reach.sentence())
                .isEqualTo(
                        "A backfill reads everything if the key has the permission read_all, else only the last 60 days. Ask Acme for it.");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 36_501})
    void aNumberOfDaysThatIsNoneIsRefused(int days) {
        assertThatThrownBy(() -> Reach.lastDays(days, "Why."))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("from 1 to 36500");
        assertThatThrownBy(() -> Reach.lastDays(1, " ")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theColumnThatDaysAreCountedFromIsKnownWhereDaysLimitTheListing() {
        Reach reach = Reach.lastDays(30, "Acme keeps no more.");

        assertThat(reach.countedFrom()).isEmpty();
        assertThat(reach.countedFrom("created_at").countedFrom()).contains("created_at");
        assertThat(reach.countedFrom("created_at").sentence()).isEqualTo(reach.sentence());
        assertThatThrownBy(() -> Reach.all().countedFrom("created_at")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void daysAreCountedFromATimestampThatTheResourceHas() {
        assertThatThrownBy(() -> reaching("made_at"))
                .hasMessageContaining("'made_at', which is not one of its timestamps");
        assertThatThrownBy(() -> reaching("title")).hasMessageContaining("'title', which is not one of its timestamps");
        assertThat(reaching("created_at").backfill()).isPresent();
    }

    private static Resource reaching(String column) {
        return Resource.named("acme_thing_v1", "Thing")
                .key(Column.text("id"))
                .columns(Column.text("title"), Column.timestamp("created_at"))
                .orderedBy("created_at")
                .backfill(Backfill.of((cursor, context) -> Backfill.Page.of(List.of(), Optional.empty()))
                        .reaching(Reach.lastDays(30, "Acme keeps no more.").countedFrom(column)))
                .build();
    }
}
