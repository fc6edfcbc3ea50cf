package dev.webhookdb.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** {@code status}: all that one wants to know first. */
@Command(
        name = "status",
        description = {
            "Shows which server is meant, who you are, and how the organization's integrations do: what came last, what waits, and what is to be mended.",
            "The lag is how long the oldest webhook waits that is not in its table yet."
        },
        footer = {"webhookdb status", "webhookdb status --format json"})
final class StatusCommand extends OrganizationCommand {
    @Override
    public void run() {
        Json health = anonymous().api().sendGet("/healthz").body();
        Json status = api().get(path("/status"));
        List<String> problems = Stream.concat(
                        Stream.concat(
                                health.strings("failing").stream()
                                        .map(task -> "The server's task %s does not succeed; its log says why."
                                                .formatted(task)),
                                health.strings("problems").stream()),
                        status.items("problems").stream()
                                .map(problem -> problem.text("table_name") + ": " + problem.text("problem")))
                .toList();
        switch (output().format()) {
            case table -> {
                summary(status, health);
                output().line("");
                output().list(status);
                output().line("");
                output().line(problems.isEmpty() ? "There are no problems." : "Problems:");
                problems.forEach(problem -> output().line(Output.GAP + Text.printable(problem)));
            }
            case csv -> output().list(status);
            case json, raw -> output().json(whole(status, health));
        }
    }

    private void summary(Json status, Json health) {
        Json organization = status.at("organization");
        output().rows(List.of(
                List.of("Server", "%s (%s)".formatted(base(), health.text("status"))),
                List.of("Logged in as", "%s (%s)".formatted(status.text("login"), status.text("role"))),
                List.of("Organization", "%s (%s)".formatted(organization.text("name"), organization.text("key")))));
    }

    private Json whole(Json status, Json health) {
        Map<String, Object> server = new LinkedHashMap<>();
        server.put("url", base().toString());
        server.put("status", health.text("status"));
        server.put("failing", health.at("failing").value());
        server.put("problems", health.at("problems").value());
        Map<String, Object> whole = new LinkedHashMap<>();
        whole.put("server", server);
        Stream.of("login", "role", "organization")
                .forEach(name -> whole.put(name, status.at(name).value()));
        whole.put("integrations", status.at("items").undecorated().value());
        whole.put("problems", status.at("problems").value());
        return new Json(whole);
    }
}
