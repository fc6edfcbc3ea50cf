package dev.webhookdb.api;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The first bytes of a request, as they arrive, and what they are for a server that speaks HTTP/1.1 only: a request of HTTP/1.0 becomes one
 * of HTTP/1.1 whose connection ends with the answer, and a target with a host becomes the path that it means (RFC 9112, section 3.2.2). All
 * other bytes stay as they are. For use by one thread.
 */
final class RequestHead {
    private static final int MOST = 72 << 10;
    private static final int LINE_FEED = '\n';
    private static final String LINE_END = "\r\n";
    private static final String OLD = " HTTP/1.0";

    /** What a server of HTTP/1.0 knows nothing of, or what is about a connection that is to stay. */
    private static final Set<String> HOP_BY_HOP = Set.of("connection", "keep-alive", "expect", "upgrade", "te");

    private byte[] bytes = new byte[0];
    private int length;
    private int searched;
    private int lineEnd;
    private boolean isOld;
    private boolean isComplete;

    /** Takes what arrived. */
    void add(byte[] arrived) {
        if (length + arrived.length > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + arrived.length, 2 * length));
        }
        System.arraycopy(arrived, 0, bytes, length, arrived.length);
        length += arrived.length;
        search();
    }

    /** Returns whether enough has arrived to say what it is: the first line, and of HTTP/1.0 all of the head. */
    boolean isComplete() {
        return isComplete || length > MOST;
    }

    /** Returns whether the request is of HTTP/1.0. */
    boolean isOld() {
        return isOld;
    }

    /** Returns all that has arrived, with the head as a server of HTTP/1.1 takes it. */
    byte[] rewritten() {
        if (lineEnd == 0 || !isComplete) {
            return Arrays.copyOf(bytes, length);
        }
        String line = text(0, lineEnd);
        if (isOld) {
            return joined(head(line), searched);
        }
        String own = ownTarget(line);
        return own.equals(line) ? Arrays.copyOf(bytes, length) : joined(own, lineEnd);
    }

    private void search() {
        while (!isComplete && searched < length) {
            if (bytes[searched++] == LINE_FEED) {
                isComplete = lineEnd == 0 ? isOnlyLineNeeded() : isEmptyLine();
            }
        }
    }

    private boolean isOnlyLineNeeded() {
        lineEnd = searched;
        isOld = text(0, lineEnd).endsWith(OLD + LINE_END);
        return !isOld;
    }

    private boolean isEmptyLine() {
        return searched >= 4 && bytes[searched - 2] == '\r' && bytes[searched - 3] == LINE_FEED;
    }

    private String head(String line) {
        StringBuilder head = new StringBuilder(ownTarget(line).replace(OLD + LINE_END, " HTTP/1.1" + LINE_END));
        List<String> fields = fields();
        fields.forEach(field -> head.append(field).append(LINE_END));
        if (fields.stream().noneMatch(field -> name(field).equals("host"))) {
            head.append("Host: localhost").append(LINE_END);
        }
        return head.append("Connection: close").append(LINE_END + LINE_END).toString();
    }

    /** Returns the header's lines that stay; a line that begins with white space goes on where the one before ended. */
    private List<String> fields() {
        List<String> kept = new ArrayList<>();
        boolean keeps = true;
        for (String field : text(lineEnd, searched).split(LINE_END, -1)) {
            boolean continues = field.startsWith(" ") || field.startsWith("\t");
            keeps = continues ? keeps : !field.isEmpty() && !HOP_BY_HOP.contains(name(field));
            if (keeps) {
                kept.add(field);
            }
        }
        return kept;
    }

    private static String name(String field) {
        int colon = field.indexOf(':');
        return colon < 0 ? "" : field.substring(0, colon).toLowerCase(Locale.ROOT);
    }

    private static String ownTarget(String line) {
        int target = line.indexOf(' ') + 1;
        int scheme = line.indexOf("://", target);
        int end = line.indexOf(' ', target);
        boolean isAbsolute = target > 0
                && scheme > target
                && scheme < end
                && line.substring(target, scheme).matches("(?i)https?");
        if (!isAbsolute) {
            return line;
        }
        int path = scheme + 3;
        while ("/? ".indexOf(line.charAt(path)) < 0) {
            path++;
        }
        String slash = line.charAt(path) == '/' ? "" : "/";
        return line.substring(0, target) + slash + line.substring(path);
    }

    private String text(int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    private byte[] joined(String head, int rest) {
        byte[] first = head.getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = Arrays.copyOf(first, first.length + length - rest);
        System.arraycopy(bytes, rest, all, first.length, length - rest);
        return all;
    }
}
