package dev.webhookdb.testkit.destination;

import dev.webhookdb.spi.destination.Destination;
import dev.webhookdb.spi.destination.DestinationTable;
import dev.webhookdb.testkit.destination.Shelf.Board;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The kit, applied to a shelf; started by tests of the kit only. */
class ShelfConformance extends DestinationConformance {
    private static final ShelfDoor DOOR = ShelfDoor.open();
    private static volatile Shelf shelf = new Shelf(Flaw.NONE);

    static void about(Flaw flaw) {
        shelf = new Shelf(flaw);
    }

    @Override
    protected Destination destination() {
        return shelf;
    }

    @Override
    protected URI url() {
        return URI.create("shelf://user:sesame@127.0.0.1:" + DOOR.port());
    }

    @Override
    protected List<Map<String, String>> rows(DestinationTable table) {
        return Optional.ofNullable(shelf.boards().get(table.name()))
                .map(board -> List.copyOf(board.lines().values()))
                .orElse(List.of());
    }

    @Override
    protected void remove(DestinationTable table) {
        shelf.boards().remove(table.name());
    }

    @Override
    protected List<String> columns(DestinationTable table) {
        return shelf.boards().get(table.name()).columns();
    }

    @Override
    protected void deleteSomeRow(DestinationTable table) {
        Board board = shelf.boards().get(table.name());
        Map<String, Map<String, String>> lines = new TreeMap<>(board.lines());
        lines.remove(lines.keySet().iterator().next());
        shelf.boards()
                .put(table.name(), new Board(board.owner(), board.position(), board.rows(), board.columns(), lines));
    }

    @Override
    protected Map<String, Change> unfit() {
        return Map.of(
                "a column of another type",
                table -> shelf.boards()
                        .put(table.name(), Board.empty("somebody", 0, List.of("charge_id TEXT", "amount DATE"))));
    }
}
