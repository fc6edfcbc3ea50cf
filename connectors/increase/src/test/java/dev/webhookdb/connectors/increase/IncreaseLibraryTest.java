package dev.webhookdb.connectors.increase;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.spi.Json;
import dev.webhookdb.testkit.JsonReading;
import dev.webhookdb.testkit.Mutations;
import dev.webhookdb.testkit.simulator.Call;
import dev.webhookdb.testkit.simulator.IncreaseApi;
import dev.webhookdb.testkit.simulator.IncreaseEvent;
import dev.webhookdb.testkit.simulator.IncreaseSimulator;
import dev.webhookdb.testkit.simulator.SignedWebhook;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Increase's own library is asked for its verdict on thousands of requests, and to list what the simulator holds. */
class IncreaseLibraryTest {
    private static final URI URL = URI.create("https://example.org/v1/service_integrations/svi_1");
    private static final String SECRET = "a shared secret, Zoë";
    private static final Instant NOW = Instant.parse("2024-05-06T07:08:09Z");
    private static final int MUTATIONS = 10_000;
    private static final Mutations CHANGES = Mutations.ofAscii("+-0 ,=tv1", " ", ",");

    private static IncreaseLibrary library;

    private final IncreaseEvent event =
            IncreaseSimulator.seeded(1).startingAt(NOW).happen(1).getFirst();

    @BeforeAll
    static void install() {
        library = IncreaseLibrary.installed();
    }

    @Test
    void ourVerdictOnStandardSignaturesIsTheirs() throws Exception {
        var random = new Random(20_260_101);
        List<Mutant> mutants = new ArrayList<>();
        for (int i = 0; i < MUTATIONS; i++) {
            SignedWebhook signed = event.signed(URL, SECRET, NOW.minusSeconds(random.nextInt(-310, 310)));
            mutants.add(Mutant.of(
                    "standard",
                    signed,
                    List.of("webhook-id", "webhook-timestamp", "webhook-signature", "webhook-signature"),
                    random));
        }

        // JavaScript's parseInt stops where the digits do; the specification has digits only.
        assertSameVerdicts(
                mutants, mutant -> mutant.headers().get("webhook-timestamp").matches("[0-9]+"));
    }

    @Test
    void ourVerdictOnSignaturesOfOldIsTheirs() throws Exception {
        var random = new Random(20_260_102);
        List<Mutant> mutants = new ArrayList<>();
        while (mutants.size() < MUTATIONS) {
            // The library of old did not look at the time.
            SignedWebhook signed = event.signedInTheOldWay(URL, SECRET, NOW.minusSeconds(random.nextInt(-290, 290)));
            Mutant mutant = Mutant.of("of old", signed, List.of("Increase-Webhook-Signature"), random);
            if (unambiguous(mutant.headers().get("Increase-Webhook-Signature"))) {
                mutants.add(mutant);
            }
        }

        assertSameVerdicts(mutants, mutant -> true);
    }

    @Test
    void theirLibraryListsWhatTheSimulatorHolds() throws Exception {
        IncreaseSimulator group = IncreaseSimulator.seeded(3).startingAt(Instant.parse("2026-03-04T05:06:07Z"));
        group.happen(2_500);
        try (IncreaseApi api = IncreaseApi.serving(group, "key")) {
            List<String> listed = library.run("pages.mjs", List.of(), api.url().toString(), "key");

            assertThat(listed.stream().map(JsonReading::read)).containsExactlyElementsOf(expected(group));
            assertThat(api.calls())
                    .extracting(Call::target)
                    .anyMatch(target -> target.startsWith("/events?")
                            && target.contains("created_at.on_or_after=2026-01-01T00:00:00Z")
                            && target.contains("category.in=account.created,transaction.created"))
                    .anyMatch(target -> target.startsWith("/ach_transfers?cursor="));
        }
    }

    /** Of several times and signatures it took the last, where we take the first time and any signature. */
    private static boolean unambiguous(String header) {
        List<String> names = Arrays.stream(header.split(",", -1))
                .map(part -> part.replaceFirst("=[^=]*$", ""))
                .toList();
        return Collections.frequency(names, "t") <= 1
                && Collections.frequency(names, "v1") <= 1
                && names.stream().noneMatch(name -> name.contains("="));
    }

    /** What {@code pages.mjs} lists, in its order. */
    private static List<Json> expected(IncreaseSimulator group) {
        List<String> expected = new ArrayList<>();
        for (String type : List.of("account", "account_number", "account_transfer", "ach_transfer", "check_transfer")) {
            objects(group, type).forEach(expected::add);
        }
        group.events().reversed().stream()
                .filter(event ->
                        List.of("account.created", "transaction.created").contains(event.type()))
                .forEach(event -> expected.add(event.body()));
        objects(group, "transaction").forEach(expected::add);
        objects(group, "wire_transfer").forEach(expected::add);
        expected.add(objects(group, "account").getFirst());
        expected.add("{\"type\": \"error\", \"id\": \"ObjectNotFoundError\"}");
        return expected.stream().map(JsonReading::read).toList();
    }

    private static List<String> objects(IncreaseSimulator group, String type) {
        List<String> objects = new ArrayList<>();
        group.objects(type).values().forEach(object -> objects.addFirst(object.json()));
        return objects;
    }

    private static void assertSameVerdicts(List<Mutant> mutants, Predicate<Mutant> strict) throws Exception {
        List<String> theirs =
                library.run("verdicts.mjs", mutants.stream().map(Mutant::json).toList());

        assertThat(theirs).hasSameSizeAs(mutants);
        int accepted = 0;
        for (int i = 0; i < mutants.size(); i++) {
            Mutant mutant = mutants.get(i);
            boolean ours = Requests.accepted(mutant.headers(), mutant.body(), SECRET, NOW);
            assertThat(ours).as("%s", mutant).isEqualTo(strict.test(mutant) && Boolean.parseBoolean(theirs.get(i)));
            accepted += ours ? 1 : 0;
        }
        assertThat(accepted).as("both verdicts occur often").isBetween(MUTATIONS / 20, MUTATIONS / 2);
    }

    private record Mutant(String scheme, Map<String, String> headers, String body) {
        static Mutant of(String scheme, SignedWebhook signed, List<String> names, Random random) {
            Map<String, String> headers = new HashMap<>(signed.headers());
            if (random.nextInt(4) > 0) {
                String name = names.get(random.nextInt(names.size()));
                headers.put(name, CHANGES.some(headers.get(name), random));
            }
            String body = random.nextInt(4) == 0 ? CHANGES.some(signed.body(), random) : signed.body();
            return new Mutant(scheme, headers, body);
        }

        /** All text in Base64, so that nothing needs to be escaped. */
        String json() {
            String pairs = headers.entrySet().stream()
                    .map(header -> "\"%s\": \"%s\"".formatted(header.getKey(), base64(header.getValue())))
                    .collect(Collectors.joining(", "));
            return "{\"scheme\": \"%s\", \"now\": %d, \"secret\": \"%s\", \"headers\": {%s}, \"body\": \"%s\"}"
                    .formatted(scheme, NOW.getEpochSecond(), base64(SECRET), pairs, base64(body));
        }

        private static String base64(String text) {
            return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
        }
    }
}
