package dev.webhookdb.apply;

import dev.webhookdb.json.JsonReader;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Webhook;
import java.nio.ByteBuffer;
import java.util.Set;

/** Reads bodies, and estimates beforehand what that takes. */
final class Bodies {
    /** The text that is stored, and its copies on the way to the database, for each byte of a body. */
    private static final int COPIES = 4;

    /** A field of a form: its pieces, decoded and not, and its place in a map. */
    private static final int FORM_FIELD = 400;

    private Bodies() {}

    /**
     * Reads a body.
     *
     * @throws dev.webhookdb.json.MalformedJsonException if it is not what its format says
     */
    static Json read(Webhook.Format format, Request request) {
        return switch (format) {
            case JSON -> JsonReader.read(bytes(request.body()));
            case FORM -> Form.read(form(request));
        };
    }

    /** A form that is sent by GET is the query. */
    private static String form(Request request) {
        if (request.body().hasRemaining()) {
            return request.text();
        }
        int query = request.url().indexOf('?');
        return query < 0 ? "" : request.url().substring(query + 1);
    }

    /**
     * Returns how many bytes of memory it takes to read and store what a request says, besides the request itself.
     *
     * @param formats what it is read as
     */
    static long weight(Set<Webhook.Format> formats, Request request) {
        ByteBuffer body = request.body();
        long copies = (long) COPIES * body.remaining();
        return copies
                + formats.stream()
                        .mapToLong(format -> switch (format) {
                            case JSON -> JsonReader.weight(body);
                            case FORM -> FORM_FIELD * fields(body);
                        })
                        .sum();
    }

    private static long fields(ByteBuffer body) {
        long fields = 1;
        for (int i = body.position(); i < body.limit(); i++) {
            if (body.get(i) == '&') {
                fields++;
            }
        }
        return fields;
    }

    private static byte[] bytes(ByteBuffer body) {
        byte[] bytes = new byte[body.remaining()];
        body.get(bytes);
        return bytes;
    }
}
