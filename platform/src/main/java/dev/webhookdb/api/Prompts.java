package dev.webhookdb.api;

import java.util.List;

/** The two steps of a conversation that the command line client knows: a question, and the end. */
final class Prompts {
    /** The member with what programs are told, where an answer is for people else. */
    static final String RESULT = "result";

    private Prompts() {}

    /**
     * Asks.
     *
     * @param output what to show first; may be empty
     * @param secret whether what is typed is not shown
     * @param path where the answer goes; without a per cent sign, which the client would take for a format
     * @param parameters what goes there with the answer
     * @param name under which the answer goes
     */
    static JsonObjectBuilder ask(
            String output, String prompt, boolean secret, String path, JsonObjectBuilder parameters, String name) {
        return new JsonObjectBuilder()
                .with("needs_input", true)
                .with("complete", false)
                .with("output", output)
                .with("prompt", prompt)
                .with("prompt_is_secret", secret)
                .with("post_to_url", path)
                .with("post_params", parameters)
                .with("post_params_value_key", name)
                .with("message", "")
                .with("error_code", "")
                .with("extras", new JsonObjectBuilder());
    }

    /**
     * Ends.
     *
     * @param output what people are told
     * @param result what programs are told: what was made or changed, with its id
     */
    static JsonObjectBuilder complete(String output, JsonObjectBuilder result) {
        return new JsonObjectBuilder()
                .with(RESULT, result)
                .with("needs_input", false)
                .with("complete", true)
                .with("output", output)
                .with("prompt", "")
                .with("prompt_is_secret", false)
                .with("post_to_url", "")
                .with("post_params", new JsonObjectBuilder())
                .with("post_params_value_key", "value")
                .with("message", "")
                .with("error_code", "")
                .with("extras", new JsonObjectBuilder());
    }

    /**
     * Ends without success.
     *
     * @param output why, for people
     * @param code the same for programs
     */
    static JsonObjectBuilder failed(String output, String code) {
        return complete(output, new JsonObjectBuilder()).with("error_code", code);
    }

    /** Returns a list with the columns to show: pairs of a key and a label. */
    static JsonObjectBuilder list(List<JsonObjectBuilder> items, String message, List<List<String>> headers) {
        return new JsonObjectBuilder()
                .with("object", "list")
                .with("items", items)
                .with("current_page", 1)
                .with("page_count", 1)
                .with("total_count", items.size())
                .with("has_more", false)
                .with("message", message)
                .withTable("display_headers", headers);
    }
}
