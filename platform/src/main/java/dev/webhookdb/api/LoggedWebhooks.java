package dev.webhookdb.api;

import dev.webhookdb.apply.LoggedWebhook;
import dev.webhookdb.apply.LoggedWebhook.State;
import dev.webhookdb.apply.Replays;
import dev.webhookdb.apply.Webhooks;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Webhooks of the log, as they are shown. */
final class LoggedWebhooks {
    static final Set<State> EVERY_STATE = Set.of(State.values());

    private static final int MOST_LISTED = 1_000;

    private LoggedWebhooks() {}

    static JsonObjectBuilder shown(LoggedWebhook webhook) {
        return new JsonObjectBuilder()
                .with("id", webhook.position().text())
                .with("received_at", webhook.position().receivedAt().toString())
                .with("opaque_id", webhook.opaqueId())
                .with("table", String.join(", ", webhook.tables()))
                .with("method", webhook.method())
                .with("state", webhook.state().text())
                .with("reason", webhook.reason().orElse(""))
                .with("attempts", webhook.attempts());
    }

    static JsonObjectBuilder counts(Map<State, Long> counted) {
        JsonObjectBuilder counts = new JsonObjectBuilder();
        counted.forEach((state, number) -> counts.with(state.text(), number));
        return new JsonObjectBuilder().with("counts", counts).with("message", "");
    }

    /** The states that are meant by a word. */
    static Set<State> states(String text) {
        return State.chosen(text)
                .orElseThrow(() -> ApiException.invalid(
                        "state",
                        "There is no state '%s'; there are %s."
                                .formatted(
                                        text,
                                        Stream.concat(
                                                        Stream.of(LoggedWebhook.ACCEPTED),
                                                        Stream.of(State.values())
                                                                .map(State::text))
                                                .collect(Collectors.joining(", ")))));
    }

    /** The same for a replay, which does nothing about those that are on their way. */
    static Set<State> replayedStates(String text) {
        Set<State> states = states(text);
        if (states.equals(Set.of(State.PENDING))) {
            throw ApiException.invalid("state", "Webhooks in the state 'pending' are on their way already.");
        }
        return states;
    }

    static int limit(String text) {
        if (!text.matches("[0-9]{1,9}") || Integer.parseInt(text) < 1) {
            throw ApiException.invalid(
                    "limit", "The limit must be a number from 1 to %d, not '%s'.".formatted(MOST_LISTED, text));
        }
        return Math.min(Integer.parseInt(text), MOST_LISTED);
    }

    /**
     * Returns what was replayed, as the audit log tells it.
     *
     * @param state as it was asked for
     */
    static String subject(long count, Optional<String> state, Webhooks.Window window) {
        return "%d%s from %s until %s%s"
                .formatted(
                        count,
                        state.map(one -> " " + one).orElse(""),
                        window.since(),
                        window.until(),
                        window.endpoint().map(one -> " of " + one).orElse(""));
    }

    static JsonObjectBuilder replayed(Replays.Replayed replayed) {
        long count = replayed.queued();
        String done = switch ((int) Math.min(count, 2)) {
            case 0 -> "There is nothing to replay in that time.";
            case 1 -> "One webhook is being replayed.";
            default -> "%d webhooks are being replayed.".formatted(count);
        };
        String erased = switch ((int) Math.min(replayed.erased(), 2)) {
            case 0 -> "";
            case 1 -> " One cannot be, because its body was erased.";
            default -> " %d cannot be, because their bodies were erased.".formatted(replayed.erased());
        };
        return new JsonObjectBuilder().with("count", count).with("message", done + erased);
    }
}
