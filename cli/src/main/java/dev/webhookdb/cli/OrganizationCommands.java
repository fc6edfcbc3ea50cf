package dev.webhookdb.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code org}: organizations, and which of them is meant. */
@Command(
        name = "org",
        aliases = {"orgs", "organization", "organizations"},
        description = "Organizations: each has its own database, its own integrations and its own members.",
        subcommands = {
            OrganizationCommands.Activate.class,
            OrganizationCommands.Create.class,
            OrganizationCommands.Current.class,
            OrganizationCommands.ListAll.class,
            OrganizationCommands.Rename.class,
            OrganizationCommands.Update.class,
            OrganizationCommands.Close.class,
            OrganizationCommands.Reopen.class,
            OrganizationCommands.Move.class,
            OrganizationCommands.AuditLog.class,
            MemberCommands.ListAll.class,
            MemberCommands.Invite.class,
            MemberCommands.Join.class,
            MemberCommands.Remove.class,
            MemberCommands.ChangeRole.class
        })
final class OrganizationCommands {
    private static final int MOST_ENTRIES = 1000;

    /** Makes an organization the active one, and says so. */
    static void activate(ServerCommand command, Json organization) {
        Preferences.Organization active = Preferences.Organization.of(organization);
        command.connection().activate(active);
        command.output().hint("Organization %s (%s) is now active.".formatted(active.name(), active.key()));
    }

    @Command(
            name = "activate",
            description = "Chooses the organization that commands are about, unless --org says another.",
            footer = "webhookdb org activate acme_corp")
    static final class Activate extends ServerCommand {
        @Option(
                names = {"-o", "--org"},
                paramLabel = "ORG",
                description = "The organization, if it is not an argument.")
        private Optional<String> option = Optional.empty();

        @Parameters(
                paramLabel = "ORG",
                arity = "0..1",
                description = "Its key, number or name: see 'webhookdb org list'.")
        private Optional<String> argument = Optional.empty();

        @Override
        public void run() {
            String organization = required(option, argument, "Which organization");
            Json found = api().get("/v1/organizations/-" + Api.query(Map.of("org", organization)));
            activate(this, found);
            output().message(found);
        }
    }

    @Command(
            name = "create",
            description = "Creates an organization and its database, and makes it the active one.",
            footer = {
                "webhookdb org create \"Acme Corp\"",
                "webhookdb org create \"Acme Corp\" --format json",
                "webhookdb org create \"Acme Corp\" --tag eu"
            })
    static final class Create extends ServerCommand {
        @Option(
                names = {"-n", "--name"},
                paramLabel = "NAME",
                description = "What people call it, if it is not an argument.")
        private Optional<String> option = Optional.empty();

        @Parameters(
                paramLabel = "NAME",
                arity = "0..1",
                description = "What people call it; its key is made from that.")
        private Optional<String> argument = Optional.empty();

        @Option(
                names = "--server",
                paramLabel = "SERVER",
                description = "The operator: the name of the server on which its database is created.")
        private Optional<String> server = Optional.empty();

        @Option(
                names = "--tag",
                paramLabel = "TAG",
                description = "The operator: its database is created on a server with this tag; may be repeated.")
        private List<String> tags = List.of();

        @Override
        public void run() {
            String name = option.or(() -> argument).orElse("");
            Optional<String> wanted = tags.isEmpty() ? Optional.empty() : Optional.of(String.join(",", tags));
            Json created =
                    ask("/v1/organizations/create", body("name", name, "server", server, "tags", wanted), Map.of());
            output().message(created);
            activate(this, created);
        }
    }

    @Command(name = "current", description = "Shows the active organization.", footer = "webhookdb org current")
    static final class Current extends ServerCommand {
        @Override
        public void run() {
            Optional<Preferences.Organization> active = preferences().of(base()).organization();
            String shown = active.map(one -> "%s (%s)".formatted(one.name(), one.key()))
                    .orElse("<none>");
            output().text(shown, active.map(Preferences.Organization::json).orElseGet(() -> new Json(Map.of())));
        }
    }

    @Command(
            name = "list",
            description = "Lists your organizations, and those you are invited to.",
            footer = "webhookdb org list")
    static final class ListAll extends ServerCommand {
        @Override
        public void run() {
            String active = connection()
                    .saved()
                    .organization()
                    .map(Preferences.Organization::key)
                    .orElse("");
            output().blocks(api().get(
                            "/v1/me/organization_memberships" + Api.query(Map.of("active_org_identifier", active))));
        }
    }

    @Command(
            name = "rename",
            description = "Gives the organization another name; its key stays.",
            footer = "webhookdb org rename \"Acme Corporation\"")
    static final class Rename extends OrganizationCommand implements Forcible {
        @Parameters(paramLabel = "NAME", arity = "0..1", description = "The new name.")
        private Optional<String> name = Optional.empty();

        @Override
        public void run() {
            output().message(ask(path("/rename"), body("name", name.orElse("")), Map.of("name", "an argument")));
        }
    }

    @Command(
            name = "update",
            description = "Changes what is known about the organization.",
            footer = "webhookdb org update --field billing_email --value books@example.com")
    static final class Update extends OrganizationCommand implements Forcible {
        @Option(
                names = {"-f", "--field"},
                paramLabel = "FIELD",
                required = true,
                description = "What to change: name or billing_email.")
        private String field;

        @Option(
                names = {"-v", "--value"},
                paramLabel = "VALUE",
                required = true,
                description = "What it becomes.")
        private String value;

        @Override
        public void run() {
            output().message(api().post(path("/update"), body("field", field, "value", value)));
        }
    }

    @Command(
            name = "close",
            description = {
                "Closes the organization: nobody gets in, and webhooks are refused.",
                "Its database is dropped some days later; until then 'webhookdb org reopen' brings everything back."
            },
            footer = {"webhookdb org close --org acme_corp", "webhookdb org close --org acme_corp --confirm"})
    static final class Close extends OrganizationCommand implements Forcible {
        @Option(
                names = {"-c", "--confirm"},
                description = "Do not ask. Without a terminal nothing is asked.")
        private boolean confirm;

        @Override
        public void run() {
            if (!confirm && environment().input().isPerson()) {
                requireYes();
            }
            Json step = ask(path("/close"), body(), Map.of());
            output().text(step.text("output"), step);
        }

        private void requireYes() {
            String name = api().get(path("")).text("name");
            String prompt = "Close %s? Nobody gets in then, and webhooks are refused. [y/N]".formatted(name);
            boolean yes = environment()
                    .input()
                    .ask(prompt, false)
                    .map(answer -> List.of("y", "yes").contains(answer.strip().toLowerCase(Locale.ROOT)))
                    .orElse(false);
            if (!yes) {
                throw Failure.ofUsage("Nothing was closed.");
            }
        }
    }

    @Command(
            name = "reopen",
            description = "Opens the organization again that was closed, while it is still there.",
            footer = "webhookdb org reopen acme_corp")
    static final class Reopen extends OrganizationCommand {
        @Parameters(paramLabel = "ORG", arity = "0..1", description = "Its key or number, if not with --org.")
        private Optional<String> argument = Optional.empty();

        @Override
        public void run() {
            String path = argument.map(name -> "/v1/organizations/" + Api.encoded(name) + "/reopen")
                    .orElseGet(() -> path("/reopen"));
            output().message(api().post(path, body()));
        }
    }

    @Command(
            name = "move",
            description = {
                "The operator: moves the organization's database to another server of database.servers, while webhooks keep arriving.",
                "'webhookdb db migrations list --org ORG' shows how far it is, and 'webhookdb db migrations cancel --org ORG' ends it."
            },
            footer = {
                "webhookdb org move acme_corp --server eu-2 --dry-run",
                "webhookdb org move acme_corp --server eu-2"
            })
    static final class Move extends ServerCommand {
        @Parameters(paramLabel = "ORG", description = "Its key: see 'webhookdb org list'.")
        private String organization;

        @Option(
                names = "--server",
                paramLabel = "SERVER",
                required = true,
                description = "The name of the server that it moves to.")
        private String server;

        @Option(names = "--dry-run", description = "Only say what would be moved.")
        private boolean dryRun;

        @Override
        public void run() {
            String path = "/v1/operator/organizations/%s/move".formatted(Api.encoded(organization));
            output().message(operator().post(path, body("server", server, "dry_run", Boolean.toString(dryRun))));
        }
    }

    @Command(
            name = "audit",
            description = "Lists who changed what in the organization, the newest first.",
            footer = {"webhookdb org audit --limit 20", "webhookdb org audit --format csv >audit.csv"})
    static final class AuditLog extends OrganizationCommand {
        @Option(
                names = "--limit",
                paramLabel = "N",
                defaultValue = "50",
                description = "How many, from 1 to " + MOST_ENTRIES + ". Default: ${DEFAULT-VALUE}.")
        private int limit;

        @Option(names = "--before", paramLabel = "ID", description = "Only what was before the entry with this id.")
        private Optional<String> before = Optional.empty();

        @Override
        public void run() {
            Map<String, String> parameters = new LinkedHashMap<>();
            parameters.put("limit", Failure.requireBetween("--limit", limit, 1, MOST_ENTRIES));
            parameters.put("before", before.orElse(""));
            output().list(api().get(path("/audit") + Api.query(parameters)));
        }
    }
}
