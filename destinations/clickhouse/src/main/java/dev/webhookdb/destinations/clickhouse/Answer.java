package dev.webhookdb.destinations.clickhouse;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An answer in HTTP/1.1.
 *
 * @param headers by their names in lower case; of several with one name the last
 */
record Answer(int status, Map<String, String> headers, String body) {
    /** Beyond any answer to what is asked here. */
    private static final int LONGEST_BODY = 32 << 20;

    private static final int LONGEST_HEAD = 64 << 10;
    private static final int OK = 200;
    private static final int FINAL = 200;
    private static final int HEXADECIMAL = 16;
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([1-5]\\d\\d)( .*)?");

    /** How the server words an exception; behind a status of 200 when it happened after the answer had begun. */
    private static final Pattern EXCEPTION =
            Pattern.compile("(?:^|\\n)(?:__exception__\\R)?Code: (\\d+)\\. DB::(?:Net)?Exception: ");

    Answer {
        headers = Map.copyOf(headers);
    }

    /** What answered does not speak HTTP. */
    static final class NoHttpException extends IOException {
        private static final long serialVersionUID = 1L;

        NoHttpException(String problem) {
            super(problem);
        }
    }

    /**
     * Reads an answer.
     *
     * @throws IOException if it is not one, or is not whole
     */
    static Answer read(InputStream in) throws IOException {
        int[] room = {LONGEST_HEAD};
        int status = status(line(in, room));
        Map<String, String> headers = headers(in, room);
        while (status < FINAL) {
            status = status(line(in, room));
            headers = headers(in, room);
        }
        return new Answer(status, headers, new String(body(in, headers), UTF_8));
    }

    private static int status(String line) throws NoHttpException {
        Matcher matcher = STATUS.matcher(line);
        if (!matcher.matches()) {
            throw new NoHttpException("The answer is no HTTP");
        }
        return Integer.parseInt(matcher.group(1));
    }

    private static Map<String, String> headers(InputStream in, int[] room) throws IOException {
        Map<String, String> headers = new HashMap<>();
        for (String line = line(in, room); !line.isEmpty(); line = line(in, room)) {
            String[] parts = line.split(":", 2);
            if (parts.length < 2) {
                throw new NoHttpException("The answer has a header without a colon");
            }
            headers.put(parts[0].strip().toLowerCase(Locale.ROOT), parts[1].strip());
        }
        return headers;
    }

    private static byte[] body(InputStream in, Map<String, String> headers) throws IOException {
        if (headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
            return chunks(in);
        }
        String length = headers.get("content-length");
        var body = new ByteArrayOutputStream();
        if (length == null) {
            body.write(in.readNBytes(LONGEST_BODY + 1));
            limit(body.size());
        } else {
            part(in, number(length, 10), body);
        }
        return body.toByteArray();
    }

    private static byte[] chunks(InputStream in) throws IOException {
        var body = new ByteArrayOutputStream();
        while (true) {
            int length =
                    number(line(in, new int[] {LONGEST_HEAD}).split(";", 2)[0].strip(), HEXADECIMAL);
            if (length == 0) {
                headers(in, new int[] {LONGEST_HEAD});
                return body.toByteArray();
            }
            part(in, length, body);
            line(in, new int[] {LONGEST_HEAD});
        }
    }

    private static void part(InputStream in, int length, ByteArrayOutputStream body) throws IOException {
        limit((long) body.size() + length);
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("The connection ended in the middle of an answer");
        }
        body.write(bytes);
    }

    private static void limit(long length) throws IOException {
        if (length > LONGEST_BODY) {
            throw new IOException("The answer is longer than %d bytes".formatted(LONGEST_BODY));
        }
    }

    private static int number(String text, int radix) throws NoHttpException {
        try {
            int number = Integer.parseInt(text, radix);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw (NoHttpException) new NoHttpException("A length in the answer is no number").initCause(e);
        }
        throw new NoHttpException("A length in the answer is negative");
    }

    /**
     * Reads a line without its end.
     *
     * @param room how many bytes may still be read, which is lessened
     */
    private static String line(InputStream in, int[] room) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("The connection ended without an answer");
            }
            if (--room[0] < 0) {
                throw new NoHttpException("The answer begins with more than %d bytes".formatted(LONGEST_HEAD));
            }
            line.write(next);
        }
        String text = line.toString(ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    /** Returns whether another request may be sent over the connection. */
    boolean keeps() {
        boolean framed = headers.containsKey("content-length") || headers.containsKey("transfer-encoding");
        return framed && !headers.getOrDefault("connection", "").equalsIgnoreCase("close");
    }

    /** Returns whether the statement was done: a status of 200 is not enough. */
    boolean succeeded() {
        return status == OK && code().isEmpty();
    }

    /** Returns the number of the exception that the server tells. */
    OptionalInt code() {
        Optional<String> told = Optional.ofNullable(headers.get("x-clickhouse-exception-code"));
        Matcher worded = EXCEPTION.matcher(body);
        String code = told.orElseGet(() -> worded.find() ? worded.group(1) : "");
        return code.matches("\\d{1,6}") ? OptionalInt.of(Integer.parseInt(code)) : OptionalInt.empty();
    }
}
