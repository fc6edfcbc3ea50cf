package dev.webhookdb.connectors.transistor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.spi.Backfill.Page;
import dev.webhookdb.spi.ConnectorException;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.testkit.PlainContext;
import dev.webhookdb.testkit.PlainSettings;
import dev.webhookdb.testkit.simulator.Call;
import dev.webhookdb.testkit.simulator.Fault;
import dev.webhookdb.testkit.simulator.TransistorApi;
import dev.webhookdb.testkit.simulator.TransistorSimulator;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the connector reads from an account is what the account holds. */
class TransistorSimulatedTest {
    private final TransistorSimulator account = TransistorSimulator.seeded(5);
    private final TransistorApi api = TransistorApi.serving(account, "key_1");
    private final PlainContext context = PlainContext.of(PlainSettings.none()
            .with(Transistor.API_KEY, "key_1")
            .with(Transistor.API_URL, api.url().toString()));

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void publicAndPrivateShowsAreReadToTheirEnds() throws Exception {
        for (int i = 0; i < 230; i++) {
            account.addShow(i % 2 == 0);
        }

        Map<String, Json> read = byId(context.pages(Show.RESOURCE));

        assertThat(read).hasSameSizeAs(account.shows());
        account.shows()
                .forEach((id, show) ->
                        assertThat(read.get(id).isTrue("attributes", "private")).isEqualTo(show.isPrivate()));
    }

    @Test
    void allEpisodesAreReadWithTheirTranscripts() throws Exception {
        account.happen(150);

        List<Page> pages = context.pages(Episode.RESOURCE);

        Map<String, Json> read = byId(pages);
        assertThat(read).hasSameSizeAs(account.episodes());
        account.episodes().forEach((id, episode) -> {
            Json one = read.get(id);
            assertThat(one.text("attributes", "title"))
                    .contains(episode.attributes().get("title").toString());
            assertThat(one.text("webhookdb", "transcript_text"))
                    .isEqualTo(episode.transcript().filter(text -> !episode.transcriptMissing()));
            assertThat(one.number("webhookdb", "api_format").orElseThrow().intValue())
                    .isEqualTo(episode.attributes().get("summary") == null ? 2 : 1);
            assertThat(one.text("webhookdb", "logical_summary")).isPresent();
        });
        assertThat(account.episodes().values()).anyMatch(TransistorSimulator.Episode::transcriptMissing);
        assertThat(pages)
                .allSatisfy(page ->
                        assertThat(page.total()).hasValue(account.episodes().size()));
    }

    @Test
    void theKeyIsForTheApiAloneAndNoPageCostsMoreThanTwentySixRequests() throws Exception {
        account.happen(150);

        List<Page> pages = context.pages(Episode.RESOURCE);

        assertThat(api.calls())
                .allSatisfy(call -> assertThat(call.header("x-api-key").isPresent())
                        .isEqualTo(call.path().startsWith("/v1/")));
        assertThat(pages).allSatisfy(page -> assertThat(page.resources()).hasSizeLessThanOrEqualTo(25));
        assertThat(api.calls()).extracting(Call::target).contains("/v1/episodes?pagination[page]=2&pagination[per]=25");
    }

    @Test
    void sinceAnInstantOnlyWhatWasEditedIsKeptHoweverOldItIs() throws Exception {
        account.happen(150);
        account.advance(Duration.ofHours(1));
        Instant since = account.now();
        String oldest = account.episodes().keySet().iterator().next();
        account.edit(oldest);
        String newest =
                account.addEpisode(account.shows().keySet().iterator().next()).id();

        Map<String, Json> read = byId(context.since(since).pages(Episode.RESOURCE));

        assertThat(read).containsOnlyKeys(newest, oldest);
        assertThat(api.calls().stream().filter(call -> call.path().startsWith("/s/")))
                .as("only their transcripts are fetched")
                .hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void everyDayOfAnEpisodeBecomesARow() throws Exception {
        Json episode = publishedEpisode();
        account.advance(Duration.ofDays(40));

        assertThat(downloads(context.parent(episode), episode)).isEqualTo(account.downloads(id(episode)));
    }

    @Test
    void anEpisodeThatDoesNotSayWhenItWasCreatedIsReadFromTheBeginning() throws Exception {
        Json episode = publishedEpisode();
        account.advance(Duration.ofDays(40));
        Json bare = new Json.Obj(Map.of("id", episode.at("id")));

        assertThat(downloads(context.parent(bare), bare)).isEqualTo(account.downloads(id(episode)));
    }

    @Test
    void sinceAnInstantTheDaysFromThereAreRead() throws Exception {
        Json episode = publishedEpisode();
        account.advance(Duration.ofDays(40));
        Instant since = account.now().minus(Duration.ofDays(3));
        LocalDate first = LocalDate.ofInstant(since, ZoneOffset.UTC);

        SortedMap<LocalDate, Integer> read = downloads(context.parent(episode).since(since), episode);

        assertThat(read).hasSize(4).isEqualTo(account.downloads(id(episode)).tailMap(first));
    }

    @Test
    void downloadsAreFinalTwoDaysLater() throws Exception {
        Json episode = publishedEpisode();
        account.advance(Duration.ofDays(5));
        SortedMap<LocalDate, Integer> table = downloads(context.parent(episode), episode);
        for (int day = 0; day < 10; day++) {
            Instant since = account.now().minus(Duration.ofDays(2));
            account.advance(Duration.ofDays(1));

            table.putAll(downloads(context.parent(episode).since(since), episode));

            assertThat(table).isEqualTo(account.downloads(id(episode)));
        }
    }

    @Test
    void aProblemIsTheOperatorsOrPassing() {
        api.faults().next(1, Fault.status(401));
        assertThatThrownBy(() -> context.pages(Show.RESOURCE)).isInstanceOf(ConnectorException.class);

        api.faults().next(1, Fault.tooManyRequests());
        assertThatThrownBy(() -> context.pages(Show.RESOURCE)).isInstanceOf(IOException.class);
    }

    private Json publishedEpisode() throws Exception {
        String id = account.addEpisode(account.addShow(false).id()).id();
        account.edit(id);
        return byId(context.pages(Episode.RESOURCE)).get(id);
    }

    private SortedMap<LocalDate, Integer> downloads(PlainContext wanted, Json episode) throws Exception {
        Resource statistics = EpisodeStats.declared(Clock.fixed(account.now(), ZoneOffset.UTC));
        SortedMap<LocalDate, Integer> downloads = new TreeMap<>();
        for (Page page : wanted.pages(statistics)) {
            for (Json row : page.resources()) {
                LocalDate date = LocalDate.parse(row.text("date").orElseThrow());
                downloads.put(date, row.number("downloads").orElseThrow().intValue());
                assertThat(row.text("episode_id")).contains(id(episode));
                assertThat(row.text("compound_identity")).contains(id(episode) + "-" + date);
            }
        }
        return downloads;
    }

    private static String id(Json resource) {
        return resource.text("id").orElseThrow();
    }

    private static Map<String, Json> byId(List<Page> pages) {
        List<Json> all = new ArrayList<>();
        pages.forEach(page -> all.addAll(page.resources()));
        Map<String, Json> byId = new LinkedHashMap<>();
        all.forEach(one -> byId.put(id(one), one));
        assertThat(byId).as("each is listed once").hasSameSizeAs(all);
        return byId;
    }
}
