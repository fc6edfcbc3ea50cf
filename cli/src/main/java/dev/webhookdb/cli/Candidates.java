package dev.webhookdb.cli;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code complete}: what a shell offers where a command wants the name of something that the server knows, a line for each. Its arguments
 * are the words of the command, of which the last is begun, or empty. Says nothing where it knows nothing, for whatever reason: somebody
 * is in the midst of typing.
 */
@Command(name = Candidates.NAME, hidden = true, description = "Lists what the last word of a command may become.")
final class Candidates extends OrganizationCommand {
    static final String NAME = "complete";

    /** For how many seconds a server is waited for, where it is far away. */
    private static final String PATIENCE = "WEBHOOKDB_COMPLETION_SECONDS";

    private static final long USUAL_PATIENCE = 1;

    /** What the server knows the names of, as the help calls it. */
    private static final Set<String> KNOWN = Set.of("ORG", "SERVICE", "INTEGRATION", "TARGET");

    private CommandSpec spec;

    /** Takes any words: those that say where the server is, and which organization is meant, are this command's own, too. */
    @Spec
    void takeAnyWords(CommandSpec given) {
        spec = given;
        spec.parser().unmatchedArgumentsAllowed(true);
    }

    /** Whether the server knows what a word may be. */
    static boolean areKnown(ArgSpec argument) {
        return KNOWN.contains(argument.paramLabel());
    }

    @Override
    public void run() {
        List<String> given = spec.commandLine().getParseResult().originalArgs();
        List<String> words = given.subList(given.indexOf(NAME) + 1, given.size());
        if (words.isEmpty()) {
            return;
        }
        wanted(words)
                .filter(Candidates::areKnown)
                .map(what -> inTime(what.paramLabel(), words.getFirst()))
                .orElse(List.of())
                .stream()
                .filter(candidate -> candidate.startsWith(words.getLast()))
                .forEach(candidate -> environment().out().println(Text.printable(candidate)));
    }

    private List<String> inTime(String label, String group) {
        CompletableFuture<List<String>> asked = CompletableFuture.supplyAsync(
                () -> known(label, group), task -> Thread.ofVirtual().start(task));
        try {
            return asked.get(patience(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // the server is away or slow, or nobody is logged in
            return List.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    private long patience() {
        return environment()
                .variable(PATIENCE)
                .filter(text -> text.matches("\\d{1,3}"))
                .map(Long::valueOf)
                .orElse(USUAL_PATIENCE);
    }

    /** Asks the server for what the help calls by a label. */
    private List<String> known(String label, String group) {
        return switch (label) {
            case "ORG" -> texts(api().get("/v1/me").items("verified_memberships"), "organization_key");
            case "SERVICE" -> texts(api().get(path("/services")).items("items"), "name");
            case "INTEGRATION" -> texts(api().get(path("/service_integrations")).items("items"), "opaque_id");
            case "TARGET" ->
                texts(
                        api().get(path("/sync_targets/" + group.replace("sync", "")))
                                .items("items"),
                        "opaque_id");
            default -> List.of();
        };
    }

    private static List<String> texts(List<Json> items, String name) {
        return items.stream().map(item -> item.text(name)).toList();
    }

    /** What the last word is to be, as the help calls it; nothing if the command does not take any more. */
    private Optional<ArgSpec> wanted(List<String> words) {
        CommandSpec command =
                Commands.of(environment(), words.toArray(String[]::new)).getCommandSpec();
        int place = 0;
        Optional<ArgSpec> option = Optional.empty();
        for (String word : words.subList(0, words.size() - 1)) {
            if (option.isPresent()) {
                option = Optional.empty();
            } else if (word.startsWith("-")) {
                option = Optional.<ArgSpec>ofNullable(command.findOption(word))
                        .filter(found -> found.arity().max() > 0);
            } else if (command.subcommands().containsKey(word)) {
                command = command.subcommands().get(word).getCommandSpec();
            } else {
                place++;
            }
        }
        return option.isPresent() ? option : positional(command, place);
    }

    private static Optional<ArgSpec> positional(CommandSpec command, int place) {
        return command.positionalParameters().stream()
                .filter(one ->
                        one.index().min() <= place && place <= one.index().max())
                .<ArgSpec>map(one -> one)
                .findFirst();
    }
}
