package dev.webhookdb.connector;

/** Writes destinations: a good one that keeps nothing, unless told what to do badly. */
public final class TestDestination extends TestPlugin<TestDestination> {
    private static final String TEMPLATE = """
            package fixture;
            import dev.webhookdb.spi.destination.*;
            import java.net.URI;
            import java.util.*;
            import java.util.concurrent.locks.LockSupport;
            public final class Fixture implements Destination {
                $MEMBERS
                public Fixture() { $CONSTRUCTOR }
                public String id() { $ID }
                public String title() { $TITLE }
                public List<String> schemes() { $SCHEMES }
                public String example() { $EXAMPLE }
                public void check(URI url) { $CHECK }
                public DestinationSession connect(Place place) throws DestinationException, InterruptedException { $CONNECT }
                static final class Session implements DestinationSession {
                    volatile boolean closed;
                    public Standing open(DestinationTable table, Start start) throws DestinationException, InterruptedException { $OPEN }
                    public void write(DestinationTable table, Batch batch) throws DestinationException, InterruptedException { $WRITE }
                    public OptionalLong count(DestinationTable table) { $COUNT }
                    public void close() { $CLOSE }
                    void hangUntilClosed() { while (!closed) { Thread.interrupted(); LockSupport.parkNanos(1_000_000); } }
                }
                static <T extends Throwable> T thrown(Throwable thrown) throws T { throw (T) thrown; }
            }
            """;

    private TestDestination(String id) {
        super(PluginKind.DESTINATION, TEMPLATE);
        part("MEMBERS", "");
        part("CONSTRUCTOR", "");
        part("ID", "return \"%s\";".formatted(id));
        part("TITLE", "return \"Fixture\";");
        part("SCHEMES", "return List.of(\"%s\");".formatted(id));
        part("EXAMPLE", "return \"%s://host/database\";".formatted(id));
        part("CHECK", "");
        part("CONNECT", "return new Session();");
        part("OPEN", "return Standing.unknown();");
        part("WRITE", "");
        part("COUNT", "return OptionalLong.empty();");
        part("CLOSE", "closed = true;");
    }

    /** A good destination, whose only scheme is its id. */
    public static TestDestination named(String id) {
        return new TestDestination(id);
    }

    @Override
    TestDestination self() {
        return this;
    }

    /** Replaces that part of the code. */
    public TestDestination write(String code) {
        return part("WRITE", code);
    }
}
