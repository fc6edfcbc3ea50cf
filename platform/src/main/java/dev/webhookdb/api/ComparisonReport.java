package dev.webhookdb.api;

import dev.webhookdb.backfill.BackfillJob.State;
import dev.webhookdb.backfill.Comparison;
import dev.webhookdb.integration.Integration;
import dev.webhookdb.store.Difference;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What came out of a comparison, for programs and for people. */
record ComparisonReport(Integration integration, Comparison comparison) {
    /** Returns how far it is, and how many rows of each kind there are. */
    static JsonObjectBuilder counts(Comparison comparison) {
        String state = comparison.state().name().toLowerCase(Locale.ROOT);
        JsonObjectBuilder fields = new JsonObjectBuilder()
                .with("id", comparison.opaqueId())
                .with("state", state)
                .with("status", state)
                .with("created_at", comparison.createdAt().toString())
                .with("started_at", text(comparison.startedAt()))
                .with("finished_at", text(comparison.finishedAt()))
                .with("pages", comparison.pages())
                .with("listed", comparison.resources())
                .with("listed_formatted", Long.toString(comparison.resources()))
                .with("refused", comparison.refused())
                .with("error", comparison.error().orElse(""))
                .with("retry_at", text(comparison.retryAt()))
                .with("unread", comparison.unread().orElse(""))
                .with("waiting", comparison.waiting());
        for (Difference kind : Difference.values()) {
            fields.with(kind.label(), comparison.count(kind))
                    .with(kind.label() + "_formatted", Long.toString(comparison.count(kind)));
        }
        comparison.expected().ifPresent(expected -> fields.with("expected", expected));
        return comparison.state() == State.SUCCEEDED ? fields.with("equal", comparison.differences() == 0) : fields;
    }

    private static String text(Optional<Instant> instant) {
        return instant.map(Instant::toString).orElse("");
    }

    /** Returns the same with the keys, and what people are told. */
    JsonObjectBuilder fields() {
        JsonObjectBuilder result = counts(comparison);
        JsonObjectBuilder keys = new JsonObjectBuilder();
        Arrays.stream(Difference.values())
                .filter(Difference::isReal)
                .forEach(kind -> keys.withTexts(kind.label(), keys(kind)));
        result.with("keys", keys).with("remedy", remedy());
        if (comparison.state() != State.SUCCEEDED) {
            return result.with("message", "");
        }
        return result.with("blocks", people().blocks()).with("message", "");
    }

    private List<String> keys(Difference kind) {
        return comparison.keys().getOrDefault(kind, List.of());
    }

    /** The command that mends what can be. */
    private String remedy() {
        boolean healed = Arrays.stream(Difference.values())
                .filter(kind -> kind.isReal() && kind != Difference.EXTRA)
                .anyMatch(kind -> comparison.count(kind) > 0);
        return healed ? "webhookdb backfill " + integration.table() : "";
    }

    private TextBlocks people() {
        TextBlocks blocks = new TextBlocks()
                .line(sentence())
                .table(
                        List.of("rows", "number", "what it means"),
                        Arrays.stream(Difference.values())
                                .filter(kind ->
                                        kind.isReal() || kind == Difference.MATCHING || comparison.count(kind) > 0)
                                .map(kind -> List.of(
                                        kind.label().replace('_', ' '),
                                        Long.toString(comparison.count(kind)),
                                        meaning(kind)))
                                .toList());
        List<List<String>> keys = new ArrayList<>();
        Arrays.stream(Difference.values())
                .forEach(kind -> keys(kind).forEach(key -> keys.add(List.of(kind.label(), key))));
        if (!keys.isEmpty()) {
            blocks.table(List.of("kind", "key"), keys);
        }
        comparison.unread().ifPresent(blocks::line);
        if (comparison.waiting() > 0) {
            blocks.line(
                    "%d webhooks were not stored yet when it ended: what they bring may be among the differences. Compare again when 'webhookdb status' shows none."
                            .formatted(comparison.waiting()));
        }
        if (!remedy().isEmpty()) {
            blocks.line("'%s' stores what is missing or old.".formatted(remedy()));
        }
        return blocks;
    }

    private String sentence() {
        return comparison.differences() == 0
                ? "%s has what the provider lists: %d resources.".formatted(integration.table(), comparison.resources())
                : "%s differs from the %d resources that the provider lists."
                        .formatted(integration.table(), comparison.resources());
    }

    private static String meaning(Difference kind) {
        return switch (kind) {
            case MATCHING -> "the same in both";
            case MISSING -> "listed, and not in the table";
            case EXTRA -> "in the table, and not listed";
            case OLDER -> "an older state in the table";
            case DIFFERING -> "another content in the table";
            case CHANGED_MEANWHILE -> "changed since the comparison began";
            case OUT_OF_REACH -> "in the table, and the provider may list them no more";
        };
    }
}
