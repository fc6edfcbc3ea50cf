package dev.webhookdb.notify;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventPatternTest {
    @ParameterizedTest
    @CsvSource({
        "*, user.created, false, true",
        "*, stripe_charge_v1.updated, true, true",
        "*.created, stripe_charge_v1.created, true, true",
        "*.created, stripe_charge_v1.updated, true, false",
        "*.created, user.created, false, false",
        "*.deleted, project.deleted, false, false",
        "stripe_charge_v1.*, stripe_charge_v1.deleted, true, true",
        "stripe_charge_v1.*, stripe_charge_v10.deleted, true, false",
        "team.*, team.member.added, false, true",
        "team.member.*, team.member.role_changed, false, true",
        "team.member.*, team.other, false, false",
        "user.created, user.created, false, true",
        "user.created, user.created_again, false, false",
    })
    void a_pattern_means_what_it_is_written_like(String pattern, String type, boolean rowEvent, boolean matches) {
        assertThat(EventPattern.parse(pattern).orElseThrow().matches(type, rowEvent))
                .isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "created",
                "**",
                "*.",
                ".*",
                "*.*",
                "*.paid",
                "a..b",
                "a.",
                ".a",
                "a.*.b",
                "a.*b",
                "User.created",
                "a b.c",
                "user.created ",
                "%.created",
                "a.b\n"
            })
    void what_is_written_like_nothing_known_is_refused(String text) {
        assertThat(EventPattern.parse(text)).isEmpty();
    }

    @Test
    void a_pattern_tells_whether_rows_of_a_service_can_be_meant() {
        assertThat(EventPattern.parse("*.updated").orElseThrow().matchesRowsOf("thing_v1"))
                .isTrue();
        assertThat(EventPattern.parse("thing_v1.deleted").orElseThrow().matchesRowsOf("thing_v1"))
                .isTrue();
        assertThat(EventPattern.parse("user.*").orElseThrow().matchesRowsOf("thing_v1"))
                .isFalse();
    }
}
