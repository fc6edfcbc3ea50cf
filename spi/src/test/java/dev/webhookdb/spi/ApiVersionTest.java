package dev.webhookdb.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiVersionTest {
    @ParameterizedTest
    @ValueSource(strings = {"2026-07-29.dahlia", "2020-08-27", "2026-07", "unstable", "v3", "1_2"})
    void whatProvidersCallVersionsAreSome(String version) {
        assertThat(ApiVersion.isOne(version)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "2026 07", "../x", "-1", "<b>", "2026-07\n", "'; drop table x", "é"})
    void whatAnybodyMayWriteIsNone(String text) {
        assertThat(ApiVersion.isOne(text)).isFalse();
        assertThatThrownBy(() -> ApiVersion.asked(text)).hasMessageContaining("no version");
    }

    @Test
    void aVersionIsNoLongerThanWhatAnybodyReads() {
        assertThat(ApiVersion.isOne("2".repeat(64))).isTrue();
        assertThat(ApiVersion.isOne("2".repeat(65))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "2020-08-27,        false, true",
        "2025-02-24.acacia, false, true",
        "2025-03-31,        true,  false",
        "2025-03-31.basil,  true,  false",
        "2026-07-29.dahlia, true,  false"
    })
    void aGapIsAtTheVersionsOfItsSide(String version, boolean since, boolean before) {
        assertThat(Gap.since("2025-03-31", "It moved.", "a").isAt(version)).isEqualTo(since);
        assertThat(Gap.before("2025-03-31", "It is new.", "a").isAt(version)).isEqualTo(before);
    }

    @Test
    void aGapSaysWhichColumnsAndWhy() {
        assertThatThrownBy(() -> Gap.since("2025-03-31", "It moved.")).hasMessageContaining("names its columns");
        assertThatThrownBy(() -> Gap.before("2025-03-31", " ", "a")).hasMessageContaining("why they are NULL");
    }

    @Test
    void aGapIsOneOfDeclaredColumns() {
        Resource.Builder resource = Resource.named("acme_order_v1", "Acme Order")
                .columns(Column.timestamp("at"))
                .orderedBy("at")
                .backfill((cursor, context) -> Backfill.Page.of(List.of(), Optional.empty()))
                .gaps(Gap.since("2025-03-31", "It moved.", "invoice"));

        assertThatThrownBy(resource::build).hasMessageContaining("[invoice] are NULL since 2025-03-31");
        assertThat(resource.columns(Column.text("invoice")).build().gaps()).hasSize(1);
    }
}
