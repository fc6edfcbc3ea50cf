package dev.webhookdb.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** An integration's settings, from options. A secret is better not written into a command: others see it in the process list. */
final class Settings {
    @Option(names = "--set", paramLabel = "NAME=VALUE", description = "A setting that is not secret.")
    private Map<String, String> plain = Map.of();

    @Option(
            names = "--set-from-env",
            paramLabel = "NAME=VARIABLE",
            description = "A setting, from a variable of the environment.")
    private Map<String, String> fromEnvironment = Map.of();

    @Option(names = "--set-from-file", paramLabel = "NAME=FILE", description = "A setting, from a file.")
    private Map<String, Path> fromFile = Map.of();

    Map<String, String> read(Environment environment) {
        Map<String, String> settings = new LinkedHashMap<>(plain);
        fromEnvironment.forEach((name, variable) -> settings.put(
                name,
                environment
                        .variable(variable)
                        .orElseThrow(() -> Failure.ofUsage("The environment has no variable " + variable
                                + ", from which " + name + " should come. Export it, and try again."))));
        fromFile.forEach((name, file) -> settings.put(name, contents(name, file)));
        return settings;
    }

    /**
     * Supplies settings of an integration one by one, those that are not secret first. A secret that came before what decides where it
     * is sent is asked for again, and supplied once more.
     */
    static void supply(Api api, String integrationPath, Map<String, String> settings) {
        Map<String, String> onceMore = new HashMap<>(settings);
        Optional<String> asked = Optional.empty();
        for (var setting : settings.entrySet()) {
            asked = supply(api, integrationPath, setting.getKey(), setting.getValue());
        }
        while (asked.isPresent() && onceMore.containsKey(asked.get())) {
            asked = supply(api, integrationPath, asked.get(), onceMore.remove(asked.get()));
        }
    }

    /** Supplies a setting, and returns which one is asked for next. */
    private static Optional<String> supply(Api api, String integrationPath, String name, String value) {
        Api.Answer answer = api.sendPost(integrationPath + "/transition/" + Api.encoded(name), Map.of("value", value));
        Optional<Question> asked = Question.in(answer);
        if (asked.filter(question -> question.name().equals(name)).isPresent()) {
            throw Failure.ofUsage("The setting " + name + " is refused. "
                    + asked.get().output().strip());
        }
        api.accepted(answer);
        return asked.map(Question::name);
    }

    private static String contents(String name, Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw Failure.ofUsage("The file " + file + ", from which " + name
                    + " should come, cannot be read. Check its name" + " and its permissions.");
        }
    }
}
