package dev.webhookdb.api;

import dev.webhookdb.integration.Integration;
import dev.webhookdb.integration.Integrations;
import dev.webhookdb.integration.Setup;
import dev.webhookdb.spi.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How integrations come to be: of one service, or of several of a connector's. What was begun and not finished is gone on with. Thread-safe. */
final class IntegrationCreation {
    private final IntegrationHandlers handlers;
    private final Integrations integrations;
    private final Setup setup;
    private final Beginning beginning;

    IntegrationCreation(IntegrationHandlers handlers, Integrations integrations, Setup setup, Beginning beginning) {
        this.handlers = handlers;
        this.integrations = integrations;
        this.setup = setup;
        this.beginning = beginning;
    }

    /** The first question about an integration, after some words. */
    interface Beginning {
        JsonObjectBuilder of(Call call, Integration integration, String output);
    }

    /** Refuses settings that what is to be created would not take; nothing is created. */
    JsonObjectBuilder check(Call call) {
        String wanted = call.parameters().required("service_name", "The service to replicate:");
        Map<String, String> supplied =
                JsonResponses.texts(call.parameters().given().getOrDefault("settings", new Json.Null()));
        List<String> offered = setup.services(wanted);
        boolean chosen = call.parameters().text("services").isPresent();
        List<String> services = offered.isEmpty() || chosen ? services(call, wanted) : offered;
        IntegrationHandlers.refusing(() -> integrations.check(services, supplied));
        return new JsonObjectBuilder().with("message", "");
    }

    /** Creates what is wanted, or goes on with what somebody began to create. */
    JsonObjectBuilder create(Call call) {
        String wanted = call.parameters().required("service_name", "The service to replicate:");
        List<String> services = services(call, wanted);
        List<Integration> others = integrations.of(call.organization().id()).stream()
                .filter(other -> services.contains(other.service()))
                .toList();
        return IntegrationHandlers.refusing(() -> unfinished(others, services)
                .map(begun -> beginning.of(
                        call,
                        begun.getFirst(),
                        "%s was begun before and is not finished; this goes on with it.\n".formatted(wanted)))
                .orElseGet(() -> {
                    confirm(call, others);
                    List<Integration> created =
                            integrations.prepare(call.organization().id(), services);
                    created.forEach(one -> handlers.note(call, one, "create integration", one.table()));
                    return beginning.of(call, created.getFirst(), "");
                }));
    }

    private static void confirm(Call call, List<Integration> others) {
        if (!others.isEmpty()) {
            call.parameters()
                    .confirm(
                            "guard_confirm",
                            "Press Enter to make another, or Ctrl-C to stop:",
                            others.stream()
                                    .map(other -> "%s is replicated already, into %s."
                                            .formatted(other.service(), other.table()))
                                    .collect(Collectors.joining("\n")));
        }
    }

    /** What was made for just these services, and waits for its settings. */
    private Optional<List<Integration>> unfinished(List<Integration> candidates, List<String> services) {
        return candidates.stream()
                .filter(setup::isUnfinished)
                .map(setup::fed)
                .filter(fed -> fed.stream()
                        .map(Integration::service)
                        .collect(Collectors.toSet())
                        .equals(Set.copyOf(services)))
                .findFirst();
    }

    /** One service, or those that somebody chooses from a connector's: they share a URL and a secret. */
    private List<String> services(Call call, String wanted) {
        List<String> offered = setup.services(wanted);
        if (offered.isEmpty()) {
            return List.of(wanted);
        }
        String prompt = "Which services, separated by commas? 'all' takes every one:";
        String chosen = call.parameters()
                .text("services")
                .orElseThrow(() -> call.parameters()
                        .ask("services", prompt, "%s has: %s".formatted(wanted, String.join(", ", offered)), false));
        List<String> services = chosen.equalsIgnoreCase("all")
                ? offered
                : Stream.of(chosen.split(",", -1))
                        .map(String::strip)
                        .filter(name -> !name.isEmpty())
                        .distinct()
                        .toList();
        List<String> unknown =
                services.stream().filter(name -> !offered.contains(name)).toList();
        if (!unknown.isEmpty()) {
            throw call.parameters()
                    .ask(
                            "services",
                            prompt,
                            "%s has no %s. It has: %s"
                                    .formatted(wanted, String.join(", ", unknown), String.join(", ", offered)),
                            false);
        }
        return services;
    }
}
