package dev.webhookdb.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

class TracingTest {
    private static final byte[] INSTALLATION = {1, 2, 3};
    private static final String STRANGERS = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private final List<FinishedSpan> told = new ArrayList<>();
    private final Tracing tracing = new Tracing(told::add, INSTALLATION, 1.0, () -> {});

    @Test
    void what_is_done_with_a_webhook_descends_from_its_request() {
        long begun = System.nanoTime();
        tracing.webhook(1).span("webhook apply", SpanKind.INTERNAL).close();
        Span root = tracing.webhook(1).root("webhook receive", SpanKind.SERVER, begun);
        root.part("verify", begun, begun + 5);
        root.close();

        assertThat(told).extracting(FinishedSpan::name).containsExactly("webhook apply", "verify", "webhook receive");
        assertThat(told)
                .extracting(FinishedSpan::trace)
                .containsOnly(told.getFirst().trace());
        assertThat(told.getLast().parent()).isEmpty();
        assertThat(told)
                .extracting(FinishedSpan::parent)
                .contains(Optional.of(told.getLast().id()));
        assertThat(told.get(1).ended() - told.get(1).begun()).isEqualTo(5);
    }

    @Test
    void another_host_tells_of_the_same_trace() {
        Tracing other = new Tracing(told::add, INSTALLATION.clone(), 1.0, () -> {});

        assertThat(other.webhook(7).id()).isEqualTo(tracing.webhook(7).id()).isNotEmpty();
        assertThat(other.event(1, 7).id()).isEqualTo(tracing.event(1, 7).id());
        assertThat(other.fresh().id()).isNotEqualTo(tracing.fresh().id());
    }

    @Test
    void lines_of_the_log_carry_the_ids_of_the_innermost_span() {
        try (Span outer = tracing.webhook(1).span("outer", SpanKind.INTERNAL)) {
            String outerId = MDC.get(Span.SPAN_ID);
            try (Span inner = tracing.webhook(2).span("inner", SpanKind.CLIENT)) {
                assertThat(inner.traceparent().orElseThrow())
                        .isEqualTo("00-%s-%s-01".formatted(MDC.get(Span.TRACE_ID), MDC.get(Span.SPAN_ID)));
            }
            assertThat(outer.traceparent().orElseThrow()).contains(outerId);
            assertThat(MDC.get(Span.SPAN_ID)).isEqualTo(outerId);
        }
        assertThat(MDC.get(Span.TRACE_ID)).isNull();
        assertThat(MDC.get(Span.SPAN_ID)).isNull();
    }

    @Test
    void what_is_not_sampled_is_in_the_log_and_nowhere_else() {
        Tracing none = new Tracing(told::add, INSTALLATION, 0.0, () -> {});

        try (Span span = none.webhook(1).span("event deliver", SpanKind.CLIENT)) {
            span.with("webhookdb.table", "charges").failed("500");
            assertThat(span.traceparent().orElseThrow()).endsWith("-00");
            assertThat(MDC.get(Span.TRACE_ID)).isNotNull();
        }

        assertThat(told).isEmpty();
    }

    @Test
    void a_strangers_span_is_linked_if_it_is_one() {
        for (String header : List.of(STRANGERS, "00-" + "0".repeat(32) + "-b7ad6b7169203331-01", "<script>", "")) {
            tracing.fresh()
                    .span("webhook receive", SpanKind.SERVER)
                    .linkedTo(header)
                    .close();
        }

        assertThat(told)
                .extracting(FinishedSpan::link)
                .containsExactly(Optional.of(STRANGERS), Optional.empty(), Optional.empty(), Optional.empty());
        assertThat(told).extracting(FinishedSpan::parent).containsOnly(Optional.empty());
    }

    @Test
    void attributes_are_texts_and_numbers() {
        tracing.fresh()
                .span("sync page", SpanKind.CLIENT)
                .with("webhookdb.table", "charges")
                .with("http.response.status_code", 500)
                .failed("500")
                .close();

        assertThat(told.getFirst().attributes())
                .isEqualTo(
                        Map.of("webhookdb.table", "charges", "http.response.status_code", 500L, "error.type", "500"));
        assertThat(told.getFirst().error()).contains("500");
    }

    /** In a class loader where there is none: whatever needed a class of it would fail. */
    @Test
    void off_needs_nothing_of_opentelemetry() throws Exception {
        URL[] classes = {location(Tracing.class), location(LoggerFactory.class)};
        try (var loader = new URLClassLoader(classes, ClassLoader.getPlatformClassLoader())) {
            Class<?> type = loader.loadClass(Tracing.class.getName());
            Object none = type.getMethod("none").invoke(null);
            Object trace = type.getMethod("webhook", long.class).invoke(none, 1L);
            Class<?> kind = loader.loadClass(SpanKind.class.getName());
            Object span = trace.getClass()
                    .getMethod("span", String.class, kind)
                    .invoke(trace, "webhook apply", kind.getEnumConstants()[0]);
            span.getClass().getMethod("failed", String.class).invoke(span, "500");
            span.getClass().getMethod("close").invoke(span);

            assertThat(span.getClass().getMethod("traceparent").invoke(span)).isEqualTo(Optional.empty());
        }
    }

    private static URL location(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toUri()
                .toURL();
    }
}
