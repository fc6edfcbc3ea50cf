package dev.webhookdb.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class TraceIdsTest {
    private static final byte[] OURS = "our key".getBytes(StandardCharsets.UTF_8);
    private static final byte[] THEIRS = "their key".getBytes(StandardCharsets.UTF_8);

    @Test
    void hosts_of_an_installation_derive_the_same() {
        assertThat(TraceIds.of(OURS, "webhook", 4711)).isEqualTo(TraceIds.of(OURS.clone(), "webhook", 4711));
    }

    @Test
    void installations_kinds_and_numbers_tell_traces_apart() {
        assertThat(new TraceIds[] {
                    TraceIds.of(OURS, "webhook", 4711),
                    TraceIds.of(THEIRS, "webhook", 4711),
                    TraceIds.of(OURS, "event", 4711),
                    TraceIds.of(OURS, "webhook", 4712),
                    TraceIds.of(OURS, "webhook", 1, 4711)
                })
                .extracting(TraceIds::trace)
                .doesNotHaveDuplicates();
    }

    @Test
    void they_are_written_as_trace_context_wants_them() {
        assertThat(TraceIds.of(OURS, "webhook", 1).trace()).matches("[0-9a-f]{32}");
        assertThat(TraceIds.of(OURS, "webhook", 1).root()).matches("[0-9a-f]{16}");
        assertThat(TraceIds.fresh().trace()).matches("[0-9a-f]{32}");
        assertThat(TraceIds.span()).matches("[0-9a-f]{16}");
    }

    @Test
    void a_ratio_keeps_about_its_part_of_all_traces() {
        long kept = LongStream.range(0, 10_000)
                .filter(id -> TraceIds.of(OURS, "webhook", id).isSampled(0.1))
                .count();

        assertThat(kept).isBetween(850L, 1_150L);
    }

    @Test
    void all_or_nothing_is_kept_at_the_ends() {
        assertThat(LongStream.range(0, 1_000).mapToObj(id -> TraceIds.of(OURS, "webhook", id)))
                .allMatch(ids -> ids.isSampled(1.0))
                .noneMatch(ids -> ids.isSampled(0.0));
    }
}
