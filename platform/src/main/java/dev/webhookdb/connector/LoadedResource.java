package dev.webhookdb.connector;

import dev.webhookdb.connector.ConnectorFailure.Kind;
import dev.webhookdb.spi.ApiVersion;
import dev.webhookdb.spi.Backfill;
import dev.webhookdb.spi.ConnectorException;
import dev.webhookdb.spi.Gap;
import dev.webhookdb.spi.Http;
import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.RateLimit;
import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.spi.Setting;
import dev.webhookdb.spi.Settings;
import dev.webhookdb.spi.Webhook;
import dev.webhookdb.spi.Webhook.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A resource that can be replicated, and the guarded way to its connector's functions.
 *
 * <p>Every method that calls the connector throws {@link ConnectorFailure} for whatever goes wrong in it, and {@link
 * IllegalStateException} if the resource does not have what is called. Safe for use by many threads.
 *
 * <p>It is of one release of its connector, and stays so when that is replaced: use one for one piece of work, such as a request or a page, ask
 * {@link ConnectorRegistry} for the next, and keep none, because it holds all classes of the connector.
 */
public final class LoadedResource {
    /** Far more than a signature takes: a pause of the garbage collector is not the connector's fault. */
    private static final Duration VERIFY = Duration.ofSeconds(2);

    private static final Duration READ = Duration.ofSeconds(10);
    private static final Duration NORMALIZE = Duration.ofSeconds(2);
    /** The host's HTTP client, which waits and retries within a call, has limits of its own. */
    private static final Duration FETCH = Duration.ofMinutes(10);

    private final Resource resource;
    private final Owner owner;
    private final Guard guard;

    LoadedResource(Resource resource, Owner owner, Guard guard) {
        this.resource = resource;
        this.owner = owner;
        this.guard = guard;
    }

    /** The connector that declares a resource. */
    record Owner(
            String id, String title, String version, Optional<RateLimit> rateLimit, Optional<ApiVersion> apiVersion) {}

    /** The context of a fetch, with what is known of that which is fetched. */
    private record Knowing(Backfill.Context context, Optional<Json> known) implements Backfill.Context {
        @Override
        public Settings settings() {
            return context.settings();
        }

        @Override
        public Http http() {
            return context.http();
        }

        @Override
        public Optional<Instant> since() {
            return context.since();
        }

        @Override
        public Optional<Backfill.Range> range() {
            return context.range();
        }

        @Override
        public Optional<Json> parent() {
            return context.parent();
        }
    }

    /** Returns which columns are known to be NULL at a version of the provider's API. */
    public List<Gap> gapsAt(String version) {
        return resource.gaps().stream().filter(gap -> gap.isAt(version)).toList();
    }

    /** Returns the declaration. Do not call the functions in it; call the methods here. */
    public Resource resource() {
        return resource;
    }

    /** Returns the id of the connector that declares the resource. */
    public String connectorId() {
        return owner.id();
    }

    /** Returns the provider's name, as people know it. */
    public String connectorTitle() {
        return owner.title();
    }

    /** Returns how often the provider's API may be called with one credential, if the connector says so. */
    public Optional<RateLimit> rateLimit() {
        return owner.rateLimit();
    }

    /** Returns which version of the provider's API is asked for, and where webhooks say theirs, if the connector says so. */
    public Optional<ApiVersion> apiVersion() {
        return owner.apiVersion();
    }

    /** Returns the connector's release. */
    public String connectorVersion() {
        return owner.version();
    }

    /** Decides whether a request came from the provider; within two seconds. */
    public Verdict verify(Request request, Settings settings) {
        Webhook webhook = webhook();
        return guard.call(
                "verify", VERIFY, () -> Results.verdict(webhook.verifier().verify(request, settings)));
    }

    /**
     * Reads from a verified request what it says about this resource; within ten seconds.
     *
     * @param body the body, parsed as the webhook's format says
     * @return an immutable list, in the order in which things happened
     */
    public List<Item> read(Request request, Json body) {
        Webhook webhook = webhook();
        return guard.callAside(
                "read",
                READ,
                () -> Results.items(
                        webhook.reader().read(request, body), request.body().remaining()));
    }

    /** Returns whether a verified request is the provider's order to forget somebody. */
    public boolean isErasing(Request request) {
        return erasing().filter(erasing -> erasing.topic().isIn(request)).isPresent();
    }

    /**
     * Reads from a verified order to forget somebody which rows of this resource are meant; within ten seconds.
     *
     * @param body the body, parsed as the webhook's format says
     */
    public List<Webhook.Selection> erased(Json body) {
        return erasing()
                .map(erasing -> guard.callAside(
                        "erase", READ, () -> List.copyOf(erasing.eraser().select(body))))
                .orElse(List.of());
    }

    /** Returns whether by a verified request somebody wants to know what is kept of him. */
    public boolean isDisclosing(Request request) {
        return disclosing()
                .filter(disclosing -> disclosing.topic().isIn(request))
                .isPresent();
    }

    /**
     * Reads from such a request which rows of this resource are meant; within ten seconds.
     *
     * @param body the body, parsed as the webhook's format says
     * @return nothing if this resource does not declare such requests
     */
    public Optional<Webhook.Disclosure> disclosed(Json body) {
        return disclosing()
                .map(disclosing -> guard.callAside(
                        "disclose",
                        READ,
                        () -> Objects.requireNonNull(disclosing.discloser().disclose(body), "disclosure")));
    }

    /** Returns whether a verified request is the provider's order to forget an account as a whole. */
    public boolean isClearing(Request request) {
        return clearing().filter(clearing -> clearing.topic().isIn(request)).isPresent();
    }

    /**
     * Reads from such an order which account is meant; within ten seconds.
     *
     * @param body the body, parsed as the webhook's format says
     * @throws IllegalStateException if this resource does not declare such orders
     */
    public String cleared(Json body) {
        Webhook.Clearing clearing = clearing().orElseThrow(() -> lacks("clearing"));
        return guard.callAside(
                "clear", READ, () -> Objects.requireNonNull(clearing.leaver().account(body), "account"));
    }

    /** Returns whether an integration with these settings is for an account that such an order names. */
    public boolean isFor(String account, Settings settings) {
        return clearing()
                .map(Webhook.Clearing::account)
                .filter(setting ->
                        settings.has(setting) && settings.text(setting).equals(account))
                .isPresent();
    }

    private Optional<Webhook.Clearing> clearing() {
        return resource.webhook().flatMap(Webhook::clearing);
    }

    private Optional<Webhook.Disclosing> disclosing() {
        return resource.webhook().flatMap(Webhook::disclosing);
    }

    private Optional<Webhook.Erasing> erasing() {
        return resource.webhook().flatMap(Webhook::erasing);
    }

    /**
     * Fetches one page; within ten minutes.
     *
     * @param cursor what the previous page named as next; empty for the first page
     */
    public Backfill.Page fetchPage(Optional<String> cursor, Backfill.Context context) {
        Backfill backfill = resource.backfill().orElseThrow(() -> lacks("backfill"));
        return guard.callAside(
                "backfill", FETCH, () -> Results.page(backfill.pages().fetch(cursor, context)));
    }

    /** Fetches the resources that an event only named, which may be gone; within ten minutes. */
    public List<Json> fetch(Item.Fetch item, Backfill.Context context) {
        return guard.callAside("fetch", FETCH, () -> {
            try {
                Json fetched = Results.json(item.fetcher().fetch(context));
                return item.isOfSeveral() ? Results.several(fetched) : List.of(fetched);
            } catch (ConnectorException e) {
                if (e.reason() == ConnectorException.Reason.GONE) {
                    return List.of();
                }
                throw e;
            }
        });
    }

    /**
     * Returns what fetches the resource with a key, if that is possible.
     *
     * @param known a state of it
     */
    public Optional<Item.Fetch> byKey(String key, Optional<Json> known) {
        return resource.byKey().map(how -> {
            Item.Fetch fetch = Item.fetch(context -> how.fetch(key, new Knowing(context, known)));
            return resource.deletable() ? fetch.goneMeansDeleted(key) : fetch;
        });
    }

    /**
     * Brings an operator's answer into the form to keep.
     *
     * @throws ConnectorFailure with {@link Kind#SETTINGS} and a sentence for the operator if the answer cannot be right
     */
    public String normalize(Setting setting, String answer) {
        return guard.callAside("normalize", NORMALIZE, () -> {
            try {
                return setting.normalize(answer);
            } catch (IllegalArgumentException e) {
                String why = e.getMessage() == null ? "it is not valid" : e.getMessage();
                throw new ConnectorFailure(Kind.SETTINGS, "%s: %s".formatted(setting.name(), why));
            }
        });
    }

    private Webhook webhook() {
        return resource.webhook().orElseThrow(() -> lacks("webhook"));
    }

    private IllegalStateException lacks(String half) {
        return new IllegalStateException("The service %s has no %s".formatted(resource.name(), half));
    }

    @Override
    public String toString() {
        return "LoadedResource[%s, %s %s]".formatted(resource.name(), owner.id(), owner.version());
    }
}
