package dev.webhookdb.cli;

import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code auth}: who one is. */
@Command(
        name = "auth",
        description = "Logs in and out, and makes tokens for programs.",
        subcommands = {
            AuthCommands.LogIn.class,
            AuthCommands.LogOut.class,
            AuthCommands.WhoAmI.class,
            AuthCommands.Rename.class,
            AuthCommands.DeleteAccount.class,
            TokenCommands.class
        })
final class AuthCommands {
    @Command(
            name = "login",
            aliases = {"signup", "signin", "register"},
            description = {
                "Logs in with a one-time password, which comes by e-mail. The first time makes an account.",
                "The session is kept in ~/.config/webhookdb/preferences.json (or under $XDG_CONFIG_HOME), for this server."
            },
            footer = {
                "webhookdb auth login joe@example.com",
                "webhookdb auth login --username=joe@example.com --token=123456"
            })
    static final class LogIn extends ServerCommand {
        @Option(
                names = {"-u", "--username", "--email"},
                paramLabel = "EMAIL",
                description = "Your e-mail address, if it is not an argument.")
        private Optional<String> username = Optional.empty();

        @Option(
                names = {"-t", "--token"},
                paramLabel = "CODE",
                description = "The one-time password of an earlier 'auth login'.")
        private Optional<String> token = Optional.empty();

        @Parameters(paramLabel = "EMAIL", arity = "0..1", description = "Your e-mail address.")
        private Optional<String> email = Optional.empty();

        @Override
        public void run() {
            Connection connection = anonymous();
            Conversation conversation =
                    new Conversation(connection.api(), environment(), Map.of(), Map.of("email", "--username"));
            Api.Answer answer = conversation.post(
                    "/v1/auth", body("email", username.or(() -> email).orElse(""), "token", token.orElse("")));
            Json customer = answer.body().at("extras").at("current_customer");
            String session = answer.session()
                    .map(header -> header.split(";", 2)[0])
                    .filter(text -> !text.isBlank() && customer.has("email"))
                    .orElseThrow(() -> Failure.ofUsage(
                            answer.body().text("message") + answer.body().text("output")));
            connection.preferences().save(connection.api().base(), saved(session, customer));
            rememberServer(connection);
            output().text(answer.body().text("message") + "\n" + answer.body().text("output"), customer);
        }

        /** Whoever logs in at a server means that one from then on. */
        private void rememberServer(Connection connection) {
            String base = connection.api().base().toString();
            if (namesServer() && !connection.preferences().host().equals(Optional.of(base))) {
                connection.preferences().saveHost(base);
                output().hint("Commands are about %s from now on; 'webhookdb config set host' says another."
                        .formatted(base));
            }
        }

        private static Preferences.Saved saved(String session, Json customer) {
            return new Preferences.Saved(
                    Optional.of(session),
                    customer.text("email"),
                    Optional.of(customer.at("default_organization"))
                            .filter(organization -> organization.value() != null)
                            .map(Preferences.Organization::of));
        }
    }

    @Command(
            name = "logout",
            description = "Ends the session with this server.",
            footer = {"webhookdb auth logout", "webhookdb auth logout --all"})
    static final class LogOut extends ServerCommand {
        @Option(names = "--all", description = "End all your sessions with this server, also those on other machines.")
        private boolean all;

        @Option(
                names = {"-r", "--remove"},
                description = "Forget every server on this machine.")
        private boolean remove;

        @Override
        public void run() {
            if (remove) {
                preferences().forgetAll();
                output().hint("Every session on this machine is forgotten.");
                return;
            }
            Optional<Token> session =
                    preferences().of(base()).token().map(text -> new Token(text, Token.Kind.SESSION, "your session"));
            // forgotten first: whoever logs out wants that, also when the server is away
            preferences().forget(base());
            Map<String, Object> body = all ? Map.of("all", true) : Map.of();
            output().message(api(session).post("/v1/auth/logout", body));
        }
    }

    @Command(
            name = "whoami",
            description = "Shows who you are, and which organizations you belong to.",
            footer = {"webhookdb auth whoami", "webhookdb auth whoami --format json"})
    static final class WhoAmI extends ServerCommand {
        @Override
        public void run() {
            output().one(api().get("/v1/me"));
        }
    }

    @Command(
            name = "rename",
            description = "Says what to call you. The organizations that you belong to are told.",
            footer = "webhookdb auth rename \"Ann Lee\"")
    static final class Rename extends ServerCommand {
        @Parameters(paramLabel = "NAME", arity = "0..1", description = "Your name, which is asked for otherwise.")
        private Optional<String> name = Optional.empty();

        @Override
        public void run() {
            output().message(ask("/v1/me/rename", body("name", name.orElse("")), Map.of("name", "an argument")));
        }
    }

    @Command(
            name = "delete-account",
            description = {
                "Deletes your account: its memberships, sessions and tokens end. It cannot be undone.",
                "An organization whose only admin you are is closed, or gets another, before."
            },
            footer = {"webhookdb auth delete-account", "webhookdb auth delete-account --confirm joe@example.com"})
    static final class DeleteAccount extends ServerCommand {
        @Option(
                names = {"-c", "--confirm"},
                paramLabel = "EMAIL",
                defaultValue = "",
                description = "Your e-mail address, which is asked for otherwise.")
        private String confirm;

        @Override
        public void run() {
            Json deleted = ask("/v1/me/delete", body("confirm", confirm), Map.of("confirm", "--confirm"));
            preferences().forget(base());
            output().message(deleted);
        }
    }
}
