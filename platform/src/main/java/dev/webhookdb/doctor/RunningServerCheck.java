package dev.webhookdb.doctor;

import dev.webhookdb.spi.Json;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
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
        return switch (server.get("/healthz")) {
            case Web.Answer.Given health -> answered(health);
            case Web.Answer.None none -> unanswered(none);
        };
    }

    private List<Finding> unanswered(Web.Answer.None none) {
        boolean taken = none.reason() instanceof HttpTimeoutException
                && !(none.reason() instanceof HttpConnectTimeoutException);
        return taken
                ? new Findings(NAME)
                        .problem(
                                "Whoever takes connections at %s does not answer.".formatted(server.base()),
                                "If that is the server, see in its log what it does, and restart it.")
                        .all()
                : Findings.skipped(NAME, "No server answers at %s.".formatted(server.base()));
    }

    private List<Finding> answered(Web.Answer.Given health) throws InterruptedException {
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
