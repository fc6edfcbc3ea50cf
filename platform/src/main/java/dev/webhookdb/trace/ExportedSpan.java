package dev.webhookdb.trace;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.List;

/** A span as OpenTelemetry's exporter wants it. */
record ExportedSpan(FinishedSpan span, Resource resource) implements SpanData {
    private static final InstrumentationScopeInfo SCOPE = InstrumentationScopeInfo.create("dev.webhookdb");

    /** Where the parts of a {@code traceparent} are. */
    private static final int TRACE = 3;

    private static final int SPAN = 36;
    private static final int FLAGS = 53;

    @Override
    public String getName() {
        return span.name();
    }

    @Override
    public SpanKind getKind() {
        return switch (span.kind()) {
            case SERVER -> SpanKind.SERVER;
            case CLIENT -> SpanKind.CLIENT;
            case INTERNAL -> SpanKind.INTERNAL;
        };
    }

    @Override
    public SpanContext getSpanContext() {
        return context(span.id());
    }

    @Override
    public SpanContext getParentSpanContext() {
        return span.parent().map(this::context).orElseGet(SpanContext::getInvalid);
    }

    private SpanContext context(String id) {
        return SpanContext.create(span.trace(), id, TraceFlags.getSampled(), TraceState.getDefault());
    }

    @Override
    public StatusData getStatus() {
        return span.error().isPresent() ? StatusData.error() : StatusData.unset();
    }

    @Override
    public long getStartEpochNanos() {
        return span.begun();
    }

    @Override
    public long getEndEpochNanos() {
        return span.ended();
    }

    @Override
    public boolean hasEnded() {
        return true;
    }

    @Override
    public Attributes getAttributes() {
        AttributesBuilder attributes = Attributes.builder();
        span.attributes().forEach((key, value) -> {
            switch (value) {
                case Long number -> attributes.put(key, number);
                default -> attributes.put(key, value.toString());
            }
        });
        return attributes.build();
    }

    @Override
    public List<EventData> getEvents() {
        return List.of();
    }

    @Override
    public List<LinkData> getLinks() {
        return span.link().stream()
                .map(link -> LinkData.create(SpanContext.createFromRemoteParent(
                        link.substring(TRACE, SPAN - 1),
                        link.substring(SPAN, FLAGS - 1),
                        TraceFlags.fromHex(link, FLAGS),
                        TraceState.getDefault())))
                .toList();
    }

    @Override
    public int getTotalRecordedEvents() {
        return 0;
    }

    @Override
    public int getTotalRecordedLinks() {
        return getLinks().size();
    }

    @Override
    public int getTotalAttributeCount() {
        return span.attributes().size();
    }

    @Override
    @SuppressWarnings("deprecation") // the interface still wants it
    public io.opentelemetry.sdk.common.InstrumentationLibraryInfo getInstrumentationLibraryInfo() {
        return io.opentelemetry.sdk.common.InstrumentationLibraryInfo.create("dev.webhookdb", null);
    }

    @Override
    public InstrumentationScopeInfo getInstrumentationScopeInfo() {
        return SCOPE;
    }

    @Override
    public Resource getResource() {
        return resource;
    }
}
