package dev.webhookdb.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What makes shells complete commands and options, from the tree of commands. */
final class Completions {
    private static final String NAME = "webhookdb";

    /** What the generated script finds nothing for may be a name that the server knows. */
    private static final String KNOWN = """

            function _webhookdb_and_known() {
              _complete_webhookdb "$@"
              if [ "${#COMPREPLY[@]}" -eq 0 ]; then
                local IFS=$'\\n'
                COMPREPLY=( $("${COMP_WORDS[0]}" complete "${COMP_WORDS[@]:1:$COMP_CWORD}" 2>/dev/null </dev/null) )
              fi
            }
            complete -F _webhookdb_and_known -o default webhookdb
            """;

    /** Picocli's name in zsh for what zsh has not; as other functions are called, the alias is not seen, and each would complain. */
    private static final String ALIAS = "  alias compopt=complete\n";

    /** The first TAB is what loads the script from a directory, and wants an answer. */
    private static final String FIRST_IN_ZSH = """
            if [ "${funcstack[1]}" = _webhookdb ]; then
              _bash_complete -o default -F _webhookdb_and_known
            fi
            """;

    private static final String KNOWN_IN_FISH = " -a '(__webhookdb_known)'";

    private Completions() {}

    static String bash(CommandLine commands) {
        return AutoComplete.bash(NAME, commands) + KNOWN;
    }

    /** Zsh understands most of what is written for Bash; the first line lets it be loaded from a directory of its functions. */
    static String zsh(CommandLine commands) {
        return "#compdef " + NAME + "\n" + bash(commands).replace(ALIAS, "") + FIRST_IN_ZSH;
    }

    static String fish(CommandSpec root) {
        List<String> lines = new ArrayList<>();
        lines.add("# Completes webhookdb in fish.");
        lines.add("function __webhookdb_at");
        lines.add("    set -l words (commandline -opc)[2..]");
        lines.add("    test \"$words\" = \"$argv\"; or string match -q -- \"$argv -*\" \"$words\"");
        lines.add("end");
        lines.add("function __webhookdb_known");
        lines.add("    webhookdb complete (commandline -opc)[2..] (commandline -ct) 2>/dev/null");
        lines.add("end");
        lines.add("complete -c " + NAME + " -f");
        fish(lines, root, "");
        return String.join("\n", lines) + "\n";
    }

    private static void fish(List<String> lines, CommandSpec command, String words) {
        String condition = "complete -c " + NAME + " -n " + quoted("__webhookdb_at " + words);
        subcommands(command)
                .forEach((name, below) ->
                        lines.add("%s -a %s -d %s".formatted(condition, name, quoted(Manual.summary(below)))));
        command.options().stream()
                .filter(option -> !option.hidden())
                .forEach(option -> lines.add(condition + fish(option)));
        command.positionalParameters().stream()
                .filter(Candidates::areKnown)
                .limit(1)
                .forEach(one -> lines.add(condition + KNOWN_IN_FISH));
        subcommands(command).forEach((name, below) -> fish(lines, below, words.isEmpty() ? name : words + " " + name));
    }

    private static String fish(OptionSpec option) {
        String names = List.of(option.names()).stream()
                .map(name -> name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1))
                .collect(Collectors.joining());
        String value = option.arity().max() > 0 ? " -x" : "";
        return names + value + candidates(option) + " -d " + quoted(Manual.description(option));
    }

    private static String candidates(OptionSpec option) {
        if (option.completionCandidates() != null) {
            return " -a " + quoted(String.join(" ", option.completionCandidates()));
        }
        return Candidates.areKnown(option) ? KNOWN_IN_FISH : "";
    }

    /** Without the other names that a command has. */
    private static Map<String, CommandSpec> subcommands(CommandSpec command) {
        Map<String, CommandSpec> subcommands = new TreeMap<>();
        command.subcommands()
                .values()
                .forEach(below -> subcommands.put(below.getCommandName(), below.getCommandSpec()));
        return subcommands;
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
