package dev.webhookdb.testkit;

import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.webhookdb.spi.Connector;
import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.spi.Settings;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every connector must do, tested with the platform's own loader, SQL and storing. An author extends this class once, says what the
 * connector can do, and puts samples of what the provider sends into {@code src/test/resources/samples/SERVICE/}:
 *
 * <ul>
 *   <li>{@code webhook*.json}: {@code {"headers": {...}, "body": {...}}}, whose body is sent as
 *       JSON or as a form, or {@code "text": "..."} for the exact text of any body. One that was
 *       recorded with its signature has {@code "received_at"}, too; {@code "url"} and {@code "method"} are optional
 *   <li>{@code foreign*.json}: the same, about something else
 *   <li>{@code page*.json}: the provider's answers to the listing, in their order; or, where requests have to be told apart or headers
 *       matter, {@code {"request": {"path": "...", "query": {...}}, "headers": {...}, "answer": ...}}
 *   <li>{@code answer*.json}: what else is answered, in that form
 *   <li>{@code parent.json}: the row for which pages are listed, of a resource that is listed for each row of another
 * </ul>
 *
 * <p>A failure says what is wrong and what to do.
 */
public abstract class ConnectorConformance {
    @TempDir
    private Path directory;

    /** Returns the connector. */
    protected abstract Connector connector();

    /** Returns what at least one of its resources can do. */
    protected abstract Set<Ability> abilities();

    /**
     * Returns values of settings, by name. A secret that is not among them is invented.
     */
    protected Map<String, String> settings() {
        return Map.of();
    }

    /**
     * Signs a webhook as the provider does.
     *
     * @param request the sample, at the moment when it is signed ({@link Request#receivedAt})
     * @return headers to add; none if samples were recorded with theirs, or the provider does not sign
     */
    protected Map<String, String> sign(Request request, Settings settings) {
        return Map.of();
    }

    /** Returns the query parameters with which the provider gives its largest page; none if it has no such parameter. */
    protected Map<String, String> pageSize(Resource resource) {
        return Map.of();
    }

    /**
     * Returns the settings with which a provider's API is listed that is there, such as a simulated one: its address, and a key. Listings of
     * samples show failures; one of a whole API shows whether cursors, filters and sizes of pages work together.
     *
     * @return values of settings by name, instead of those of {@link #settings}; none if there is no such API
     */
    protected Map<String, String> api() {
        return Map.of();
    }

    /** Returns the JARs that are installed beside the connector's own. */
    protected List<Path> libraries() {
        return List.of();
    }

    /** Returns the folder, among the test's resources, that has a folder of samples for each service. */
    protected String samples() {
        return "samples";
    }

    /** Everything about each resource, in containers by service and topic. */
    @TestFactory
    Stream<DynamicNode> resources() {
        return subjects()
                .map(subject -> Located.in(subject.service(), dynamicContainer(subject.service(), topics(subject))));
    }

    /** What is claimed is shown, and what is shown is claimed. */
    @TestFactory
    Stream<DynamicNode> claims() {
        return Stream.of(Ability.values())
                .map(ability -> dynamicTest(ability.name(), () -> {
                    Set<Ability> shown = Shown.by(subjects().toList());
                    ability.check(abilities().contains(ability), shown.contains(ability));
                }));
    }

    /** The host can load it: from the classes, and in the phase {@code integration-test} from the JAR that was built. */
    @TestFactory
    @Tag("packaged")
    Stream<DynamicNode> packaging() {
        return Stream.of(
                dynamicTest("the host loads it", () -> new Packaging(connector(), libraries()).check(directory)));
    }

    private static Stream<DynamicNode> topics(Subject subject) {
        Stream<DynamicNode> declaration =
                Stream.of(dynamicContainer("declaration", new DeclarationChecks(subject).tests()));
        Stream<DynamicNode> webhooks = subject.resource().webhook().stream()
                .flatMap(webhook -> Stream.of(
                        dynamicContainer("verification", new VerificationChecks(subject).tests()),
                        dynamicContainer(
                                "reading",
                                Stream.concat(new ReadingChecks(subject).tests(), new FetchChecks(subject).tests()))));
        Stream<DynamicNode> backfill = subject.resource().backfill().stream()
                .map(declared -> dynamicContainer(
                        "backfill",
                        Stream.concat(new BackfillChecks(subject).tests(), new VersionChecks(subject).tests())));
        Stream<DynamicNode> all = Stream.of(
                dynamicContainer("storing", new StoringChecks(subject).tests()),
                dynamicContainer(
                        "hygiene",
                        Stream.concat(new HygieneChecks(subject).tests(), new DestinationChecks(subject).tests())));
        return Stream.of(declaration, webhooks, backfill, all).flatMap(nodes -> nodes);
    }

    private Stream<Subject> subjects() {
        Connector connector = connector();
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        return connector.resources().stream()
                .map(resource -> new Subject(
                        connector,
                        resource,
                        Samples.of(getClass(), samples(), resource),
                        KitSettings.of(connector, resource, settings()),
                        this::sign,
                        pageSize(resource),
                        api().isEmpty() ? Optional.empty() : Optional.of(KitSettings.of(connector, resource, api())),
                        now));
    }
}
