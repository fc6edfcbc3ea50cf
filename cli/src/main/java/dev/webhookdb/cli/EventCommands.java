package dev.webhookdb.cli;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Commands of {@code notification} about events, whoever is told of them. */
final class EventCommands {
    private EventCommands() {}

    @Command(
            name = "listen",
            description = {
                "Shows what happens, until Ctrl-C: a line for each event, or with '-f json' the event.",
                "With --forward it sends each to a program on this machine, signed as a notification is."
            },
            footer = {
                "webhookdb notification listen",
                "webhookdb notification listen --forward http://localhost:3000/hook --events 'stripe_charge_v1.*'"
            })
    static final class Listen extends OrganizationCommand {
        @Option(
                names = "--forward",
                paramLabel = "URL",
                description = "Where each event is sent, and what is answered is shown.")
        private Optional<URI> forward = Optional.empty();

        @Option(
                names = {"-e", "--events"},
                paramLabel = "EVENT,...",
                description = "Which: types and patterns, see 'webhookdb notification events'. Default: all.")
        private Optional<String> events = Optional.empty();

        @Option(
                names = "--after",
                paramLabel = "CURSOR",
                description = "Go on where another 'listen' ended. Default: now.")
        private Optional<String> after = Optional.empty();

        @Option(
                names = "--secret",
                paramLabel = "SECRET",
                description = "What signs forwarded events. Default: a random one, which is shown.")
        private Optional<String> secret = Optional.empty();

        @Override
        public void run() {
            try (Forwarder forwarder = Forwarder.to(forward, secret)) {
                forwarder
                        .signing()
                        .ifPresent(text -> output().hint("What is forwarded is signed with %s.".formatted(text)));
                Listener listener = new Listener(environment(), output(), this::page, forwarder, after);
                Thread farewell = Thread.ofPlatform()
                        .unstarted(() -> listener.cursor()
                                .ifPresent(
                                        cursor -> output().hint("'--after %s' goes on from here.".formatted(cursor))));
                Runtime.getRuntime().addShutdownHook(farewell);
                listener.run();
            }
        }

        private Json page(Optional<String> cursor, int wait) {
            Map<String, String> parameters = new LinkedHashMap<>();
            parameters.put("organization", organizationName());
            parameters.put("types", events.orElse(""));
            parameters.put("after", cursor.orElse(""));
            parameters.put("wait", Integer.toString(wait));
            return api().get("/v1/events" + Api.query(parameters));
        }
    }

    @Command(
            name = "events",
            description = {
                "Lists the types of events that there are.",
                "With a TYPE it shows what such an event holds, as a JSON schema."
            },
            footer = {"webhookdb notification events", "webhookdb notification events stripe_charge_v1.updated"})
    static final class Types extends ServerCommand {
        @Parameters(paramLabel = "TYPE", arity = "0..1", description = "The type to show.")
        private Optional<String> type = Optional.empty();

        @Override
        public void run() {
            if (type.isPresent()) {
                output().json(api().get("/v1/event-types/" + Api.encoded(type.get()))
                        .at("schema"));
                return;
            }
            Json answer = api().get("/v1/event-types?schemas=false");
            Map<String, Object> items = new LinkedHashMap<>();
            items.put("items", answer.at("data").value());
            output().list(new Json(items), List.of("name", "description"));
        }
    }
}
