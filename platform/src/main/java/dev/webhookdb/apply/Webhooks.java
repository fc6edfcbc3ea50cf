package dev.webhookdb.apply;

import dev.webhookdb.apply.LoggedWebhook.Position;
import dev.webhookdb.apply.LoggedWebhook.State;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.spi.Request;
import dev.webhookdb.sql.Database;
import dev.webhookdb.sql.Row;
import dev.webhookdb.sql.Statement;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What an organization can see of its webhooks, and have done again. Thread-safe. */
public final class Webhooks {
    /** How far back webhooks are shown, counted, and done again. */
    public static final Duration REACH = Duration.ofDays(7);

    /** How many count as the latest. */
    private static final int LATEST = 10;

    private final Database platform;
    private final String publicUrl;
    private final Requeueing requeueing;
    private final WebhookCounts counts;

    /**
     * Reads the webhook log of the platform's database.
     *
     * @param publicUrl what providers call, without a path
     */
    public Webhooks(Database platform, URI publicUrl) {
        this.platform = platform;
        this.publicUrl = publicUrl.toString();
        this.requeueing = new Requeueing(platform);
        this.counts = new WebhookCounts(platform);
    }

    /**
     * Which webhooks are meant: those to an endpoint, or of an integration, in a span of time.
     *
     * @param endpoint the opaque id; empty for the whole organization
     * @param until excluded
     */
    public record Window(long organizationId, Optional<String> endpoint, Instant since, Instant until) {
        /** Returns everything of an organization that is within reach, from a full hour on. */
        public static Window of(long organizationId, Instant now) {
            Instant since = now.minus(REACH).truncatedTo(ChronoUnit.HOURS);
            return new Window(organizationId, Optional.empty(), since, now.plus(REACH));
        }

        /** Returns the same for one endpoint, or integration. */
        public Window to(String opaqueId) {
            return new Window(organizationId, Optional.of(opaqueId), since, until);
        }

        /** Returns the same for another span of time. */
        Window between(Instant first, Instant last) {
            return new Window(organizationId, endpoint, first, last);
        }

        Statement bind(Statement statement) {
            return statement
                    .bind("organization", organizationId)
                    .bind("endpoint", endpoint.orElse(""))
                    .bind("since", since)
                    .bind("until", until);
        }
    }

    /**
     * Returns webhooks, newest first.
     *
     * @param states only those in one of them
     * @param before only those that came before that one
     */
    public List<LoggedWebhook> newest(Window window, Set<State> states, Optional<Position> before, int most) {
        Position end = before.orElse(new Position(window.until(), 0));
        String first = WebhookSql.first(WebhookSql.COLUMNS, "true", states, WebhookSql.From.NEWEST);
        return platform.transaction(session -> window.bind(session.sql("""
                        select found.* from endpoint
                        cross join lateral (
                          %s
                        ) as found
                        where %s
                        order by found.received_at desc, found.id desc limit :most""".formatted(first, WebhookSql.ENDPOINTS)))
                .bind("states", names(states))
                .bind("before", end.receivedAt())
                .bind("before_id", end.id())
                .bind("most", most)
                .list(Webhooks::read));
    }

    /**
     * A webhook with all that came with it.
     *
     * @param apiVersion at which version of the provider's API it was written, if it is genuine and says so
     */
    public record Received(LoggedWebhook webhook, Request request, Optional<String> apiVersion) {}

    /** Returns one of an organization's webhooks. */
    public Optional<Received> find(long organizationId, Position position) {
        Instant at = position.receivedAt();
        var window = new Window(organizationId, Optional.empty(), at, at.plusMillis(1));
        return platform.transaction(session -> window.bind(session.sql(
                        "select %s, webhook.url, webhook.headers, webhook.body, webhook.api_version %s and webhook.id = :id"
                                .formatted(WebhookSql.COLUMNS, WebhookSql.LOG)))
                .bind("id", position.id())
                .first(row -> new Received(read(row), Requests.read(row, publicUrl), row.optionalText("api_version"))));
    }

    /** Counts webhooks by state. */
    public Map<State, Long> counts(Window window) {
        return counts.of(window);
    }

    /** Counts an integration's webhooks of the last seven days, and its last ten; what was rejected is all of its endpoint's. */
    public Traffic traffic(Integration integration) {
        Window window = Window.of(integration.organizationId(), Instant.now()).to(integration.opaqueId());
        return counts.traffic(window, newest(window, EnumSet.allOf(State.class), Optional.empty(), LATEST));
    }

    /**
     * How many webhooks came.
     *
     * @param latest how many of the last ten there are
     */
    public record Traffic(long received, long rejected, long latest, long latestRejected) {}

    /**
     * Puts webhooks into the queue again, as if they had just arrived, in the order of their arrival. Rejected and pending ones are
     * left alone. Works in portions, so that no transaction is long; what is queued already is not queued twice.
     *
     * @param states only those in one of them; {@code DONE} ones are stored again, which changes nothing that is known
     * @return how many were queued
     */
    public long replay(Window window, Set<State> states) {
        return requeueing.requeue(window, states);
    }

    /** Returns how many webhooks cannot be replayed because their bodies were erased. */
    public long erased(Window window) {
        return platform.transaction(session -> window.bind(
                        session.sql("""
                        select count(*) as number from webhook join endpoint on endpoint.id = webhook.endpoint_id
                        where %s and %s and %s""".formatted(WebhookSql.ENDPOINTS, ErasedWebhooks.ERASED, WebhookSql.WITHIN)))
                .one(row -> row.number("number")));
    }

    static String[] names(Set<State> states) {
        return states.stream().map(State::text).toArray(String[]::new);
    }

    private static LoggedWebhook read(Row row) {
        return new LoggedWebhook(
                position(row),
                row.text("opaque_id"),
                row.text("tables").lines().toList(),
                row.text("method"),
                State.of(row.text("state")).orElseThrow(),
                row.optionalText("reason"),
                row.integer("attempts"));
    }

    static Position position(Row row) {
        return new Position(row.instant("received_at"), row.number("id"));
    }
}
