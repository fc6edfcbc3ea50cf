package dev.webhookdb.backfill;

import dev.webhookdb.connector.ConnectorFailure;
import dev.webhookdb.connector.LoadedResource;
import dev.webhookdb.crypto.Sha256;
import dev.webhookdb.integration.Endpoint;
import dev.webhookdb.integration.Redaction;
import dev.webhookdb.integration.Services;
import dev.webhookdb.json.JsonReader;
import dev.webhookdb.observe.MemoryBudget;
import dev.webhookdb.outbound.AnswerMemory;
import dev.webhookdb.outbound.CallRequests;
import dev.webhookdb.outbound.Outbound;
import dev.webhookdb.spi.Backfill;
import dev.webhookdb.spi.Http;
import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.RateLimit;
import dev.webhookdb.spi.Setting;
import dev.webhookdb.spi.Setting.Purpose;
import dev.webhookdb.spi.Settings;
import dev.webhookdb.sql.Database;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Calls connectors that call their provider, with the credentials and the pace of an endpoint. Thread-safe. */
public final class ProviderClient {
    private static final int CREDENTIAL_DIGITS = 32;

    /** How long a page may wait for its turn; a connector's call is given ten minutes in all. */
    private static final Duration FOR_A_PAGE = Duration.ofMinutes(2);

    /** How long a webhook may wait until what it names is fetched; it is tried again anyway. */
    private static final Duration FOR_ONE = Duration.ofSeconds(20);

    /** The text that is stored, and its copies on the way to the database, for each byte of an answer. */
    private static final int COPIES = 4;

    private final Outbound outbound;
    private final Limits limits;
    private final MemoryBudget budget;
    private final Semaphore large = new Semaphore(1, true);

    /**
     * @param platform where requests are counted
     * @param budget what is charged for answers, until they are stored
     */
    public ProviderClient(Outbound outbound, Database platform, MemoryBudget budget) {
        this.outbound = outbound;
        this.limits = new Limits(platform);
        this.budget = budget;
    }

    /**
     * Resources in the state they had.
     *
     * @param resources nothing if what was asked for is gone
     * @param asOf when the provider was asked, by its clock
     * @param askedAt the same by our clock
     * @param memory what they take; to be closed when they are stored
     */
    public record Fetched(List<Json> resources, Instant asOf, Instant askedAt, AnswerMemory memory) {}

    /**
     * A page.
     *
     * @param asOf when the provider was asked for it, by its clock
     * @param askedAt the same by our clock
     * @param memory what it takes; to be closed when it is stored
     */
    record Listed(Backfill.Page page, Instant asOf, Instant askedAt, AnswerMemory memory) {}

    /** What is wanted of a listing. */
    record Wanted(
            Optional<String> cursor, Optional<Instant> since, Optional<Backfill.Range> range, Optional<Json> parent) {
        static final Wanted NOTHING_SPECIAL =
                new Wanted(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * Fetches a resource that an event named.
     *
     * @throws ConnectorFailure if that was not possible
     */
    public Fetched fetch(Endpoint endpoint, LoadedResource resource, Item.Fetch named) {
        return remembered(memory -> fetch(endpoint, resource, named, memory));
    }

    /** The same for what a page only names: it takes of the page's memory. */
    Fetched fetch(Endpoint endpoint, LoadedResource resource, Item.Fetch named, AnswerMemory memory) {
        CallRequests conversation = conversation(endpoint, resource, FOR_ONE, memory);
        List<Json> fetched = resource.fetch(named, context(endpoint, conversation, Wanted.NOTHING_SPECIAL));
        return new Fetched(fetched, conversation.asOf(), conversation.askedAt(), memory);
    }

    /**
     * Fetches a page, and makes something of it that keeps the page's memory.
     *
     * @throws ConnectorFailure if that was not possible
     */
    <T> T list(Endpoint endpoint, LoadedResource resource, Wanted wanted, Function<Listed, T> made) {
        return remembered(memory -> {
            CallRequests conversation = conversation(endpoint, resource, FOR_A_PAGE, memory);
            Backfill.Page page = resource.fetchPage(wanted.cursor(), context(endpoint, conversation, wanted));
            return made.apply(new Listed(page, conversation.asOf(), conversation.askedAt(), memory));
        });
    }

    /** Most answers are small, and many are read at a time; those that turn out not to be are asked for again, one at a time. */
    private <T> T remembered(Function<AnswerMemory, T> call) {
        var small = AnswerMemory.small(budget);
        try {
            T result = call.apply(small);
            if (!small.outgrown()) {
                return result;
            }
        } catch (RuntimeException | Error e) {
            small.close();
            if (!small.outgrown()) {
                throw e;
            }
        }
        small.close();
        return large(call);
    }

    private <T> T large(Function<AnswerMemory, T> call) {
        try {
            large.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConnectorFailure(ConnectorFailure.Kind.TRANSIENT, "The host stops.");
        }
        var memory = AnswerMemory.large(budget, large::release);
        try {
            return call.apply(memory);
        } catch (RuntimeException | Error e) {
            memory.close();
            throw e;
        }
    }

    /** Returns whether a service's API can be called with what was supplied for it. */
    public static boolean areSupplied(Endpoint endpoint, LoadedResource resource) {
        return missing(endpoint, resource).isEmpty();
    }

    /** Returns whether an API is called for two endpoints with the same credentials and the same further settings. */
    static boolean areSame(Endpoint one, Endpoint other, LoadedResource resource) {
        List<Setting> declared = resource.resource().settings();
        return credential(resource.connectorId(), one.settings(), declared)
                .equals(credential(resource.connectorId(), other.settings(), declared));
    }

    /** Returns the settings without which a service's API cannot be called, and which nobody supplied. */
    static List<Setting> missing(Endpoint endpoint, LoadedResource resource) {
        return resource.resource().settings().stream()
                .filter(setting -> setting.purpose() == Purpose.BACKFILL && setting.required())
                .filter(setting -> !endpoint.settings().has(setting))
                .toList();
    }

    private CallRequests conversation(
            Endpoint endpoint, LoadedResource resource, Duration patience, AnswerMemory memory) {
        Settings settings = endpoint.settings();
        List<Setting> declared = resource.resource().settings();
        Optional<RateLimit> rate = settings.has(Services.REQUESTS_PER_SECOND)
                ? Optional.of(rate(settings.text(Services.REQUESTS_PER_SECOND)))
                : resource.rateLimit();
        var terms = new CallRequests.Terms(
                resource.connectorTitle(),
                limits.pace(credential(resource.connectorId(), settings, declared), rate, patience),
                remedy(declared),
                Redaction.of(settings, declared)::redacted,
                JsonReader::read,
                text -> JsonReader.weight(text) + (long) COPIES * text.length);
        return outbound.converse(terms, memory);
    }

    private static Backfill.Context context(Endpoint endpoint, CallRequests conversation, Wanted wanted) {
        return new Context(endpoint.settings(), conversation, wanted.since(), wanted.range(), wanted.parent());
    }

    private static RateLimit rate(String perSecond) {
        BigDecimal requests = new BigDecimal(perSecond);
        return RateLimit.of(
                1,
                Duration.ofNanos(BigDecimal.valueOf(1_000_000_000)
                        .divide(requests, 0, RoundingMode.CEILING)
                        .longValueExact()));
    }

    private static String remedy(List<Setting> declared) {
        String names = declared.stream()
                .filter(setting -> setting.purpose() == Purpose.BACKFILL)
                .map(Setting::name)
                .collect(Collectors.joining(", "));
        return names.isEmpty() ? "" : "Check the settings of the integration: %s.".formatted(names);
    }

    /** Two integrations with the same credentials share what the provider allows; whose they are cannot be read from the result. */
    private static String credential(String connector, Settings settings, List<Setting> declared) {
        String all = declared.stream()
                .filter(setting -> setting.purpose() == Purpose.BACKFILL)
                .sorted(Comparator.comparing(Setting::name))
                .map(setting -> setting.name() + "=" + value(settings, setting))
                .collect(Collectors.joining("\n", connector + "\n", ""));
        return "%s:%s".formatted(connector, Sha256.hex(all, CREDENTIAL_DIGITS));
    }

    private static String value(Settings settings, Setting setting) {
        return settings.has(setting) ? settings.secret(setting).reveal() : "";
    }

    private record Context(
            Settings settings,
            Http http,
            Optional<Instant> since,
            Optional<Backfill.Range> range,
            Optional<Json> parent)
            implements Backfill.Context {}
}
