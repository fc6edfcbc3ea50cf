package dev.webhookdb.testkit.destination;

import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;

import dev.webhookdb.spi.destination.Destination;
import dev.webhookdb.spi.destination.DestinationTable;
import java.net.URI;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/**
 * What every destination must do, tested with a real one. An author extends this class once, says where it is, and how to look into it
 * without the destination's own code.
 *
 * <p>Tables have names that begin with {@code kit}, and are removed afterwards. A failure says what is wrong and what to do.
 */
public abstract class DestinationConformance {
    /** Makes a table, or changes one, with the means of the place itself. */
    @FunctionalInterface
    public interface Change {
        /** Makes it so. */
        void apply(DestinationTable table) throws Exception;
    }

    /** Returns the destination. */
    protected abstract Destination destination();

    /** Returns where it is and as whom it is written, credentials included. */
    protected abstract URI url();

    /**
     * Reads a table back.
     *
     * @return for each row, in any order, its values by column in the forms of {@link dev.webhookdb.spi.destination.Row}; {@code null}
     *     for NULL. Empty if the table is not there
     */
    protected abstract List<Map<String, String>> rows(DestinationTable table) throws Exception;

    /** Removes a table if it is there, and not what the destination has written down about it. */
    protected abstract void remove(DestinationTable table) throws Exception;

    /** Returns what it can do; everything unless this is overridden. */
    protected Set<Feature> features() {
        return EnumSet.allOf(Feature.class);
    }

    /** Returns the columns that are there, each with its type, in their order; asked with {@link Feature#COLUMNS}. */
    protected List<String> columns(DestinationTable table) throws Exception {
        throw missing("columns");
    }

    /** Deletes one of a table's rows; asked with {@link Feature#COUNTS}. */
    protected void deleteSomeRow(DestinationTable table) throws Exception {
        throw missing("deleteSomeRow");
    }

    /**
     * Returns ways to make a table of the given name that cannot be used, by what is wrong with it: at least a column of another type, and
     * a key that is not unique. Asked with {@link Feature#COLUMNS}.
     */
    protected Map<String, Change> unfit() {
        throw missing("unfit");
    }

    /** Returns the same place for a user who may connect and not make tables; empty if there is no such thing. */
    protected Optional<URI> restricted() {
        return Optional.empty();
    }

    /** Returns URLs that {@link Destination#check} has to refuse, besides those that the kit makes up; each with the password {@code s3cr3t}. */
    protected List<URI> nonsense() {
        return List.of();
    }

    /** Returns the name of a schema or database that is not there yet, and may be made; empty if there is no such thing. */
    protected Optional<String> schema() {
        return Optional.empty();
    }

    /** Its name, URLs and connections. */
    @TestFactory
    Stream<DynamicNode> place() {
        return Stream.of(
                dynamicContainer("declaration", new NamingChecks(this).tests()),
                dynamicContainer("connecting", new ConnectingChecks(this).tests()));
    }

    /** Its tables and rows. */
    @TestFactory
    Stream<DynamicNode> tables() {
        return Stream.of(
                dynamicContainer("opening", new OpeningChecks(this).tests()),
                dynamicContainer("columns", new ColumnChecks(this).tests()),
                dynamicContainer("writing", new WritingChecks(this).tests()),
                dynamicContainer("values", new ValueChecks(this).tests()),
                dynamicContainer("replacing", new ReplacingChecks(this).tests()));
    }

    private static UnsupportedOperationException missing(String method) {
        return new UnsupportedOperationException(
                "Override %s(), which the features that are claimed ask for, or claim fewer in features()"
                        .formatted(method));
    }
}
