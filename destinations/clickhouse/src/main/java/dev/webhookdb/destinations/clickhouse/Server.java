package dev.webhookdb.destinations.clickhouse;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The few ways in which statements are sent to a server. One thread uses it at a time; any may close it. */
final class Server implements AutoCloseable {
    /**
     * The answer comes when all is done, and thus with the status that tells how it ended; and all rows are meant, whatever the user's
     * profile says.
     */
    private static final String WAIT = "wait_end_of_query=1&final=0";

    /**
     * What makes the rows of a request one block, which is written as a whole: they are not collected with those of others, neither read
     * in parts nor cut; and blocks that are the same as earlier ones are written all the same.
     */
    private static final String ONE_BLOCK = WAIT
            + "&async_insert=0&insert_deduplicate=0&input_format_parallel_parsing=0"
            + "&max_insert_block_size=1048449&min_insert_block_size_rows=1048449&min_insert_block_size_bytes=0";

    /** How long counting and exchanging tables may take. */
    private static final Duration LONG = Duration.ofMinutes(10);

    private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+)\\..*");
    private static final int OLDEST = 23 * 100 + 3;

    private final Link link;
    private final Address address;

    Server(Link link, Address address) {
        this.link = link;
        this.address = address;
    }

    /** Refuses a server that does not know what is used here. */
    void requireVersion() throws DestinationException {
        String version = query("SELECT version()").getFirst().getFirst();
        Matcher matcher = VERSION.matcher(version);
        if (!matcher.matches()) {
            throw new DestinationException(
                    Reason.SETTINGS,
                    "What answers at %s:%d is not ClickHouse. Name the port of its HTTP interface, which is usually 8443, or 8123 with ssl=false."
                            .formatted(address.host(), address.port()));
        }
        if (Integer.parseInt(matcher.group(1)) * 100 + Integer.parseInt(matcher.group(2)) < OLDEST) {
            throw new DestinationException(
                    Reason.SETTINGS, "The server is too old. Use ClickHouse 23.3 or a later version.");
        }
    }

    /** Asks for rows, each of them texts; the statement says nothing of a format. */
    List<List<String>> query(String sql) throws DestinationException {
        return rows(checked(post(WAIT, bytes(sql + " FORMAT TabSeparated"), link.timeout())));
    }

    /** Asks for a number. */
    long number(String sql) throws DestinationException {
        return number(query(sql));
    }

    /** Asks for a number that may take a while. */
    long slowNumber(String sql) throws DestinationException {
        return number(rows(checked(post(WAIT, bytes(sql + " FORMAT TabSeparated"), LONG))));
    }

    private static long number(List<List<String>> rows) {
        return Long.parseLong(rows.getFirst().getFirst());
    }

    /**
     * Writes rows, all or none.
     *
     * @param body the statement and the rows
     */
    void insert(ByteBuffer body) throws DestinationException {
        checked(post(ONE_BLOCK, body, link.timeout()));
    }

    /** Changes a definition. */
    void define(String sql) throws DestinationException {
        Answer answer = post(WAIT, bytes(sql), LONG);
        if (!answer.succeeded()) {
            throw Failures.ofDefining(answer);
        }
    }

    /** Copies rows within the server. */
    void copy(String sql) throws DestinationException {
        checked(post(ONE_BLOCK, bytes(sql), LONG));
    }

    /** Returns a statement as it is sent. */
    static ByteBuffer bytes(String sql) {
        return ByteBuffer.wrap(sql.getBytes(UTF_8));
    }

    private Answer post(String query, ByteBuffer body, Duration patience) throws DestinationException {
        try {
            return link.post(query, body, patience);
        } catch (IOException e) {
            throw Failures.ofConnecting(e, address);
        }
    }

    private static Answer checked(Answer answer) throws DestinationException {
        if (!answer.succeeded()) {
            throw Failures.of(answer);
        }
        return answer;
    }

    private static List<List<String>> rows(Answer answer) {
        return answer.body()
                .lines()
                .map(line -> Arrays.stream(line.split("\t", -1))
                        .map(Server::unescaped)
                        .toList())
                .toList();
    }

    private static String unescaped(String value) {
        if (value.indexOf('\\') < 0) {
            return value;
        }
        StringBuilder text = new StringBuilder(value.length());
        for (int i = 0; i < value.length(); i++) {
            char character = value.charAt(i);
            if (character == '\\' && i + 1 < value.length()) {
                i++;
                text.append(meant(value.charAt(i)));
            } else {
                text.append(character);
            }
        }
        return text.toString();
    }

    private static char meant(char escaped) {
        return switch (escaped) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case '0' -> '\0';
            default -> escaped;
        };
    }

    @Override
    public void close() {
        link.close();
    }
}
