package dev.webhookdb.testkit;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Reach;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.spi.Setting;
import dev.webhookdb.sql.DatabaseException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;

/** What people see of a resource: its name, its documentation, its settings, its table. */
final class DeclarationChecks {
    private static final int SHORTEST_HELP = 20;

    private final Subject subject;
    private final Resource resource;

    DeclarationChecks(Subject subject) {
        this.subject = subject;
        this.resource = subject.resource();
    }

    Stream<DynamicNode> tests() {
        return Stream.of(
                dynamicTest("its name says whose it is, and has a version", this::name),
                dynamicTest("it links to the provider's description", this::docs),
                dynamicTest("its settings say where to find them", this::settings),
                dynamicTest("its events are named", this::events),
                dynamicTest("its backfill says how far it reaches", this::reach),
                dynamicTest("its table can be created, twice", this::table),
                dynamicTest(
                        "a column that is added later has the values it would have had from the start",
                        this::laterColumns));
    }

    private void name() {
        String start = subject.connector().id() + "_";
        Require.that(
                resource.name().startsWith(start) && resource.name().matches(".+_v[1-9][0-9]*"),
                "The name '%s' does not have the form %sNAME_v1.".formatted(resource.name(), start),
                "Begin with the connector's id and end with a version: names are shared by all connectors, and columns are a contract.");
        Require.that(
                resource.title().strip().length() > 2 && !resource.title().equals(resource.name()),
                "The title '%s' tells people nothing.".formatted(resource.title()),
                "Write the provider's name and the object's, in the singular.");
    }

    private void docs() {
        Require.that(
                "https".equals(resource.docs().getScheme()),
                "docs(...) of %s is '%s'.".formatted(resource.name(), resource.docs()),
                "Link to the provider's description of the object, with https.");
    }

    private void settings() {
        for (Setting setting : resource.settings()) {
            Require.that(
                    setting.help().length() >= SHORTEST_HELP
                            && setting.help().strip().endsWith("."),
                    "The help of the setting '%s' is '%s'.".formatted(setting.name(), setting.help()),
                    "Say in a sentence or two where the operator finds the value.");
        }
    }

    private void reach() {
        resource.backfill()
                .ifPresent(
                        backfill -> Require.that(
                                backfill.reach().isPresent(),
                                "The backfill of %s does not say how far back it reaches.".formatted(resource.name()),
                                "Declare it with .reaching(Reach.all()), Reach.lastDays(...) or Reach.allWith(...): people are told what is not read."));
    }

    private void events() {
        resource.webhook()
                .ifPresent(webhook -> Require.that(
                        webhook.events().stream().distinct().count()
                                        == webhook.events().size()
                                && webhook.events().stream().noneMatch(String::isBlank),
                        "events(...) of %s has an empty name, or one twice: %s."
                                .formatted(resource.name(), webhook.events()),
                        "Name each event to subscribe to once, as the provider writes it."));
    }

    private void table() {
        try {
            Storage storage = Storage.of(resource);
            storage.create();
        } catch (DatabaseException e) {
            throw new AssertionError(
                    "PostgreSQL cannot create the table of %s: %s\n  What to do: Correct the columns' names, types, conversions and indexes."
                            .formatted(resource.name(), e.getMessage()),
                    e);
        }
    }

    private void laterColumns() throws IOException, InterruptedException {
        List<Arrival> states = states();
        Storage fromTheStart = Storage.of(resource);
        fromTheStart.storeAll(states);
        Storage bare = Storage.of(withoutColumns());
        bare.storeAll(states);

        Storage grown = bare.withColumnsOf(resource);

        for (Column column : resource.columns()) {
            Map<String, String> expected = fromTheStart.values(column);
            Map<String, String> values = grown.values(column);
            Require.that(
                    values.equals(expected),
                    "The column '%s', added later, has the values %s; declared from the start it has %s."
                            .formatted(column.name(), values, expected),
                    "Report this: the platform fills old rows with another expression than new ones.");
        }
    }

    /** One state of every object, so that the order does not matter. */
    private List<Arrival> states() throws IOException, InterruptedException {
        Map<String, Arrival> states = new LinkedHashMap<>();
        for (Json one : objects()) {
            subject.key(one)
                    .ifPresent(key ->
                            states.put(key, Arrival.received(Item.upsert(one, subject.now()), subject.now())));
        }
        return List.copyOf(states.values());
    }

    private List<Json> objects() throws IOException, InterruptedException {
        List<Json> objects = new ArrayList<>(FetchChecks.fetched(subject));
        if (resource.webhook().isPresent()) {
            for (WebhookSample sample : subject.samples().webhooks()) {
                for (Item item : subject.read(sample)) {
                    if (item instanceof Item.Upsert upsert) {
                        objects.add(upsert.resource());
                    }
                }
            }
        }
        if (resource.backfill().isPresent() && !subject.samples().pages().isEmpty()) {
            for (Listing.Step step : new Listing(subject).everything()) {
                objects.addAll(step.page().resources());
            }
        }
        return objects;
    }

    /**
     * The same resource as its first release might have been: with nothing but what orders its states. How far its backfill reaches makes no
     * difference to what is stored, and may be counted from a column that it does not have.
     */
    private Resource withoutColumns() {
        Resource.Builder bare = Resource.named(resource.name(), resource.title())
                .key(resource.key())
                .columns(resource.orderedBy())
                .orderedBy(resource.orderedBy().name());
        if (resource.deletable()) {
            bare.deletable();
        }
        resource.webhook().ifPresent(bare::webhook);
        resource.backfill().map(backfill -> backfill.reaching(Reach.all())).ifPresent(bare::backfill);
        return bare.build();
    }
}
