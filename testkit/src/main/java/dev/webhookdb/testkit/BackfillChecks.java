package dev.webhookdb.testkit;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.webhookdb.json.JsonWriter;
import dev.webhookdb.spi.Backfill;
import dev.webhookdb.spi.ConnectorException;
import dev.webhookdb.spi.ConnectorException.Reason;
import dev.webhookdb.spi.Json;
import dev.webhookdb.testkit.Listing.Step;
import dev.webhookdb.testkit.ScriptedHttp.Trouble;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;

/** Every object is listed once, whatever happens between two pages, and nothing that goes wrong looks like the end. */
final class BackfillChecks {
    private static final Set<String> USUAL_SIZES = Set.of(
            "limit", "per_page", "page_size", "pagesize", "first", "max_results", "pagination[per]", "per", "size");
    private static final String PASS_IT_ON = "Let what Http.Call.send and Answer.json throw pass, and catch nothing.";

    private final Subject subject;

    BackfillChecks(Subject subject) {
        this.subject = subject;
    }

    Stream<DynamicNode> tests() {
        if (subject.samples().pages().isEmpty()) {
            return Stream.of(dynamicTest("there are samples of pages", this::noSamples));
        }
        Backfill backfill = subject.resource().backfill().orElseThrow();
        Stream<DynamicNode> always = Stream.of(
                dynamicTest("every page is read, and every object is listed once", this::complete),
                dynamicTest("it can be resumed from any cursor", this::resumable),
                dynamicTest("the provider's largest page is asked for", this::pageSize),
                dynamicTest("a refused key is the operator's business", this::refused),
                dynamicTest("a provider in trouble is tried again later", this::trouble),
                dynamicTest("an answer that is no page is not the end", this::malformed),
                dynamicTest("an empty page is no error", this::empty));
        Stream<DynamicNode> incremental = Stream.of(
                        dynamicTest("only changes are asked for when only they are wanted", this::incremental))
                .filter(test -> backfill.overlap().isPresent())
                .map(test -> test);
        Stream<DynamicNode> ranged = Stream.of(
                        dynamicTest("only a range is asked for when only it is wanted", this::ranged))
                .filter(test -> backfill.isRanged())
                .map(test -> test);
        Stream<DynamicNode> api = subject.api().stream()
                .filter(settings -> backfill.parent().isEmpty())
                .map(settings -> dynamicTest(
                        "the API that is there is listed, every object once, and from any cursor",
                        () -> api(PlainContext.of(settings))));
        return Stream.of(always, incremental, ranged, api).flatMap(all -> all);
    }

    private void noSamples() {
        Require.failed(
                "There is no sample of a page of %s.".formatted(subject.service()),
                "Put the provider's answers to its listing into %s/page1.json and page2.json, the last one naming no next page."
                        .formatted(subject.samples().directory()));
    }

    private void complete() throws IOException, InterruptedException {
        var listing = new Listing(subject);
        List<Step> steps = listing.everything();
        Set<String> keys = new LinkedHashSet<>();
        for (Step step : steps) {
            for (String key : listing.keys(step.page())) {
                Require.that(
                        keys.add(key) || !step.page().items().isEmpty(),
                        "%s '%s' is listed twice.".formatted(subject.resource().title(), key),
                        "Let the next page begin after the last object of this one; or remove it from one of the samples.");
            }
        }
        Require.that(
                listing.script().unserved().isEmpty(),
                "Nobody asks for the samples %s: the listing ends too early."
                        .formatted(listing.script().unserved()),
                "Name the cursor of the next page as long as the provider says that there is one.");
        Require.that(
                !keys.isEmpty()
                        || steps.stream().anyMatch(step -> !step.page().items().isEmpty()),
                "No page sample of %s yields anything.".formatted(subject.service()),
                "Read the objects from where the provider's answer has them, or add a sample that has some.");
        subject.samples().pages().forEach(page -> requireAll(page, keys));
    }

    /** If a page yields one of an array's objects, it has to yield all of them. */
    private void requireAll(AnswerSample page, Set<String> keys) {
        for (List<Object> path : arrays(page.answer(), keys)) {
            List<String> there = keysOf((Json.Arr) Edits.find(page.answer(), path));
            for (String key : there) {
                Require.that(
                        keys.contains(key),
                        "'%s' stands in '%s' of %s, but is not among what is listed."
                                .formatted(key, Edits.name(path), page.name()),
                        "Return every object of the page.");
            }
        }
    }

    private void resumable() throws IOException, InterruptedException {
        var listing = new Listing(subject);
        List<Step> steps = listing.everything();
        for (int i = 0; i < steps.size(); i++) {
            List<String> rest = steps.subList(i, steps.size()).stream()
                    .flatMap(step -> listing.keys(step.page()).stream())
                    .toList();
            List<String> resumed = listing.from(steps.get(i).cursor()).stream()
                    .flatMap(step -> listing.keys(step.page()).stream())
                    .toList();
            Require.that(
                    resumed.equals(rest),
                    "Resumed from the cursor '%s', the listing yields %s, not %s."
                            .formatted(steps.get(i).cursor().orElse(""), resumed, rest),
                    "Let everything that a page depends on stand in its cursor: a backfill keeps nothing between two calls.");
        }
    }

    private void api(PlainContext context) throws IOException, InterruptedException {
        var listing = new Listing(subject);
        List<Backfill.Page> pages = context.pages(subject.resource());
        List<String> keys =
                pages.stream().flatMap(page -> listing.keys(page).stream()).toList();
        Require.that(
                !keys.isEmpty() && keys.size() == Set.copyOf(keys).size(),
                "Listing the API yields %d objects on %d pages, %d of them different."
                        .formatted(keys.size(), pages.size(), Set.copyOf(keys).size()),
                "Ask the API for the next page as it wants to be asked; and let it have some objects.");
        List<String> resumed = new ArrayList<>(listing.keys(pages.getFirst()));
        Optional<String> cursor = pages.getFirst().next();
        while (cursor.isPresent() && resumed.size() <= keys.size()) {
            Backfill.Page page =
                    listing.page(cursor, PlainContext.of(subject.api().orElseThrow()));
            resumed.addAll(listing.keys(page));
            cursor = page.next();
        }
        Require.that(
                resumed.equals(keys),
                "Resumed after its first page, the listing yields %d objects instead of %d."
                        .formatted(resumed.size(), keys.size()),
                "Let everything that a page depends on stand in its cursor.");
    }

    private void pageSize() throws IOException, InterruptedException {
        Script.Asked first =
                new Listing(subject).everything().getFirst().asked().getFirst();
        subject.pageSize()
                .forEach(
                        (name, value) -> Require.that(
                                value.equals(first.query().get(name)),
                                "The largest page has %s=%s, but the listing asks for %s=%s."
                                        .formatted(
                                                name, value, name, first.query().get(name)),
                                "Ask for as many objects at a time as the provider allows: a backfill takes that many times fewer requests."));
        first.query().keySet().stream()
                .filter(USUAL_SIZES::contains)
                .filter(name -> !subject.pageSize().containsKey(name))
                .forEach(name -> Require.failed(
                        "The listing sends %s=%s, and the test does not say what the provider's maximum is."
                                .formatted(name, first.query().get(name)),
                        "Override pageSize(...) in your test: return Map.of(\"%s\", the maximum).".formatted(name)));
    }

    private void refused() throws IOException, InterruptedException {
        for (int status : List.of(401, 403)) {
            for (Troubled troubled : troubled(Trouble.status(status))) {
                switch (troubled.outcome()) {
                    case ConnectorException e when e.reason() == Reason.SETTINGS -> requireSentence(e, troubled.what());
                    case Exception e ->
                        Require.failed(
                                "With %s, the backfill throws %s.".formatted(troubled.what(), e),
                                PASS_IT_ON + " The host tells the operator what to do.");
                }
            }
        }
    }

    private static void requireSentence(ConnectorException e, String what) {
        String message = e.getMessage() == null ? "" : e.getMessage();
        Require.that(
                message.length() > 20 && message.contains(" ") && message.endsWith("."),
                "With %s, the operator is told: '%s'.".formatted(what, message),
                "Write a sentence that says which setting to look at, and why.");
    }

    private void trouble() throws IOException, InterruptedException {
        for (Trouble trouble : List.of(
                Trouble.status(429),
                Trouble.status(500),
                Trouble.status(503),
                Trouble.timeout(),
                Trouble.interruption())) {
            for (Troubled troubled : troubled(trouble)) {
                boolean again = switch (troubled.outcome()) {
                    case IOException e -> true;
                    case ConnectorException e -> e.reason() == Reason.TRANSIENT;
                    case InterruptedException e -> trouble.status() < 0;
                    case Exception e -> false;
                };
                Require.that(
                        again,
                        "With %s, the backfill throws %s.".formatted(troubled.what(), troubled.outcome()),
                        PASS_IT_ON + " The host tries again from the same cursor.");
            }
        }
    }

    private void malformed() throws IOException, InterruptedException {
        for (Trouble trouble : malformations()) {
            for (Troubled troubled : troubled(trouble, List.of(0))) {
                boolean visible = switch (troubled.outcome()) {
                    case IOException e -> true;
                    case ConnectorException e -> e.reason() != Reason.SETTINGS;
                    case Exception e -> false;
                };
                Require.that(
                        visible,
                        "With %s, the backfill throws %s.".formatted(troubled.what(), troubled.outcome()),
                        "Throw a ConnectorException with Reason.UNEXPECTED and a sentence that says what is missing.");
            }
        }
    }

    /** No page at all, and the first page without its list of objects. */
    private List<Trouble> malformations() throws IOException, InterruptedException {
        Json page = subject.samples().pages().getFirst().answer();
        List<Trouble> troubles = new ArrayList<>(List.of(
                Trouble.body("an HTML page", "<html><body>Bad gateway</body></html>"),
                Trouble.body("an empty body", ""),
                Trouble.body("an answer that was cut off", cut(JsonWriter.write(page))),
                Trouble.body("the answer null", "null"),
                Trouble.body("a string", "\"maintenance\""),
                Trouble.body("an empty object", "{}"),
                Trouble.body("another object", "{\"error\":{\"message\":\"maintenance\"}}")));
        if (!(page instanceof Json.Arr)) {
            troubles.add(Trouble.body("an empty array", "[]"));
        }
        for (List<Object> path : arrays(page, listedKeys())) {
            String name = "the page without its '%s'".formatted(Edits.name(path));
            for (Optional<Json> instead : List.<Optional<Json>>of(
                    Optional.empty(),
                    Optional.of(new Json.Null()),
                    Optional.of(new Json.Str("x")),
                    Optional.of(new Json.Num(BigDecimal.ONE)),
                    Optional.of(new Json.Obj(Map.of())))) {
                troubles.add(Trouble.body(name, JsonWriter.write(Edits.replaced(page, path, instead))));
            }
        }
        return troubles;
    }

    private static String cut(String text) {
        return text.substring(0, text.length() * 2 / 3);
    }

    private void empty() throws IOException, InterruptedException {
        var listing = new Listing(subject);
        List<Step> steps = listing.everything();
        Step last = steps.getLast();
        Set<String> keys = listedKeys();
        Function<Script.Asked, AnswerSample> emptied = asked -> {
            AnswerSample sample = listing.script().answer(asked);
            Json answer = sample.answer();
            for (List<Object> path : arrays(answer, keys)) {
                answer = Edits.replaced(answer, path, Optional.of(new Json.Arr(List.of())));
            }
            return sample.with(answer);
        };
        Backfill.Page page = listing.page(last.cursor(), listing.context(ScriptedHttp.answering(emptied)));
        Require.that(
                page.next().isEmpty() || !page.next().equals(last.cursor()),
                "An empty page names itself as the next one: the listing never ends.",
                "Name no next page after an empty one, unless the provider does.");
    }

    private void incremental() throws IOException, InterruptedException {
        var since = subject.now().minus(Duration.ofDays(1));
        requireOther(
                context -> new Listing.Context(
                        context.settings(), context.http(), Optional.of(since), Optional.empty(), context.parent()),
                "The backfill is declared incremental, but asks for the same whether or not only changes are wanted.",
                "Send Context.since() to the provider when it is present, or remove incremental(...).");
    }

    private void ranged() throws IOException, InterruptedException {
        var from = subject.now().minus(Duration.ofDays(30));
        var range = Backfill.Range.of(Optional.of(from), Optional.of(subject.now()));
        Backfill.Page page = requireOther(
                context -> new Listing.Context(
                        context.settings(), context.http(), Optional.empty(), Optional.of(range), context.parent()),
                "The backfill is declared ranged, but asks for the same whether or not only a range is wanted.",
                "Send Context.range() to the provider when it is present, or remove ranged().");
        Require.that(
                page.next().isEmpty() || page.reached().isPresent(),
                "A page of a ranged backfill does not say down to which instant it has come.",
                "Add Page.reached(...) with the creation of the page's last resource.");
    }

    private Backfill.Page requireOther(
            Function<Listing.Context, Listing.Context> narrowed, String problem, String remedy)
            throws IOException, InterruptedException {
        var listing = new Listing(subject);
        List<Script.Asked> usual = listing.everything().getFirst().asked();
        ScriptedHttp http = ScriptedHttp.answering(listing.script()::first);
        Backfill.Page page = listing.page(Optional.empty(), narrowed.apply(listing.context(http)));
        Require.that(!http.asked().equals(usual), problem, remedy);
        return page;
    }

    /** What came of a request in trouble. */
    private record Troubled(String what, Exception outcome) {}

    private List<Troubled> troubled(Trouble trouble) throws IOException, InterruptedException {
        return troubled(trouble, List.of());
    }

    /** Tries the trouble at every request of the first two pages, or at those wanted. */
    private List<Troubled> troubled(Trouble trouble, List<Integer> wanted) throws IOException, InterruptedException {
        var listing = new Listing(subject);
        List<Troubled> outcomes = new ArrayList<>();
        for (Step step : listing.everything().stream().limit(2).toList()) {
            for (int request = 0; request < step.asked().size(); request++) {
                if (wanted.isEmpty() || wanted.contains(request)) {
                    String what = "%s at %s"
                            .formatted(trouble.name(), step.asked().get(request).url());
                    outcomes.add(new Troubled(what, outcome(listing, step, trouble, request, what)));
                }
            }
        }
        return outcomes;
    }

    private static Exception outcome(Listing listing, Step step, Trouble trouble, int request, String what) {
        ScriptedHttp http = ScriptedHttp.troubled(listing.script()::answer, trouble, request);
        try {
            Backfill.Page page = listing.page(step.cursor(), listing.context(http));
            Require.failed(
                    "With %s, the backfill returns a page of %d objects and %s, as if nothing had happened."
                            .formatted(
                                    what,
                                    page.resources().size() + page.items().size(),
                                    page.next().isPresent()
                                            ? "a next one"
                                            : "no next one: the listing ends early, and nobody notices"),
                    PASS_IT_ON + " Throw a ConnectorException if the answer lacks the list of objects.");
            return new IllegalStateException("unreachable");
        } catch (IOException | RuntimeException e) {
            return e;
        } catch (InterruptedException e) {
            return e;
        } finally {
            // a connector may pass an interruption on in this way, too
            Thread.interrupted();
        }
    }

    private Set<String> listedKeys() throws IOException, InterruptedException {
        var listing = new Listing(subject);
        Set<String> keys = new HashSet<>();
        for (Step step : listing.everything()) {
            keys.addAll(listing.keys(step.page()));
        }
        return keys;
    }

    private List<List<Object>> arrays(Json answer, Set<String> keys) {
        return Edits.arrays(
                answer,
                array -> keysOf(array).stream().anyMatch(keys::contains)
                        && keysOf(array).size() == array.items().size());
    }

    private List<String> keysOf(Json.Arr array) {
        return array.items().stream()
                .flatMap(item -> subject.key(item).stream())
                .toList();
    }
}
