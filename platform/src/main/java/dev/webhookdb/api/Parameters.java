package dev.webhookdb.api;

import dev.webhookdb.spi.Json;
import io.helidon.webserver.http.ServerRequest;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What came with a request, from its body or else its query, and how to ask for what did not: a refusal with status 422 that holds a
 * question. The command line client asks it and sends the whole request again with the answer.
 *
 * <p>Answers are texts that end in a line break, so texts are trimmed, and numbers and truth values may be texts. Immutable.
 */
final class Parameters {
    /** How often nothing was answered in a row. A client without a terminal answers nothing, and would go on for ever. */
    private static final String UNANSWERED = "unanswered";

    private static final int MOST_UNANSWERED = 3;

    private final String path;
    private final Map<String, Json> given;

    private Parameters(String path, Map<String, Json> given) {
        this.path = path;
        this.given = given;
    }

    /**
     * Reads them.
     *
     * @param path of the route, for the answers to questions; without a per cent sign
     */
    static Parameters of(ServerRequest request, String path) {
        Map<String, Json> given = new LinkedHashMap<>();
        request.query().toMap().forEach((name, values) -> given.put(name, new Json.Str(values.getFirst())));
        if (JsonResponses.object(request) instanceof Json.Obj(Map<String, Json> fields)) {
            given.putAll(fields);
        }
        return new Parameters(path, given);
    }

    /** Returns the same for a route at another path. */
    Parameters at(String other) {
        return new Parameters(other, given);
    }

    /** Returns one of them, and how often nothing was answered. */
    Parameters only(String name) {
        Map<String, Json> kept = new LinkedHashMap<>(given);
        kept.keySet().retainAll(Set.of(name, UNANSWERED));
        return new Parameters(path, kept);
    }

    /** Returns the same and one more, or with another value. */
    Parameters with(String name, String value) {
        Map<String, Json> more = new LinkedHashMap<>(given);
        more.put(name, new Json.Str(value));
        return new Parameters(path, more);
    }

    /** Returns where answers to questions go. */
    String path() {
        return path;
    }

    /** Returns everything, as it was sent. */
    Map<String, Json> given() {
        return Map.copyOf(given);
    }

    /** Returns a text without white space around it; nothing if it is missing or blank. */
    Optional<String> text(String name) {
        return raw(name).map(String::strip).filter(text -> !text.isEmpty());
    }

    /** Returns a list of texts, or the parts of one text between commas; nothing if it is missing or blank. */
    List<String> texts(String name) {
        if (given.get(name) instanceof Json.Arr(List<Json> items)) {
            return items.stream()
                    .map(item -> item.text().orElseThrow(() -> notText(name)).strip())
                    .filter(item -> !item.isEmpty())
                    .toList();
        }
        return text(name).stream()
                .flatMap(whole -> Arrays.stream(whole.split(",", -1)))
                .map(String::strip)
                .filter(item -> !item.isEmpty())
                .toList();
    }

    /** Returns a text as it was sent. */
    Optional<String> raw(String name) {
        return switch (given.getOrDefault(name, new Json.Null())) {
            case Json.Str(String value) -> Optional.of(value);
            case Json.Num number -> Optional.of(number.value().toPlainString());
            case Json.Bool(boolean value) -> Optional.of(Boolean.toString(value));
            case Json.Null() -> Optional.empty();
            case Json.Obj ignored -> throw notText(name);
            case Json.Arr ignored -> throw notText(name);
        };
    }

    /** Returns whether something was answered, if only nothing. */
    boolean has(String name) {
        return given.containsKey(name);
    }

    /** Returns whether something is wanted; what is missing or blank is not. */
    boolean isTrue(String name) {
        String text = text(name).orElse("false").toLowerCase(Locale.ROOT);
        return switch (text) {
            case "true", "yes", "y", "1" -> true;
            case "false", "no", "n", "0" -> false;
            default -> throw ApiException.invalid(name, "'%s' must be true or false.".formatted(name));
        };
    }

    /** Returns a text, and asks for it if it is missing or blank. */
    String required(String name, String prompt) {
        return text(name).orElseThrow(() -> ask(name, prompt, "", false));
    }

    /** Asks for a confirmation unless there is one; whatever is answered is one. */
    void confirm(String name, String prompt, String output) {
        if (raw(name).isEmpty()) {
            throw ask(name, prompt, output, false);
        }
    }

    /** Asks until the answer is a certain text. */
    void match(String name, String expected, String prompt, String output) {
        if (!text(name).equals(Optional.of(expected))) {
            throw ask(name, prompt, output, false);
        }
    }

    /** Returns the refusal that asks. */
    ApiException ask(String name, String prompt, String output, boolean secret) {
        JsonObjectBuilder details =
                new JsonObjectBuilder().with("state_machine_step", step(name, prompt, output, secret));
        return new ApiException(
                422,
                "prompt_required_params",
                "The parameter '%s' is needed.".formatted(name),
                details,
                Map.of("Whdb-Prompt", name));
    }

    /** Returns the question as a step. */
    JsonObjectBuilder step(String name, String prompt, String output, boolean secret) {
        long unanswered = raw(name).filter(String::isEmpty).isPresent() ? 1 + unanswered() : 0;
        if (unanswered > MOST_UNANSWERED) {
            throw new ApiException(
                    400, "invalid_input", "There was no answer: give '%s' with the command.".formatted(name));
        }
        JsonObjectBuilder parameters = new JsonObjectBuilder();
        given.forEach((other, value) -> {
            // what was typed before may be a secret, and is about to be replaced
            if (!other.equals(name)) {
                parameters.with(other, value);
            }
        });
        parameters.with(UNANSWERED, unanswered);
        return Prompts.ask(output, prompt, secret, path, parameters, name);
    }

    private long unanswered() {
        return given.getOrDefault(UNANSWERED, new Json.Null()) instanceof Json.Num(var number)
                ? Math.clamp(number.longValue(), 0, MOST_UNANSWERED)
                : 0;
    }

    private static ApiException notText(String name) {
        return new ApiException(400, "invalid_input", "The parameter '%s' must be a text.".formatted(name));
    }
}
