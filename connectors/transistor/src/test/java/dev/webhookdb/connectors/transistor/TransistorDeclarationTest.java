package dev.webhookdb.connectors.transistor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.spi.Backfill;
import dev.webhookdb.spi.Column;
import dev.webhookdb.spi.Connector;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.spi.Setting;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Names and types are a contract with the people who query the tables. */
class TransistorDeclarationTest {
    @Test
    void theConnectorIsFound() {
        Connector transistor = ServiceLoader.load(Connector.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(connector -> connector.id().equals("transistor"))
                .findFirst()
                .orElseThrow();

        assertThat(transistor.title()).isEqualTo("Transistor");
        assertThat(transistor.rateLimit().orElseThrow()).hasToString("10 requests in PT10S");
        assertThat(transistor.resources()).allSatisfy(resource -> {
            assertThat(resource.settings()).extracting(Setting::name).containsExactly("backfill_key", "api_url");
            assertThat(resource.webhook()).isEmpty();
        });
    }

    @Test
    void episodesArePolledHourlyShowsAndStatisticsDaily() {
        Backfill episodes = Episode.RESOURCE.backfill().orElseThrow();
        Backfill shows = Show.RESOURCE.backfill().orElseThrow();
        Backfill statistics = EpisodeStats.RESOURCE.backfill().orElseThrow();

        assertThat(episodes.interval()).contains(Duration.ofHours(1));
        assertThat(episodes.overlap()).isPresent();
        assertThat(shows.interval()).contains(Duration.ofDays(1));
        assertThat(shows.overlap()).isEmpty();
        assertThat(statistics.interval()).contains(Duration.ofDays(1));
        assertThat(statistics.overlap()).contains(Duration.ofDays(2));
        assertThat(statistics.parent()).contains("transistor_episode_v1");
    }

    @Test
    void anEpisodeIsThisTable() {
        assertThat(columns(Episode.RESOURCE))
                .containsExactly(
                        "transistor_id TEXT <- id",
                        "author TEXT <- attributes.author",
                        "created_at TIMESTAMP indexed <- attributes.created_at",
                        "duration INTEGER <- attributes.duration",
                        "keywords TEXT <- attributes.keywords",
                        "number INTEGER indexed <- attributes.number",
                        "published_at TIMESTAMP indexed <- attributes.published_at",
                        "season INTEGER indexed <- attributes.season",
                        "show_id TEXT indexed <- relationships.show.data.id",
                        "status TEXT <- attributes.status",
                        "title TEXT <- attributes.title",
                        "type TEXT <- attributes.type",
                        "updated_at TIMESTAMP indexed <- attributes.updated_at",
                        "transcript_text TEXT <- webhookdb.transcript_text",
                        "api_format INTEGER <- webhookdb.api_format",
                        "logical_summary TEXT <- webhookdb.logical_summary",
                        "logical_description TEXT <- webhookdb.logical_description");
    }

    @Test
    void aShowIsThisTable() {
        assertThat(columns(Show.RESOURCE))
                .containsExactly(
                        "transistor_id TEXT <- id",
                        "author TEXT <- attributes.author",
                        "created_at TIMESTAMP indexed <- attributes.created_at",
                        "description TEXT <- attributes.description",
                        "title TEXT <- attributes.title",
                        "updated_at TIMESTAMP indexed <- attributes.updated_at",
                        "website TEXT <- attributes.website");
    }

    @Test
    void aDaysStatisticsAreThisTable() {
        assertThat(columns(EpisodeStats.RESOURCE))
                .containsExactly(
                        "compound_identity TEXT <- compound_identity",
                        "date DATE indexed <- date",
                        "downloads INTEGER <- downloads",
                        "episode_id TEXT indexed <- episode_id",
                        "row_updated_at TIMESTAMP indexed <- as of");
    }

    private static List<String> columns(Resource resource) {
        return Stream.concat(Stream.of(resource.key()), resource.columns().stream())
                .map(TransistorDeclarationTest::column)
                .toList();
    }

    private static String column(Column column) {
        String from = column.fromAsOf() ? "as of" : String.join(".", column.path());
        return "%s %s%s <- %s".formatted(column.name(), column.type(), column.indexed() ? " indexed" : "", from);
    }

    @Test
    void aKeyHasNoSpaces() {
        assertThatThrownBy(() -> Transistor.API_KEY.normalize("two words")).hasMessageContaining("API Access");
        assertThat(Transistor.API_KEY.normalize("VC3Ehg")).isEqualTo("VC3Ehg");
    }
}
