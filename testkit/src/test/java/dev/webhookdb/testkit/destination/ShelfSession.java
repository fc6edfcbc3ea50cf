package dev.webhookdb.testkit.destination;

import dev.webhookdb.spi.destination.Batch;
import dev.webhookdb.spi.destination.DestinationColumn;
import dev.webhookdb.spi.destination.DestinationException;
import dev.webhookdb.spi.destination.DestinationException.Reason;
import dev.webhookdb.spi.destination.DestinationSession;
import dev.webhookdb.spi.destination.DestinationTable;
import dev.webhookdb.spi.destination.Row;
import dev.webhookdb.spi.destination.Standing;
import dev.webhookdb.spi.destination.Start;
import dev.webhookdb.testkit.destination.Shelf.Board;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.net.Socket;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Writes on a shelf. */
final class ShelfSession implements DestinationSession {
    private static final int CUT = 255;

    private final Flaw flaw;
    private final Map<String, Board> boards;
    private final Socket socket;
    private volatile boolean closed;

    ShelfSession(Flaw flaw, Map<String, Board> boards, Socket socket) {
        this.flaw = flaw;
        this.boards = boards;
        this.socket = socket;
    }

    @Override
    public Standing open(DestinationTable table, Start start) throws DestinationException {
        Board there = start.afresh() ? null : boards.get(table.name());
        List<String> columns = columns(table);
        if (there == null) {
            boards.put(table.name(), Board.empty(table.owner(), start.position(), columns));
            return Standing.at(start.position(), 0).whenMade();
        }
        check(table, there, columns);
        boolean mine = there.owner().equals(table.owner());
        Board board = new Board(
                table.owner(),
                mine ? there.position() : start.position(),
                mine ? there.rows() : there.lines().size(),
                columns,
                mine ? there.lines() : unnumbered(there.lines()));
        boards.put(table.name(), board);
        Standing standing = Standing.at(board.position(), board.rows());
        boolean widened = columns.size() > there.columns().size() && !flaw.is(Flaw.FORGETS_THE_NEW_COLUMN);
        standing = widened ? standing.whenWidened() : standing;
        return mine ? standing : standing.whenAdopted();
    }

    private List<String> columns(DestinationTable table) {
        List<String> columns = table.columns().stream()
                .map(column -> column.name() + " " + column.type())
                .toList();
        return flaw.is(Flaw.MAKES_ANOTHER_ORDER) ? columns.reversed() : columns;
    }

    private void check(DestinationTable table, Board there, List<String> columns) throws DestinationException {
        for (DestinationColumn column : table.columns()) {
            if (there.columns().contains(column.name() + " DATE") && !flaw.is(Flaw.TAKES_ANY_TABLE)) {
                if (flaw.is(Flaw.CHANGES_BEFORE_IT_LOOKS)) {
                    boards.put(table.name(), Board.empty(table.owner(), 0, columns));
                }
                throw new DestinationException(Reason.TABLE, "The table has another column. Remove it.");
            }
        }
    }

    private Map<String, Map<String, String>> unnumbered(Map<String, Map<String, String>> lines) {
        Map<String, Map<String, String>> all = new TreeMap<>(lines);
        if (!flaw.is(Flaw.KEEPS_NUMBERS_OF_OTHERS)) {
            all.replaceAll((key, line) -> {
                Map<String, String> other = new HashMap<>(line);
                other.put(DestinationTable.CHANGE, "0");
                return other;
            });
        }
        return all;
    }

    @Override
    public void write(DestinationTable table, Batch batch) throws DestinationException {
        Board board = boards.get(table.name());
        Map<String, Map<String, String>> lines = new TreeMap<>(board.lines());
        for (Row row : batch.rows()) {
            String key = key(table, row);
            Map<String, String> there = lines.get(key);
            if (there == null || newer(row, there)) {
                lines.put(key, line(table, row));
            }
        }
        long rows = flaw.is(Flaw.COUNTS_EVERY_ROW) ? board.rows() + batch.rows().size() : lines.size();
        long position = flaw.is(Flaw.GOES_BACK) ? batch.position() : Math.max(board.position(), batch.position());
        if (flaw.is(Flaw.WRITES_ROWS_FIRST)) {
            boards.put(table.name(), new Board(board.owner(), board.position(), rows, board.columns(), lines));
            pause(30);
        }
        if (closed) {
            throw new DestinationException(Reason.TRANSIENT, "The session was closed.");
        }
        boards.put(table.name(), new Board(board.owner(), position, rows, board.columns(), lines));
    }

    private boolean newer(Row row, Map<String, String> there) {
        return flaw.is(Flaw.LETS_OLD_STATES_WIN) || row.change() >= Long.parseLong(there.get(DestinationTable.CHANGE));
    }

    private String key(DestinationTable table, Row row) {
        String key = row.text(table.index(table.key()));
        return flaw.is(Flaw.IGNORES_CAPITALS) ? key.toLowerCase(Locale.ROOT) : key;
    }

    private Map<String, String> line(DestinationTable table, Row row) throws DestinationException {
        Map<String, String> line = new HashMap<>();
        for (int i = 0; i < row.size(); i++) {
            line.put(table.columns().get(i).name(), value(table.columns().get(i), row.text(i)));
        }
        return line;
    }

    private String value(DestinationColumn column, String value) throws DestinationException {
        if (value == null) {
            return null;
        }
        if (flaw.is(Flaw.FAILS_FOR_A_ROW) && value.equals("infinity")) {
            throw new DestinationException(Reason.TRANSIENT, "The shelf cannot write that.");
        }
        return switch (column.type()) {
            case TEXT -> flaw.is(Flaw.CUTS_TEXTS) && value.length() > CUT ? value.substring(0, CUT) : value;
            case NUMERIC ->
                flaw.is(Flaw.ROUNDS_NUMBERS) && !value.equals("NaN")
                        ? new BigDecimal(value).round(MathContext.DECIMAL64).toPlainString()
                        : value;
            case INTEGER, BIGINT, BOOLEAN, TIMESTAMP, DATE, JSON, TEXT_ARRAY -> value;
        };
    }

    @Override
    public OptionalLong count(DestinationTable table) {
        return OptionalLong.of(boards.get(table.name()).lines().size());
    }

    @Override
    public void replace(DestinationTable loaded, DestinationTable table) {
        Board board = boards.get(loaded.name());
        if (flaw.is(Flaw.REPLACES_ROW_BY_ROW)) {
            boards.put(table.name(), Board.empty(table.owner(), 0, board.columns()));
            pause(50);
        }
        boards.put(table.name(), board);
        if (!flaw.is(Flaw.LEAVES_THE_LOADED_TABLE)) {
            boards.remove(loaded.name());
        }
    }

    private static void pause(int milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed = true;
        if (flaw.is(Flaw.LEAVES_CONNECTIONS_OPEN)) {
            return;
        }
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
