package dev.webhookdb.testkit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Which sample answers which request. A sample that names its request answers that one; the others answer, in their order, one new
 * request each, and the same request again with the same answer, so that a listing can be resumed anywhere.
 */
final class Script {
    private final Samples samples;
    private final Map<String, AnswerSample> remembered = new LinkedHashMap<>();
    private final Set<String> served = new LinkedHashSet<>();
    private boolean complete;

    Script(Samples samples) {
        this.samples = samples;
    }

    /** From now on no request is new. */
    void complete() {
        complete = true;
    }

    AnswerSample answer(Asked asked) {
        AnswerSample sample = remembered.containsKey(asked.key()) ? remembered.get(asked.key()) : next(asked);
        served.add(sample.name());
        return sample;
    }

    /** Returns the first page, or what else the request is answered with, whatever its parameters are. */
    AnswerSample first(Asked asked) {
        return matching(asked).or(() -> samples.pages().stream().findFirst()).orElseGet(() -> answer(asked));
    }

    /** Returns the names of samples that nobody asked for. */
    List<String> unserved() {
        List<String> names = new ArrayList<>();
        samples.pages().forEach(page -> names.add(page.name()));
        names.removeAll(served);
        return names;
    }

    private AnswerSample next(Asked asked) {
        Optional<AnswerSample> matching = matching(asked);
        if (matching.isPresent()) {
            return matching.get();
        }
        if (complete) {
            Require.failed(
                    "When it is resumed, the listing asks what it did not ask before: %s.".formatted(asked.key()),
                    "Let everything that a page depends on stand in its cursor: a backfill keeps nothing between two calls.");
        }
        Optional<AnswerSample> unused = samples.pages().stream()
                .filter(page -> !page.matched() && !remembered.containsValue(page))
                .findFirst();
        if (unused.isEmpty()) {
            Require.failed(
                    "There is no sample for the request %s.".formatted(asked.key()),
                    "If the last sample names a next page, add the page or take the name away. If it does not, the connector misses"
                            + " the end. What is asked for besides pages belongs into answer*.json with its request.");
        }
        remembered.put(asked.key(), unused.orElseThrow());
        return unused.orElseThrow();
    }

    /** The sample that says most about its request wins. */
    private Optional<AnswerSample> matching(Asked asked) {
        return Stream.concat(samples.pages().stream(), samples.answers().stream())
                .filter(sample -> sample.answers(asked.url(), asked.query()))
                .max(Comparator.comparingInt(
                        sample -> sample.query().size() + (sample.path().isPresent() ? 1 : 0)));
    }

    /**
     * A request of a connector.
     *
     * @param headers without those that authorize
     */
    record Asked(String url, Map<String, String> query, Map<String, String> headers) {
        String key() {
            return url + new TreeMap<>(query);
        }
    }
}
