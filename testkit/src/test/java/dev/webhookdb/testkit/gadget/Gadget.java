package dev.webhookdb.testkit.gadget;

import static dev.webhookdb.spi.Column.json;
import static dev.webhookdb.spi.Column.text;
import static dev.webhookdb.spi.Column.timestamp;

import dev.webhookdb.spi.ApiVersion;
import dev.webhookdb.spi.Backfill;
import dev.webhookdb.spi.Backfill.Context;
import dev.webhookdb.spi.Backfill.Page;
import dev.webhookdb.spi.Connector;
import dev.webhookdb.spi.ConnectorException;
import dev.webhookdb.spi.ConnectorException.Reason;
import dev.webhookdb.spi.Http;
import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Reach;
import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.spi.Setting;
import dev.webhookdb.spi.Verifiers;
import dev.webhookdb.spi.Webhook;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** A connector that does everything right, unless one of its parts is replaced. */
public final class Gadget implements Connector {
    /** What signs webhooks. */
    public static final Setting SECRET =
            Setting.webhookSecret("webhook_secret", "In Acme, open Settings > Webhooks and copy the secret.");

    /** What reads the API. */
    public static final Setting KEY = Setting.apiKey("api_key", "In Acme, open Settings > API and create a key.");

    /** At which version the API is asked. */
    public static final ApiVersion VERSION = ApiVersion.asked("2026-01-31");

    /** Where the API is. */
    public static final Setting API_URL = Setting.apiUrl("https://api.acme.example.com");

    private String id = "acme";
    private String service = "acme_gadget_v1";
    private String docs = "https://acme.example.com/api/gadgets";
    private Setting[] settings = {SECRET, KEY, API_URL};
    private Webhook.Verifier verifier = Verifiers.timestampedHmac("Acme-Signature", SECRET, Duration.ofMinutes(5));
    private Webhook.Reader reader = Gadget::read;
    private Backfill.Pages pages = Gadget::page;
    private UnaryOperator<Backfill> listing = backfill -> backfill.incremental(Duration.ofMinutes(1));
    private String orderedBy = "updated_at";
    private boolean deletable = true;
    private ApiVersion version = VERSION;
    private Consumer<Resource.Builder> more = builder -> {};

    /** Replaces the connector's id. */
    public Gadget id(String other) {
        id = other;
        return this;
    }

    /** Replaces the resource's name. */
    public Gadget service(String other) {
        service = other;
        return this;
    }

    /** Replaces the link. */
    public Gadget docs(String other) {
        docs = other;
        return this;
    }

    /** Replaces the declared settings. */
    public Gadget settings(Setting... others) {
        settings = others.clone();
        return this;
    }

    /** Replaces the verifier. */
    public Gadget verifier(Webhook.Verifier other) {
        verifier = other;
        return this;
    }

    /** Replaces the reader. */
    public Gadget reader(Webhook.Reader other) {
        reader = other;
        return this;
    }

    /** Replaces what fetches pages. */
    public Gadget pages(Backfill.Pages other) {
        pages = other;
        return this;
    }

    /** Replaces what is declared of the listing. */
    public Gadget listing(UnaryOperator<Backfill> other) {
        listing = other;
        return this;
    }

    /** Replaces the column that orders states. */
    public Gadget orderedBy(String column) {
        orderedBy = column;
        return this;
    }

    /** Leaves out that there are deletions. */
    public Gadget notDeletable() {
        deletable = false;
        return this;
    }

    /** Replaces the version that is declared. */
    public Gadget version(ApiVersion other) {
        version = other;
        return this;
    }

    /** Declares more. */
    public Gadget more(Consumer<Resource.Builder> declaration) {
        more = declaration;
        return this;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String title() {
        return "Acme";
    }

    @Override
    public Optional<ApiVersion> apiVersion() {
        return Optional.of(version);
    }

    @Override
    public List<Resource> resources() {
        Resource.Builder builder = Resource.named(service, "Acme Gadget")
                .docs(docs)
                .settings(settings)
                .key(text("acme_id").at("id"))
                .columns(
                        text("name").index(),
                        json("tags"),
                        timestamp("created_at").index(),
                        timestamp("updated_at").index())
                .orderedBy(orderedBy)
                .webhook(Webhook.of(verifier, reader).events("gadget.created", "gadget.updated", "gadget.deleted"))
                .backfill(listing.apply(Backfill.of(pages).reaching(Reach.all())));
        if (deletable) {
            builder.deletable();
        }
        more.accept(builder);
        return List.of(builder.build());
    }

    /** What it reads from an event. */
    public static List<Item> read(Request request, Json event) {
        Json gadget = event.at("gadget");
        Optional<String> key = gadget.text("id");
        Instant asOf = event.unixSeconds("at").orElse(request.receivedAt());
        return switch (event.text("type").orElse("")) {
            case "gadget.created", "gadget.updated" ->
                key.map(id -> List.<Item>of(
                                Item.upsert(gadget, asOf).event(event.text("id").orElse(""))))
                        .orElse(List.of());
            case "gadget.deleted" ->
                key.map(id -> List.<Item>of(Item.delete(id, asOf))).orElse(List.of());
            default -> List.of();
        };
    }

    /** What it fetches. */
    public static Page page(Optional<String> cursor, Context context) throws IOException, InterruptedException {
        return page(request(cursor, context).send().json());
    }

    /** What it asks for. */
    public static Http.Call request(Optional<String> cursor, Context context) {
        Http.Call call = context.http()
                .get(context.settings().text(API_URL) + "/gadgets")
                .bearer(context.settings().secret(KEY))
                .header("Acme-Version", VERSION.asked(context.settings()))
                .query("limit", "100");
        cursor.ifPresent(after -> call.query("after", after));
        context.since().ifPresent(since -> call.query("updated_since", since.toString()));
        return call;
    }

    /** What it makes of the answer. */
    public static Page page(Json answer) {
        if (answer.at("gadgets") instanceof Json.Arr(List<Json> gadgets)) {
            return Page.of(gadgets, answer.text("next"));
        }
        throw new ConnectorException(Reason.UNEXPECTED, "Acme's answer has no list of gadgets.");
    }
}
