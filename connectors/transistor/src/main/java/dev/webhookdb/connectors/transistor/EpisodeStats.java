package dev.webhookdb.connectors.transistor;

import static dev.webhookdb.spi.Column.date;
import static dev.webhookdb.spi.Column.integer;
import static dev.webhookdb.spi.Column.text;
import static dev.webhookdb.spi.Column.timestamp;

import dev.webhookdb.spi.Backfill;
import dev.webhookdb.spi.Backfill.Context;
import dev.webhookdb.spi.Backfill.Page;
import dev.webhookdb.spi.ConnectorException;
import dev.webhookdb.spi.ConnectorException.Reason;
import dev.webhookdb.spi.Http;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Reach;
import dev.webhookdb.spi.Resource;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How often an episode was downloaded on one day. Transistor tells all days of an episode in one answer; each becomes a row.
 *
 * <p>The numbers of the last days still grow, which is why a run goes two days back behind the one before.
 */
final class EpisodeStats {
    static final Resource RESOURCE = declared(Clock.systemUTC());

    private static final Instant BEFORE_TRANSISTOR = Instant.parse("2017-01-01T00:00:00Z");
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("dd-MM-uuuu", Locale.ROOT);

    private EpisodeStats() {}

    static Resource declared(Clock clock) {
        return Resource.named("transistor_episode_stats_v1", "Transistor Episode Stat")
                .docs("https://developers.transistor.fm/#EpisodeAnalytics")
                .settings(Transistor.API_KEY, Transistor.API_URL)
                .key(text("compound_identity"))
                .columns(
                        date("date").index(),
                        integer("downloads"),
                        text("episode_id").index(),
                        timestamp("row_updated_at").asOf().index())
                .orderedBy("row_updated_at")
                .backfill(Backfill.of((cursor, context) -> page(context, clock))
                        .reaching(Reach.all())
                        .forEach("transistor_episode_v1")
                        .incremental(Duration.ofDays(2))
                        .every(Duration.ofDays(1)))
                .build();
    }

    private static Page page(Context context, Clock clock) throws IOException, InterruptedException {
        Json episode = context.parent()
                .orElseThrow(() -> new ConnectorException(Reason.UNEXPECTED, "Downloads are those of an episode."));
        String id = Transistor.id(episode);
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        LocalDate first = first(episode, context.since());
        if (first.isAfter(today)) {
            return Page.of(List.of(), Optional.empty());
        }
        Json answer = Transistor.get("/v1/analytics/episodes/" + Http.segment(id), context)
                .query("start_date", DAY.format(first))
                .query("end_date", DAY.format(today))
                .send()
                .json();
        List<Json> rows = new ArrayList<>();
        answer.requiredItems("data", "attributes", "downloads")
                .forEach(day -> row(id, day).ifPresent(rows::add));
        return Page.of(rows, Optional.empty());
    }

    /** The later of the episode's creation and the instant since which changes are wanted. */
    private static LocalDate first(Json episode, Optional<Instant> since) {
        Instant created =
                Transistor.instant(episode, "attributes", "created_at").orElse(BEFORE_TRANSISTOR);
        Instant wanted = since.filter(created::isBefore).orElse(created);
        return LocalDate.ofInstant(wanted, ZoneOffset.UTC);
    }

    private static Optional<Json> row(String episode, Json day) {
        return day.text("date").flatMap(EpisodeStats::day).map(date -> {
            Map<String, Json> row = new LinkedHashMap<>();
            row.put("compound_identity", new Json.Str(episode + "-" + date));
            row.put("episode_id", new Json.Str(episode));
            row.put("date", new Json.Str(date.toString()));
            row.put("downloads", day.at("downloads"));
            return new Json.Obj(row);
        });
    }

    private static Optional<LocalDate> day(String text) {
        try {
            return Optional.of(LocalDate.parse(text, DAY));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
