package dev.webhookdb.doctor;

import dev.webhookdb.spi.Json;
import java.util.List;
import java.util.Optional;

/** What the server on this machine says of itself, if one runs. */
final class RunningServerCheck {
    static final String NAME = "server";

    private final LocalServer server;

    RunningServerCheck(LocalServer server) {
        this.server = server;
    }

    List<Finding> examine() throws InterruptedException {
        if (!(server.get("/healthz") instanceof Web.Answer.Given health)) {
            return Findings.skipped(NAME, "No server answers at %s.".formatted(server.base()));
        }
        Findings findings = new Findings(NAME);
        Optional<Json> said =
                Identity.json(health.body()).filter(json -> json.text("status").isPresent());
        if (said.isEmpty()) {
            return findings.problem(
                            "Something else than webhookdb answers at %s.".formatted(server.base()),
                            "Stop that program, or set server.port to another port.")
                    .all();
        }
        List<String> failing = texts(said.get(), "failing");
        if (!failing.isEmpty()) {
            findings.warning(
                    "In the background these do not succeed: %s.".formatted(Findings.named(failing)),
                    "The server's log says why.");
        }
        texts(said.get(), "problems").forEach(problem -> findings.warning(problem, "The server's log says more."));
        if (server.get("/readyz") instanceof Web.Answer.Given ready && ready.status() != 200) {
            findings.problem(
                    "The server at %s takes no webhooks now (%s)."
                            .formatted(
                                    server.base(),
                                    Identity.json(ready.body())
                                            .flatMap(json -> json.text("database"))
                                            .map("database: %s"::formatted)
                                            .orElse("status " + ready.status())),
                    "Mend what is said of the database and the disks here.");
        }
        return findings.orOk("The server at %s is ready.".formatted(server.base()));
    }

    private static List<String> texts(Json said, String field) {
        return said.items(field).stream()
                .filter(Json.Str.class::isInstance)
                .map(text -> ((Json.Str) text).value())
                .toList();
    }
}
