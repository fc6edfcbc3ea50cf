package dev.webhookdb.testkit;

import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.Conversion;
import dev.webhookdb.spi.Setting;
import dev.webhookdb.testkit.gadget.Gadget;
import java.util.stream.Stream;

/** Connectors whose tables cannot be right. */
final class DeclaringFaults {
    private static final Setting REGION = Setting.of(
                    "region",
                    Setting.Kind.TEXT,
                    Setting.Purpose.BACKFILL,
                    "In Acme, open Settings > Region and copy it.")
            .orElse("eu");

    private DeclaringFaults() {}

    static Stream<Fault> all() {
        return Stream.of(
                new Fault(
                        "orders by what never changes",
                        new Gadget().orderedBy("created_at"),
                        "the column 'created_at' does not change when the object does",
                        "Order by the provider's time of modification"),
                new Fault(
                        "indexes JSON",
                        new Gadget()
                                .more(declared ->
                                        declared.columns(Column.json("owner").index())),
                        "no row can be stored",
                        "Do not index a column of type JSON"),
                new Fault(
                        "captures with a pattern that PostgreSQL does not know",
                        new Gadget()
                                .more(declared -> declared.columns(Column.text("first_name")
                                        .at("name")
                                        .via(new Conversion.Capture("(?<first>[a-z]+)")))),
                        "cannot be stored",
                        "conversions"),
                new Fault(
                        "links nowhere",
                        new Gadget().docs("about:blank"),
                        "docs(...) of acme_gadget_v1 is 'about:blank'",
                        "with https"),
                new Fault(
                        "has a name without a version",
                        new Gadget().service("acme_gadget"),
                        "The name 'acme_gadget' does not have the form acme_NAME_v1",
                        "end with a version"),
                new Fault(
                        "does not say where a setting is found",
                        new Gadget()
                                .settings(
                                        Setting.webhookSecret("webhook_secret", "A secret"),
                                        Gadget.KEY,
                                        Setting.apiUrl("https://a.example")),
                        "The help of the setting 'webhook_secret' is 'A secret'",
                        "where the operator finds the value"),
                new Fault(
                        "sends its key where a setting says that is not declared to",
                        new Gadget()
                                .settings(Gadget.SECRET, Gadget.KEY, Setting.apiUrl("https://a.example"), REGION)
                                .pages((cursor, context) -> {
                                    context.http()
                                            .get("https://%s.acme.example.com/gadgets"
                                                    .formatted(
                                                            context.settings().text(REGION)))
                                            .bearer(context.settings().secret(Gadget.KEY))
                                            .send();
                                    return Gadget.page(cursor, context);
                                }),
                        "With another 'region', requests go to",
                        "Declare it as .destination()"),
                new Fault(
                        "does not say how far back it reads",
                        new Gadget().more(declared -> declared.backfill(Gadget::page)),
                        "does not say how far back it reaches",
                        "Declare it with .reaching(Reach.all())"),
                new Fault(
                        "is not the one in the JAR",
                        new Gadget().id("acme_two"),
                        "The JAR holds the connector 'acme' with [acme_gadget_v1], but 'acme_two'",
                        "META-INF/services"));
    }
}
