package dev.webhookdb.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the server wants to know before it goes on.
 *
 * @param output what to show first; may be empty
 * @param path where the answer goes
 * @param parameters what goes there with it
 * @param key under which it goes
 */
record Question(String output, String prompt, boolean hidden, String path, Map<String, Object> parameters, String key) {
    private static final String TRANSITION = "/transition/";

    /** The question in an answer of the server, which may also be a refusal. */
    static Optional<Question> in(Api.Answer answer) {
        Json step = answer.status() < 400
                ? answer.body()
                : answer.body().at("error").at("state_machine_step");
        if (!step.isTrue("needs_input") || step.isTrue("complete")) {
            return Optional.empty();
        }
        Map<String, Object> parameters = new LinkedHashMap<>();
        if (step.at("post_params").value() instanceof Map<?, ?> members) {
            members.forEach((name, value) -> parameters.put((String) name, value));
        }
        String path = step.text("post_to_url");
        return Optional.of(new Question(
                step.text("output"),
                step.text("prompt"),
                step.isTrue("prompt_is_secret"),
                path.startsWith("/") ? path : "/" + path,
                parameters,
                step.text("post_params_value_key")));
    }

    /** Whether a setting of an integration is asked for. */
    boolean isSetting() {
        return path.contains(TRANSITION);
    }

    /** What is asked for: the name of a setting or of a parameter. */
    String name() {
        return isSetting() ? path.substring(path.indexOf(TRANSITION) + TRANSITION.length()) : key;
    }

    /** Where settings of the same integration go. */
    String integrationPath() {
        return path.substring(0, path.indexOf(TRANSITION));
    }

    /** The body that answers; the line break says that it is whole, also when it is empty. */
    Map<String, Object> answered(String text) {
        Map<String, Object> body = new LinkedHashMap<>(parameters);
        body.put(key, text + "\n");
        return body;
    }

    /** Whether the server refuses an answer so that it can be given again. */
    boolean isRefusedBy(Api.Answer answer) {
        Json error = answer.body().at("error");
        return answer.status() >= 400
                && error.text("code").equals("validation_error")
                && error.at("field_errors").at(key).value() != null;
    }
}
