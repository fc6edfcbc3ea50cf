package dev.webhookdb.cli;

import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands of {@code org} that are about people. */
final class MemberCommands {
    private static final String CONFIRMED = "y";

    private MemberCommands() {}

    /** A command about one person. */
    abstract static class OneMember extends OrganizationCommand {
        @Option(
                names = {"-u", "--username", "--email"},
                paramLabel = "EMAIL",
                description = "Who, if it is not an argument.")
        private Optional<String> option = Optional.empty();

        @Parameters(paramLabel = "EMAIL", arity = "0..1", description = "Who: an e-mail address.")
        private Optional<String> argument = Optional.empty();

        /** Empty if the server is to ask for it. */
        final String email() {
            return option.or(() -> argument).orElse("");
        }

        final String requiredEmail() {
            return required(option, argument, "Whom");
        }
    }

    @Command(
            name = "members",
            description = "Lists who belongs to the organization, and who is invited.",
            footer = "webhookdb org members")
    static final class ListAll extends OrganizationCommand {
        @Override
        public void run() {
            output().list(api().get(path("/members")));
        }
    }

    @Command(
            name = "invite",
            description = "Invites somebody, and prints the code with which they join.",
            footer = {
                "webhookdb org invite ashley@example.com",
                "webhookdb org invite --username=ashley@example.com --role viewer"
            })
    static final class Invite extends OneMember {
        @Option(
                names = {"-r", "--role"},
                paramLabel = "ROLE",
                description = "What they may do: admin, member or viewer, who only reads. Default: member.")
        private Optional<String> role = Optional.empty();

        @Override
        public void run() {
            Map<String, Object> body = body("email", email(), "role_name", role);
            output().message(ask(path("/invite"), body, Map.of("email", "--username")));
        }
    }

    @Command(
            name = "join",
            description = "Joins the organization that one is invited to, and makes it the active one.",
            footer = "webhookdb org join join-568eb975")
    static final class Join extends ServerCommand {
        @Option(
                names = {"-c", "--code"},
                paramLabel = "CODE",
                description = "The code, if it is not an argument.")
        private Optional<String> option = Optional.empty();

        @Parameters(
                paramLabel = "CODE",
                arity = "0..1",
                description = "The code of the invitation: join- and eight digits.")
        private Optional<String> argument = Optional.empty();

        @Override
        public void run() {
            String code = option.or(() -> argument).orElse("");
            Json joined =
                    ask("/v1/organizations/join", body("invitation_code", code), Map.of("invitation_code", "--code"));
            output().message(joined);
            OrganizationCommands.activate(this, joined.at("organization"));
        }
    }

    @Command(
            name = "remove",
            description = "Removes somebody from the organization, a member or an invited one.",
            footer = "webhookdb org remove ashley@example.com")
    static final class Remove extends OneMember implements Forcible {
        @Option(
                names = {"-c", "--confirm"},
                description = "Do not ask when it is yourself.")
        private boolean confirm;

        @Override
        public void run() {
            Map<String, Object> body = body("email", requiredEmail(), "guard_confirm", confirmation(confirm));
            output().message(ask(path("/remove_member"), body, Map.of("guard_confirm", "--confirm")));
        }
    }

    @Command(
            name = "changerole",
            aliases = "change-role",
            description = "Changes what members may do.",
            footer = "webhookdb org changerole --usernames=ashley@example.com,joe@example.com --role=admin")
    static final class ChangeRole extends OrganizationCommand implements Forcible {
        @Option(
                names = {"-u", "--usernames", "--emails"},
                paramLabel = "EMAILS",
                defaultValue = "",
                description = "Whose: e-mail addresses, with commas between them.")
        private String emails;

        @Option(
                names = {"-r", "--role"},
                paramLabel = "ROLE",
                defaultValue = "",
                description = "What they may do: admin, member or viewer, who only reads.")
        private String role;

        @Option(
                names = {"-c", "--confirm"},
                description = "Do not ask when you are one of them.")
        private boolean confirm;

        @Override
        public void run() {
            Map<String, Object> body =
                    body("emails", emails, "role_name", role, "guard_confirm", confirmation(confirm));
            Map<String, String> options =
                    Map.of("emails", "--usernames", "role_name", "--role", "guard_confirm", "--confirm");
            output().message(ask(path("/change_roles"), body, options));
        }
    }

    /** What a server takes for a yes. */
    static Optional<String> confirmation(boolean confirmed) {
        return Optional.of(CONFIRMED).filter(yes -> confirmed);
    }
}
