package dev.webhookdb.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExitCodeGenerator;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code config plan|apply|export|schema}: files that say what exists. For who runs the server. */
final class DeclarationCommands {
    private static final int CHANGES = 2;
    private static final String STANDARD_INPUT = "-";

    private DeclarationCommands() {}

    abstract static class Declared extends ServerCommand {
        @Parameters(
                paramLabel = "FILE",
                arity = "0..*",
                description =
                        "Files of this machine to send, or - for standard input. Default: those in organizations-dir of the server.")
        private List<String> files = List.of();

        @Option(
                names = "--prune",
                description = "Delete what a file made and none has any more. Without it, such things stay.")
        private boolean prune;

        /** Asks the server; whatever goes wrong is no plan. */
        final Json asked(String path) {
            try {
                return operator().postPatiently(path, body("documents", documents(), "prune", prune));
            } catch (Failure failure) {
                throw Failure.ofServer(failure.getMessage());
            }
        }

        private List<Map<String, String>> documents() {
            return files.stream()
                    .map(file -> Map.of("name", file, "yaml", read(file)))
                    .toList();
        }

        private String read(String file) {
            if (file.equals(STANDARD_INPUT)) {
                return environment().input().rest();
            }
            try {
                return Files.readString(Path.of(file), StandardCharsets.UTF_8);
            } catch (IOException | InvalidPathException e) {
                throw Failure.ofUsage("The file %s cannot be read: %s.".formatted(file, e.getMessage()));
            }
        }
    }

    @Command(
            name = "plan",
            description = {
                "Shows what applying the server's files would do: + create, ~ change, - delete, = stays though no file has it any more.",
                "Nothing is changed. With files of this machine, those are compared with what there is; they can use ${env:NAME} of the",
                "server, and no ${file:PATH}. Exit status: 0 nothing to do, 2 something to do, 1 it is not possible."
            },
            footer = {
                "webhookdb config plan",
                "webhookdb config plan --prune --format json",
                "webhookdb config export | webhookdb config plan -"
            })
    static final class Plan extends Declared implements IExitCodeGenerator {
        private int status;

        @Override
        public void run() {
            Json plan = asked("/v1/operator/config/plan");
            boolean nothing = List.of("create", "update", "delete").stream()
                    .allMatch(count -> plan.text(count).equals("0"));
            status = nothing ? 0 : CHANGES;
            output().text(plan.text("message"), plan);
        }

        @Override
        public int getExitCode() {
            return status;
        }
    }

    @Command(
            name = "apply",
            description = {
                "Makes everything as the server's files say, and shows what was done. Where something fails, what was done before stays, and the",
                "next time goes on. Exit status: 0 everything is as the files say, 1 it is not."
            },
            footer = {"webhookdb config apply", "webhookdb config apply --prune", "webhookdb config apply acme.yaml"})
    static final class Apply extends Declared {
        @Override
        public void run() {
            Json applied = asked("/v1/operator/config/apply");
            output().text(applied.text("message"), applied);
            List<Json> failures = applied.items("failures");
            if (!failures.isEmpty()) {
                throw Failure.ofServer(String.join(
                        "\n",
                        failures.stream()
                                .map(one -> "%s:%s: %s: %s"
                                        .formatted(
                                                one.text("file"),
                                                one.text("line"),
                                                one.text("key"),
                                                one.text("message")))
                                .toList()));
            }
        }
    }

    @Command(
            name = "export",
            description = {
                "Writes files for what there is. A secret is a reference to a variable that falls back to what is stored:",
                "here such a file changes nothing, and elsewhere 'config plan' says which variables are missing."
            },
            footer = {
                "webhookdb config export >conf/organizations.d/everything.yaml",
                "webhookdb config export --org acme"
            })
    static final class Export extends ServerCommand {
        @Option(
                names = {"-o", "--org"},
                paramLabel = "ORG",
                description = "The organization's key. Default: all of them.")
        private Optional<String> organization = Optional.empty();

        @Override
        public void run() {
            String query =
                    organization.map(key -> "?organization=" + Api.encoded(key)).orElse("");
            Json exported = operator().get("/v1/operator/config/export" + query);
            output().text(exported.text("yaml").stripTrailing(), exported);
        }
    }

    /** Which files there is a schema for. */
    enum SchemaName {
        organizations,
        webhookdb
    }

    @Command(
            name = "schema",
            description = {
                "Prints the JSON Schema of files: of those in organizations.d, or of webhookdb.yaml. Editors complete and check with it;",
                "both are in conf/schema of the installation."
            },
            footer = "webhookdb config schema organizations")
    static final class Schema extends ServerCommand {
        @Parameters(
                paramLabel = "NAME",
                defaultValue = "organizations",
                description = "One of ${COMPLETION-CANDIDATES}. Default: organizations.")
        private SchemaName name;

        @Override
        public void run() {
            Path file = Path.of(environment().variable("WEBHOOKDB_HOME").orElse(""))
                    .resolve("conf/schema/%s.schema.json".formatted(name));
            try {
                environment().out().print(Files.readString(file, StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw Failure.ofUsage("This installation has no %s. It belongs to the tarball.".formatted(file));
            }
        }
    }
}
