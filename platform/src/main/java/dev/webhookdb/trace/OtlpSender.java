package dev.webhookdb.trace;

import dev.webhookdb.config.Configuration;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Speaks OTLP over HTTP, with protocol buffers. What a collector does not take is not sent again: it is not worth holding up the rest. */
final class OtlpSender implements SpanSender {
    private static final Duration TO_CONNECT = Duration.ofSeconds(2);
    private static final Duration TO_CLOSE = Duration.ofMillis(100);

    private final OtlpHttpSpanExporter exporter;
    private final Resource resource;

    OtlpSender(Configuration.Traces traces) {
        this.resource = Resource.getDefault().toBuilder()
                .put("service.name", traces.serviceName())
                .build();
        OtlpHttpSpanExporterBuilder builder = OtlpHttpSpanExporter.builder()
                .setEndpoint(traces.endpoint().toString())
                .setCompression("gzip")
                .setConnectTimeout(TO_CONNECT)
                .setTimeout(LIMIT)
                .setRetryPolicy(null);
        traces.headers().forEach((name, value) -> builder.addHeader(name, value.reveal()));
        this.exporter = builder.build();
    }

    @Override
    public Optional<String> send(List<FinishedSpan> spans, Duration patience) {
        List<SpanData> data = spans.stream()
                .<SpanData>map(span -> new ExportedSpan(span, resource))
                .toList();
        CompletableResultCode result = exporter.export(data).join(patience.toMillis(), TimeUnit.MILLISECONDS);
        if (result.isSuccess()) {
            return Optional.empty();
        }
        Throwable failure = result.getFailureThrowable();
        return Optional.of(
                failure == null ? "no answer within %d ms".formatted(patience.toMillis()) : failure.toString());
    }

    @Override
    public void close() {
        exporter.shutdown().join(TO_CLOSE.toMillis(), TimeUnit.MILLISECONDS);
    }
}
