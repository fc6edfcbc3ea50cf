package dev.webhookdb.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    /** Supplies settings of an integration one by one, those that are not secret first. */
    static void supply(Api api, String integrationPath, Map<String, String> settings) {
        settings.forEach((name, value) -> {
            Api.Answer answer =
                    api.sendPost(integrationPath + "/transition/" + Api.encoded(name), Map.of("value", value));
            Optional<Question> again =
                    Question.in(answer).filter(question -> question.name().equals(name));
            if (again.isPresent()) {
                throw Failure.ofUsage("The setting " + name + " is refused. "
                        + again.get().output().strip());
            }
            api.accepted(answer);
        });
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
