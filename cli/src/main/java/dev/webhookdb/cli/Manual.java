package dev.webhookdb.cli;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The manual of all commands, made from their declarations, so that it is always theirs. */
final class Manual {
    /** Options that nearly every command has: explained once. */
    private static final List<String> COMMON =
            List.of("--host", "--token-file", "--org", "--format", "--quiet", "--help");

    private final Markup markup;
    private final StringBuilder text = new StringBuilder();

    private Manual(Markup markup) {
        this.markup = markup;
    }

    static String of(CommandSpec root, Markup markup) {
        Manual manual = new Manual(markup);
        manual.add(root);
        return manual.text.toString();
    }

    /** A description in one line, without the marks of picocli. */
    static String sentence(String... description) {
        return CommandLine.Help.Ansi.OFF
                .string(String.join(" ", description))
                .replace("%%", "%")
                .replace("%n", " ");
    }

    /** What a command does, in one sentence. */
    static String summary(CommandSpec command) {
        return Stream.of(command.usageMessage().description())
                .findFirst()
                .map(Manual::sentence)
                .orElse("");
    }

    private void add(CommandSpec root) {
        text.append(markup.title(root.name(), sentence(root.usageMessage().description())));
        common(root);
        text.append(markup.chapter("Commands"));
        commands(root).forEach(this::addCommand);
        environment();
        text.append(markup.chapter("Exit status"));
        root.usageMessage()
                .exitCodeList()
                .forEach((status, meaning) -> text.append(markup.definition(status, sentence(meaning))));
        end();
    }

    private void common(CommandSpec root) {
        text.append(markup.chapter("Options of most commands"));
        CommandSpec typical = root.subcommands()
                .get("integrations")
                .getSubcommands()
                .get("list")
                .getCommandSpec();
        typical.options().stream().filter(Manual::isCommon).forEach(this::addOption);
        end();
        text.append(markup.paragraph("Data goes to standard output; questions, hints and errors go to standard error."
                + " Questions are asked on a terminal; without one, each is answered by a line of standard input, and"
                + " the command fails when there is none."));
        text.append(markup.paragraph(
                "Who asks is found in this order: --token-file; WEBHOOKDB_API_TOKEN; WEBHOOKDB_TOKEN_FILE;"
                        + " the session of 'webhookdb auth login' with this server; WEBHOOKDB_OPERATOR_TOKEN; the operator's token in"
                        + " the data directory of a server on this machine."));
    }

    private void addCommand(CommandSpec command) {
        text.append(markup.command(synopsis(command)));
        String names = Stream.of(command.aliases()).collect(Collectors.joining(", "));
        text.append(markup.paragraph(sentence(described(command))));
        if (!names.isEmpty()) {
            text.append(markup.paragraph("Also called: " + names + "."));
        }
        command.positionalParameters()
                .forEach(parameter -> text.append(markup.definition(parameter.paramLabel(), description(parameter))));
        command.options().stream().filter(option -> !isCommon(option)).forEach(this::addOption);
        end();
        if (command.usageMessage().footer().length > 0) {
            text.append(markup.examples(Stream.of(command.usageMessage().footer())
                    .map(line -> sentence(line).strip())
                    .toList()));
        }
    }

    private void environment() {
        text.append(markup.chapter("Environment"));
        text.append(markup.definition("WEBHOOKDB_API_HOST", "where the server is"));
        text.append(markup.definition("WEBHOOKDB_API_TOKEN", "an API token, or the operator's"));
        text.append(markup.definition("WEBHOOKDB_TOKEN_FILE", "a file with such a token"));
        text.append(markup.definition("WEBHOOKDB_OPERATOR_TOKEN", "the operator's token, for who is not logged in"));
        text.append(markup.definition(
                "WEBHOOKDB_DATA_DIR", "the data directory of a server on this machine, with the operator's token"));
        text.append(markup.definition(
                "XDG_CONFIG_HOME", "where webhookdb/preferences.json is kept; otherwise in ~/.config"));
        text.append(markup.definition(
                "XDG_CACHE_HOME",
                "where webhookdb/ has what lets the client start faster with another Java; otherwise in ~/.cache, and may be"
                        + " removed"));
        text.append(markup.definition(
                "HTTP_PROXY, HTTPS_PROXY",
                "a proxy to reach servers through, like http://user:password@proxy.example.com:3128; never used for a"
                        + " server on this machine"));
        text.append(markup.definition(
                "NO_PROXY", "servers that are reached without it: names and domains with commas between them"));
        text.append(markup.definition("NO_COLOR", "no colours, whatever its value"));
        end();
    }

    private void end() {
        if (!text.isEmpty() && text.charAt(text.length() - 1) != '\n') {
            text.append('\n');
        }
    }

    private void addOption(OptionSpec option) {
        String names = String.join(", ", option.names());
        String label = option.arity().max() > 0 ? " " + option.paramLabel() : "";
        text.append(markup.definition(names + label, description(option)));
    }

    /** What an argument is for, in one line. */
    static String description(ArgSpec argument) {
        String text = sentence(argument.description());
        if (argument.completionCandidates() != null) {
            text = text.replace("${COMPLETION-CANDIDATES}", String.join(", ", argument.completionCandidates()));
        }
        return text.replace("${DEFAULT-VALUE}", String.valueOf(argument.defaultValue()));
    }

    private static String[] described(CommandSpec command) {
        return command.usageMessage().description();
    }

    private static boolean isCommon(OptionSpec option) {
        return Stream.of(option.names()).anyMatch(COMMON::contains) && !option.required();
    }

    private static String synopsis(CommandSpec command) {
        String parameters =
                command.positionalParameters().stream().map(Manual::label).collect(Collectors.joining());
        return command.qualifiedName() + parameters;
    }

    private static String label(PositionalParamSpec parameter) {
        return parameter.required() ? " " + parameter.paramLabel() : " [" + parameter.paramLabel() + "]";
    }

    /** The commands that do something, in the order of the help. */
    private static Collection<CommandSpec> commands(CommandSpec command) {
        List<CommandSpec> commands = new ArrayList<>();
        command.subcommands().values().stream()
                .distinct()
                .map(CommandLine::getCommandSpec)
                .forEach(below -> {
                    if (below.userObject() instanceof Runnable) {
                        commands.add(below);
                    }
                    commands.addAll(commands(below));
                });
        return commands;
    }
}
