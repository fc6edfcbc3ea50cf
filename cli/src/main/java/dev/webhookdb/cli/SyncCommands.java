package dev.webhookdb.cli;

import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What is done with sync targets of any kind; each group has its own words for it. */
final class SyncCommands {
    private SyncCommands() {}

    @Command(name = "list")
    abstract static class ListAll extends SyncCommand {
        @Override
        public final void run() {
            output().list(api().get(syncPath("")));
        }
    }

    @Command(name = "info", aliases = "show")
    abstract static class Info extends SyncTargetCommand {
        @Override
        public final void run() {
            output().one(api().get(targetPath("")));
        }
    }

    @Command(name = "update-creds")
    abstract static class UpdateCredentials extends SyncTargetCommand implements Forcible {
        private static final Map<String, String> OPTIONS =
                Map.of("user", "--user", "password", "--password-from-env VARIABLE");

        @Option(
                names = {"-u", "--user"},
                paramLabel = "USER",
                description = "The user, who is asked for otherwise.")
        private Optional<String> user = Optional.empty();

        @Option(
                names = {"-p", "--password"},
                paramLabel = "PASSWORD",
                description =
                        "The password. It is better not written into a command, where others see it: it is asked for.")
        private Optional<String> password = Optional.empty();

        @Option(
                names = "--password-from-env",
                paramLabel = "VARIABLE",
                description = "The same, from a variable of the environment.")
        private Optional<String> variable = Optional.empty();

        @Override
        public final void run() {
            tell(
                    "/update_credentials",
                    body("user", user, "password", password.or(() -> variable.map(environment()::required))),
                    OPTIONS);
        }
    }

    @Command(name = "trigger")
    abstract static class Trigger extends SyncTargetCommand {
        @Override
        public final void run() {
            tell("/sync", Map.of(), Map.of());
        }
    }

    @Command(name = "pause")
    abstract static class Pause extends SyncTargetCommand implements Forcible {
        @Override
        public final void run() {
            tell("/pause", Map.of(), Map.of());
        }
    }

    @Command(name = "resume")
    abstract static class Resume extends SyncTargetCommand implements Forcible {
        @Override
        public final void run() {
            tell("/resume", Map.of(), Map.of());
        }
    }

    @Command(name = "delete")
    abstract static class Delete extends SyncTargetCommand implements Forcible {
        @Option(
                names = {"-c", "--confirm"},
                paramLabel = "TABLE",
                description = "The name of the table whose rows are sent, which is asked for otherwise.")
        private Optional<String> confirm = Optional.empty();

        @Override
        public final void run() {
            tell("/delete", body("confirm", confirm), Map.of("confirm", "--confirm"));
        }
    }

    @Command(name = "stats")
    abstract static class Stats extends SyncTargetCommand {
        @Override
        public final void run() {
            Json answer = api().get(targetPath("/stats"));
            switch (output().format()) {
                case table, raw -> output().blocks(answer);
                case csv, json -> output().text("", answer);
            }
        }
    }
}
