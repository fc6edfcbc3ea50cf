package dev.webhookdb.testkit.simulator;

import static dev.webhookdb.testkit.simulator.JsonText.object;
import static dev.webhookdb.testkit.simulator.JsonText.with;

import dev.webhookdb.testkit.simulator.TransistorSimulator.Episode;
import dev.webhookdb.testkit.simulator.TransistorSimulator.Show;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Transistor's API: https://developers.transistor.fm/.
 *
 * <p>It serves {@code GET} of {@code /v1/shows}, {@code /v1/episodes}, {@code /v1/analytics/episodes/<id>} to who presents the key as
 * {@code x-api-key}, and transcripts to everybody. Its pages hold at most 100, whatever is asked for.
 */
public final class TransistorApi extends SimulatedApi {
    private static final int DEFAULT_PER_PAGE = 10;
    private static final int MAXIMUM_PER_PAGE = 100;
    private static final int DEFAULT_DAYS = 14;
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("dd-MM-uuuu", Locale.ROOT);

    private final TransistorSimulator account;
    private final String key;

    private TransistorApi(TransistorSimulator account, String key, int port) {
        super(port);
        this.account = account;
        this.key = key;
    }

    /** Starts serving the account on a free port. */
    public static TransistorApi serving(TransistorSimulator account, String key) {
        return serving(account, key, 0);
    }

    /** Starts serving the account on a port; 0 stands for any free one. */
    public static TransistorApi serving(TransistorSimulator account, String key, int port) {
        TransistorApi api = new TransistorApi(account, key, port);
        api.start();
        return api;
    }

    @Override
    boolean authorized(Call call) {
        return isPublic(call) || call.header("x-api-key").filter(key::equals).isPresent();
    }

    @Override
    Reply answer(Call call) {
        if (isPublic(call)) {
            return transcript(call);
        }
        try {
            return switch (call.path().replaceFirst("/[0-9]+$", "/ID")) {
                case "/v1/shows" -> shows(call);
                case "/v1/episodes" -> episodes(call);
                case "/v1/episodes/ID" -> episode(id(call));
                case "/v1/analytics/episodes/ID" -> analytics(call, id(call));
                default -> error(404);
            };
        } catch (NumberFormatException | DateTimeException e) {
            return error(422, "A parameter is not what it should be");
        }
    }

    /** Errors as JSON:API writes them: https://jsonapi.org/format/#errors. */
    @Override
    Reply error(int status) {
        return switch (status) {
            case 401 -> error(status, "Invalid API key");
            case 403 -> error(status, "You cannot see this podcast");
            case 404 -> error(status, "Not found");
            case 429 -> error(status, "Rate limit exceeded");
            default -> error(status, "Something went wrong");
        };
    }

    private static Reply error(int status, String title) {
        return Reply.json(status, object("errors", List.of(object("status", String.valueOf(status), "title", title))));
    }

    private Reply shows(Call call) {
        Optional<Boolean> wanted = call.parameter("private").map("true"::equals);
        List<Map<String, Object>> listed = account.shows().values().stream()
                .filter(show -> wanted.isEmpty() || wanted.get() == show.isPrivate())
                .map(Show::members)
                .toList();
        return page(call, listed.reversed());
    }

    private Reply episodes(Call call) {
        List<Map<String, Object>> listed =
                account.episodes().values().stream().map(this::told).toList();
        return page(call, listed.reversed());
    }

    private Reply episode(String id) {
        return Optional.ofNullable(account.episodes().get(id))
                .map(episode -> Reply.json(200, object("data", told(episode))))
                .orElseGet(() -> error(404));
    }

    /** The address of a transcript is one of this server. */
    private Map<String, Object> told(Episode episode) {
        boolean promised = episode.transcript().isPresent();
        Map<String, Object> attributes = promised
                ? with(episode.attributes(), object("transcript_url", url() + "/s/" + episode.id() + "/transcript"))
                : episode.attributes();
        return with(episode.members(), object("attributes", attributes));
    }

    private Reply transcript(Call call) {
        return Optional.ofNullable(account.episodes().get(id(call)))
                .filter(episode -> call.path().endsWith("/transcript.txt") && !episode.transcriptMissing())
                .flatMap(Episode::transcript)
                .map(text -> Reply.text(200, "text/plain; charset=utf-8", text))
                .orElseGet(() -> Reply.html(404, "<p>Not here.</p>"));
    }

    private Reply analytics(Call call, String id) {
        if (!account.episodes().containsKey(id)) {
            return error(404);
        }
        LocalDate today = LocalDate.ofInstant(account.now(), ZoneOffset.UTC);
        LocalDate last = call.parameter("end_date").map(TransistorApi::day).orElse(today);
        LocalDate first = call.parameter("start_date").map(TransistorApi::day).orElse(last.minusDays(DEFAULT_DAYS));
        List<Map<String, Object>> downloads = new ArrayList<>();
        account.downloads(id).forEach((day, count) -> {
            if (!day.isBefore(first) && !day.isAfter(last)) {
                downloads.add(object("date", DAY.format(day), "downloads", count));
            }
        });
        Map<String, Object> attributes =
                object("downloads", downloads, "start_date", DAY.format(first), "end_date", DAY.format(last));
        return Reply.json(200, object("data", object("id", id, "type", "episode_analytics", "attributes", attributes)));
    }

    private static Reply page(Call call, List<Map<String, Object>> all) {
        int number = call.parameter("pagination[page]").map(Integer::parseInt).orElse(1);
        int per = Math.min(
                MAXIMUM_PER_PAGE,
                call.parameter("pagination[per]").map(Integer::parseInt).orElse(DEFAULT_PER_PAGE));
        int from = Math.min((Math.max(1, number) - 1) * per, all.size());
        Map<String, Object> meta =
                object("currentPage", number, "totalPages", (all.size() + per - 1) / per, "totalCount", all.size());
        return Reply.json(200, object("data", all.subList(from, Math.min(from + per, all.size())), "meta", meta));
    }

    private static boolean isPublic(Call call) {
        return call.path().startsWith("/s/");
    }

    private static LocalDate day(String text) {
        return LocalDate.parse(text, DAY);
    }

    private static String id(Call call) {
        return call.path()
                .replaceFirst("^/s/", "")
                .replaceFirst("/transcript.*$", "")
                .replaceFirst("^.*/", "");
    }
}
