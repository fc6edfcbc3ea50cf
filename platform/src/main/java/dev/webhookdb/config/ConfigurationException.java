package dev.webhookdb.config;

import java.util.List;
import java.util.stream.Collectors;

/** The configuration cannot be used; names everything that is wrong with it, so that one correction is enough. */
public final class ConfigurationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    ConfigurationException(List<Problem> problems) {
        super(problems.stream()
                .map(problem -> "  " + problem)
                .collect(Collectors.joining(
                        "\n",
                        problems.size() == 1
                                ? "There is a problem with the configuration:\n"
                                : "There are %d problems with the configuration:\n".formatted(problems.size()),
                        "")));
        this.problems = List.copyOf(problems);
    }

    public List<Problem> problems() {
        return problems;
    }
}
