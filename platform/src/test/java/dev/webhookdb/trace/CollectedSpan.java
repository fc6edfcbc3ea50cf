package dev.webhookdb.trace;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * A span as a collector reads it, by the numbers of fields in opentelemetry-proto's trace.proto, apart from the library that wrote it.
 *
 * @param parent empty for the first of its trace
 * @param kind 1 internal, 2 server, 3 client
 * @param attributes of the span, as texts
 * @param resource attributes of who sends it
 * @param links the traces of spans that led to it
 * @param status 0 unset, 2 error
 */
public record CollectedSpan(
        String trace,
        String id,
        String parent,
        String name,
        long kind,
        long begun,
        long ended,
        Map<String, String> attributes,
        Map<String, String> resource,
        List<String> links,
        long status) {

    /** Returns an attribute as text; empty if there is none. */
    public String attribute(String key) {
        return attributes.getOrDefault(key, "");
    }

    /** Reads an ExportTraceServiceRequest. */
    static List<CollectedSpan> read(byte[] request) {
        List<CollectedSpan> spans = new ArrayList<>();
        fields(ByteBuffer.wrap(request), (field, resourceSpans) -> {
            Map<String, String> resource = new LinkedHashMap<>();
            fields(message(resourceSpans), (part, value) -> {
                switch (part) {
                    case 1 -> fields(message(value), (one, attribute) -> attribute(message(attribute), resource));
                    case 2 ->
                        fields(message(value), (one, span) -> {
                            if (one == 2) {
                                spans.add(span(message(span), resource));
                            }
                        });
                    default -> {}
                }
            });
        });
        return spans;
    }

    private static CollectedSpan span(ByteBuffer message, Map<String, String> resource) {
        Map<Integer, Object> single = new LinkedHashMap<>();
        Map<String, String> attributes = new LinkedHashMap<>();
        List<String> links = new ArrayList<>();
        long[] status = {0};
        fields(message, (field, value) -> {
            switch (field) {
                case 9 -> attribute(message(value), attributes);
                case 13 ->
                    fields(message(value), (part, linked) -> {
                        if (part == 1) {
                            links.add(hex(linked));
                        }
                    });
                case 15 ->
                    fields(message(value), (part, code) -> {
                        if (part == 3) {
                            status[0] = (Long) code;
                        }
                    });
                default -> single.put(field, value);
            }
        });
        return new CollectedSpan(
                hex(single.get(1)),
                hex(single.get(2)),
                single.containsKey(4) ? hex(single.get(4)) : "",
                text(single.get(5)),
                (Long) single.getOrDefault(6, 0L),
                (Long) single.get(7),
                (Long) single.get(8),
                Map.copyOf(attributes),
                Map.copyOf(resource),
                List.copyOf(links),
                status[0]);
    }

    private static void attribute(ByteBuffer message, Map<String, String> attributes) {
        String[] pair = {"", ""};
        fields(message, (field, value) -> {
            if (field == 1) {
                pair[0] = text(value);
            } else {
                fields(message(value), (type, any) -> pair[1] = type == 1 ? text(any) : any.toString());
            }
        });
        attributes.put(pair[0], pair[1]);
    }

    /** Calls with each field of a message: bytes for those with a length, else a number. */
    private static void fields(ByteBuffer message, BiConsumer<Integer, Object> consumer) {
        message.order(ByteOrder.LITTLE_ENDIAN);
        while (message.hasRemaining()) {
            long tag = number(message);
            Object value = switch ((int) (tag & 7)) {
                case 0 -> number(message);
                case 1 -> message.getLong();
                case 2 -> bytes(message);
                case 5 -> (long) message.getInt();
                default -> throw new AssertionError("The wire type %d is none".formatted(tag & 7));
            };
            consumer.accept((int) (tag >>> 3), value);
        }
    }

    private static byte[] bytes(ByteBuffer message) {
        byte[] bytes = new byte[(int) number(message)];
        message.get(bytes);
        return bytes;
    }

    private static long number(ByteBuffer message) {
        long number = 0;
        int shift = 0;
        byte next;
        do {
            next = message.get();
            number |= (next & 0x7fL) << shift;
            shift += 7;
        } while (next < 0);
        return number;
    }

    private static ByteBuffer message(Object value) {
        return ByteBuffer.wrap((byte[]) value);
    }

    private static String text(Object value) {
        return new String((byte[]) value, StandardCharsets.UTF_8);
    }

    private static String hex(Object value) {
        return HexFormat.of().formatHex((byte[]) value);
    }
}
