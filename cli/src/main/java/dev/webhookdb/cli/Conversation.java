package dev.webhookdb.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Goes on as long as the server asks. Answers come from options first, each once; what they do not answer, a person does, or lines of
 * standard input. Where there is no answer it ends with the option that gives it, thus never waits for nobody.
 */
final class Conversation {
    private final Api api;
    private final BiFunction<String, Map<String, ?>, Api.Answer> sender;
    private final Environment environment;
    private final Map<String, String> given;
    private final Map<String, String> options;
    private Optional<String> integrationPath = Optional.empty();

    /**
     * @param given answers by the name of what is asked for
     * @param options what gives an answer on the command line, by the same name, where it is not called like it
     */
    Conversation(Api api, Environment environment, Map<String, String> given, Map<String, String> options) {
        this(api, environment, given, options, api::sendPost);
    }

    /** @param sender how a path and a body are posted */
    Conversation(
            Api api,
            Environment environment,
            Map<String, String> given,
            Map<String, String> options,
            BiFunction<String, Map<String, ?>, Api.Answer> sender) {
        this.api = api;
        this.sender = sender;
        this.environment = environment;
        this.given = new LinkedHashMap<>(given);
        this.options = options;
    }

    /** Posts, answers what is asked, and gives the answer after the last question. */
    Api.Answer post(String path, Map<String, ?> body) {
        return goOn(sender.apply(path, body));
    }

    /** The answers that nobody asked for. */
    Map<String, String> unused() {
        return given;
    }

    /** The integration that settings were asked for. */
    Optional<String> integrationPath() {
        return integrationPath;
    }

    private Api.Answer goOn(Api.Answer first) {
        Api.Answer answer = first;
        Optional<Question> question = Question.in(answer);
        while (question.isPresent()) {
            answer = put(question.get());
            question = Question.in(answer);
        }
        api.accepted(answer);
        return answer;
    }

    private Api.Answer put(Question question) {
        if (question.isSetting()) {
            integrationPath = Optional.of(question.integrationPath());
        }
        Optional<String> known = Optional.ofNullable(given.remove(question.name()));
        if (known.isPresent()) {
            return sender.apply(question.path(), question.answered(known.get()));
        }
        environment.tell(question.output());
        while (true) {
            Api.Answer answer = sender.apply(question.path(), question.answered(ask(question)));
            if (!question.isRefusedBy(answer)) {
                return answer;
            }
            environment.tell(answer.body().at("error").text("message"));
        }
    }

    private String ask(Question question) {
        return environment
                .input()
                .ask(question.prompt(), question.hidden())
                .orElseThrow(() -> Failure.ofUsage("There is no answer to '" + question.prompt() + "'. Give it with "
                        + option(question) + ", or run the command on a terminal."));
    }

    private String option(Question question) {
        String name = question.name();
        if (question.isSetting()) {
            return "--set-from-env %1$s=VARIABLE, --set-from-file %1$s=FILE or --set %1$s=VALUE".formatted(name);
        }
        return options.getOrDefault(name, "--" + name.replace('_', '-'));
    }
}
