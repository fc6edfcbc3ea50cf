package dev.webhookdb.testkit.simulator;

import static dev.webhookdb.testkit.simulator.JsonText.object;
import static dev.webhookdb.testkit.simulator.JsonText.with;

import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A Transistor account with a life: shows, public and private; episodes that are drafted, published and edited, in both ways in which
 * Transistor has let people write their notes; downloads that grow with the clock.
 *
 * <p>The same seed and the same calls give the same history. Thread-safe.
 */
public final class TransistorSimulator extends SimulatedAccount<TransistorSimulator> {
    private final long seed;
    private final Chance chance;
    private final Map<String, Show> shows = new LinkedHashMap<>();
    private final Map<String, Episode> episodes = new LinkedHashMap<>();
    private int lastId = 100;

    private TransistorSimulator(long seed) {
        this.seed = seed;
        this.chance = new Chance(seed);
    }

    /** An account without shows. */
    public static TransistorSimulator seeded(long seed) {
        return new TransistorSimulator(seed);
    }

    @Override
    TransistorSimulator self() {
        return this;
    }

    /** Makes so many things happen, each up to some hours after the one before. */
    public synchronized void happen(int count) {
        for (int i = 0; i < count; i++) {
            advance(Duration.ofSeconds(chance.between(1, 9_000)));
            int dice = chance.below(100);
            if (shows.isEmpty() || dice < 5) {
                addShow(chance.percent(30));
            } else if (episodes.isEmpty() || dice < 60) {
                addEpisode(chance.oneOf(List.copyOf(shows.keySet())));
            } else {
                edit(chance.oneOf(List.copyOf(episodes.keySet())));
            }
        }
    }

    /** A show begins. */
    public synchronized Show addShow(boolean isPrivate) {
        String id = String.valueOf(++lastId);
        Map<String, Object> attributes = object(
                "author",
                chance.name(),
                "category",
                "Technology",
                "created_at",
                now().toString(),
                "description",
                "All about " + chance.city(),
                "explicit",
                false,
                "feed_url",
                "https://feeds.transistor.fm/" + id,
                "private",
                isPrivate,
                "show_type",
                "episodic",
                "slug",
                "show-" + id,
                "title",
                chance.city() + " " + id,
                "updated_at",
                now().toString(),
                "website",
                chance.percent(50) ? "https://example.com/" + id : null);
        Show show = new Show(object("id", id, "type", "show", "attributes", attributes), isPrivate);
        shows.put(id, show);
        return show;
    }

    /** An episode of a show is drafted; most have a transcript at once. */
    public synchronized Episode addEpisode(String show) {
        String id = String.valueOf(++lastId);
        boolean oldNotes = chance.percent(40);
        Map<String, Object> attributes = object(
                "author",
                chance.name(),
                "created_at",
                now().toString(),
                "description",
                description(oldNotes),
                "duration",
                chance.between(60, 7_200),
                "explicit",
                false,
                "keywords",
                chance.city() + "," + chance.city(),
                "media_url",
                "https://media.transistor.fm/" + id + ".mp3",
                "number",
                chance.between(1, 300),
                "published_at",
                null,
                "season",
                chance.between(1, 5),
                "status",
                "draft",
                "summary",
                oldNotes ? "About " + chance.name() : null,
                "title",
                "On " + chance.city(),
                "transcript_url",
                null,
                "type",
                "full",
                "updated_at",
                now().toString());
        Map<String, Object> members = object(
                "id",
                id,
                "type",
                "episode",
                "attributes",
                attributes,
                "relationships",
                object("show", object("data", object("id", show, "type", "show"))));
        Optional<String> transcript =
                chance.percent(70) ? Optional.of("Welcome.\n\n" + chance.name() + ": hello, Zoë.") : Optional.empty();
        return kept(new Episode(members, transcript, chance.percent(10)));
    }

    /** A draft is published; what is published gets another title. */
    public synchronized Episode edit(String id) {
        Episode before = episodes.get(id);
        boolean draft = "draft".equals(before.attributes().get("status"));
        Map<String, Object> changes = draft
                ? object("status", "published", "published_at", now().toString(), "updated_at", now().toString())
                : object("title", "On " + chance.city() + ", again", "updated_at", now().toString());
        Map<String, Object> members = with(before.members(), object("attributes", with(before.attributes(), changes)));
        return kept(new Episode(members, before.transcript(), before.transcriptMissing()));
    }

    /** All shows, by id, in the order of creation. */
    public synchronized Map<String, Show> shows() {
        return new LinkedHashMap<>(shows);
    }

    /** All episodes, by id, in the order of creation. */
    public synchronized Map<String, Episode> episodes() {
        return new LinkedHashMap<>(episodes);
    }

    /**
     * The downloads of an episode on each day since it was published, also on those without. They have their final value two days
     * later.
     */
    public synchronized SortedMap<LocalDate, Integer> downloads(String id) {
        SortedMap<LocalDate, Integer> downloads = new TreeMap<>();
        Object published = episodes.get(id).attributes().get("published_at");
        if (published == null) {
            return downloads;
        }
        LocalDate today = LocalDate.ofInstant(now(), ZoneOffset.UTC);
        for (LocalDate day = LocalDate.parse(published.toString().substring(0, 10));
                !day.isAfter(today);
                day = day.plusDays(1)) {
            long passed = Math.min(
                    48,
                    ChronoUnit.HOURS.between(day.atStartOfDay(ZoneOffset.UTC).toInstant(), now()));
            downloads.put(day, (int) (finalDownloads(id, day) * passed / 48));
        }
        return downloads;
    }

    private long finalDownloads(String id, LocalDate day) {
        return new Random(seed * 31 + id.hashCode() * 1009L + day.toEpochDay()).nextInt(500);
    }

    private String description(boolean oldNotes) {
        String guest = chance.name();
        if (oldNotes) {
            return "<div>With " + guest + ".</div>";
        }
        return chance.percent(50)
                ? "<div>A talk with <strong>" + guest + "</strong>.<br><br>Links:<br>https://example.com</div>"
                : "<div>A talk with " + guest + ".</div>";
    }

    private Episode kept(Episode episode) {
        episodes.put(episode.id(), episode);
        return episode;
    }

    /** A show, as the API returns it. */
    public record Show(Map<String, Object> members, boolean isPrivate) {
        public String id() {
            return (String) members.get("id");
        }
    }

    /**
     * An episode.
     *
     * @param members as the API returns them, but for the address of the transcript
     * @param transcript its text, if it has one
     * @param transcriptMissing whether there is nothing at the transcript's address, although it is told
     */
    public record Episode(Map<String, Object> members, Optional<String> transcript, boolean transcriptMissing) {
        public String id() {
            return (String) members.get("id");
        }

        /** What JSON:API calls attributes. */
        @SuppressWarnings("unchecked")
        public Map<String, Object> attributes() {
            return (Map<String, Object>) members.get("attributes");
        }
    }
}
