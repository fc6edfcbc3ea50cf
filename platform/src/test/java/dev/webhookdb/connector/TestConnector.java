package dev.webhookdb.connector;

/** Writes connectors: a good one, unless told what to do badly. */
public final class TestConnector extends TestPlugin<TestConnector> {
    private static final String TEMPLATE = """
            package fixture;
            import static dev.webhookdb.spi.Column.*;
            import dev.webhookdb.spi.*;
            import java.util.*;
            public final class Fixture implements Connector {
                $MEMBERS
                public Fixture() { $CONSTRUCTOR }
                public String id() { $ID }
                public String title() { return "Fixture"; }
                public List<Resource> resources() { $RESOURCES }
                static Resource resource(String name) {
                    return Resource.named(name, "Thing").key(text("id")).columns(timestamp("updated")).orderedBy("updated")
                        .webhook(Webhook.of(Fixture::verify, Fixture::read)).backfill(Fixture::fetch).build();
                }
                static Webhook.Verdict verify(Request request, Settings settings) { $VERIFY }
                static List<Item> read(Request request, Json body) { $READ }
                static Backfill.Page fetch(Optional<String> cursor, Backfill.Context context) throws java.io.IOException, InterruptedException { $FETCH }
            }
            """;

    private TestConnector(String id) {
        super(PluginKind.CONNECTOR, TEMPLATE);
        part("MEMBERS", "");
        part("CONSTRUCTOR", "");
        part("ID", "return \"" + id + "\";");
        part("RESOURCES", "return List.of(resource(\"" + id + "_thing_v1\"));");
        part("VERIFY", "return Webhook.Verdict.accept();");
        part("READ", "return List.of();");
        part("FETCH", "return Backfill.Page.of(List.of(), Optional.empty());");
    }

    @Override
    TestConnector self() {
        return this;
    }

    /** A good connector with one service, {@code <id>_thing_v1}. */
    public static TestConnector named(String id) {
        return new TestConnector(id);
    }

    /** Replaces that part of the code. */
    public TestConnector members(String code) {
        return part("MEMBERS", code);
    }

    /** Replaces that part of the code. */
    public TestConnector constructor(String code) {
        return part("CONSTRUCTOR", code);
    }

    TestConnector id(String code) {
        return part("ID", code);
    }

    /** Replaces that part of the code. */
    public TestConnector resources(String code) {
        return part("RESOURCES", code);
    }

    /** Replaces that part of the code. */
    public TestConnector verify(String code) {
        return part("VERIFY", code);
    }

    /** Replaces that part of the code. */
    public TestConnector read(String code) {
        return part("READ", code);
    }

    /** Replaces that part of the code. */
    public TestConnector fetch(String code) {
        return part("FETCH", code);
    }
}
