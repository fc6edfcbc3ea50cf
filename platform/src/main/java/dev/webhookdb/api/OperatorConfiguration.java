package dev.webhookdb.api;

import dev.webhookdb.account.Actor;
import dev.webhookdb.account.Organization;
import dev.webhookdb.account.Organizations;
import dev.webhookdb.declare.Applied;
import dev.webhookdb.declare.Change;
import dev.webhookdb.declare.DeclarationException;
import dev.webhookdb.declare.DeclarationReader.Text;
import dev.webhookdb.declare.DeclaredFiles;
import dev.webhookdb.declare.Difference;
import dev.webhookdb.declare.Mistake;
import dev.webhookdb.declare.Plan;
import dev.webhookdb.declare.PlanText;
import dev.webhookdb.spi.Json;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;

/** What files say exists: what applying them would do, does, and files for what there is; authorized by the operator's token. Thread-safe. */
public final class OperatorConfiguration implements HttpService {
    private final OperatorToken token;
    private final Organizations organizations;
    private final DeclaredFiles files;

    /** Compares with the files of this host, or with what is sent. */
    public OperatorConfiguration(OperatorToken token, Organizations organizations, DeclaredFiles files) {
        this.token = token;
        this.organizations = organizations;
        this.files = files;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.post("/v1/operator/config/plan", token::require, refusing(this::plan))
                .post("/v1/operator/config/apply", token::require, refusing(this::apply))
                .get("/v1/operator/config/export", token::require, this::export);
    }

    /** What is wrong with files is answered with all of it. */
    private static Handler refusing(BiFunction<Actor.Operator, Json, JsonObjectBuilder> work) {
        return JsonResponses.large((request, response) -> {
            try {
                JsonResponses.send(response, work.apply(OperatorToken.actor(request), JsonResponses.object(request)));
            } catch (DeclarationException e) {
                throw new ApiException(
                        422,
                        "invalid_configuration",
                        e.getMessage(),
                        new JsonObjectBuilder().with("mistakes", mistakes(e.mistakes())));
            }
        });
    }

    private JsonObjectBuilder plan(Actor.Operator actor, Json body) {
        Plan plan = files.plan(actor, sent(body), isPruning(body));
        return fields(plan).with("message", String.join("\n", PlanText.lines(plan)));
    }

    private JsonObjectBuilder apply(Actor.Operator actor, Json body) {
        Applied applied = files.apply(actor, sent(body), isPruning(body));
        List<String> lines = PlanText.lines(applied.done());
        String sentence = applied.failures().isEmpty()
                ? "This was done."
                : "This was done, and then something failed: what is missing is done by the next 'config apply'.";
        String last = applied.done().isEmpty() && applied.failures().isEmpty() ? lines.getLast() : sentence;
        return fields(applied.done())
                .with("failures", mistakes(applied.failures()))
                .with(
                        "message",
                        String.join("\n", lines.subList(0, lines.size() - 1)) + (lines.size() > 1 ? "\n" : "") + last);
    }

    private void export(ServerRequest request, ServerResponse response) {
        Optional<String> key = request.query().first("organization").asOptional();
        List<Organization> which = key.map(named -> List.of(named(named))).orElseGet(organizations::all);
        JsonResponses.send(
                response,
                new JsonObjectBuilder().with("yaml", files.export(which)).with("message", ""));
    }

    private Organization named(String key) {
        return organizations
                .find(key)
                .orElseThrow(() -> new ApiException(
                        404,
                        "not_found",
                        "There is no organization '%s'. 'webhookdb org list' shows them.".formatted(key)));
    }

    private static List<Text> sent(Json body) {
        return body.items("documents").stream()
                .map(one ->
                        new Text(one.text("name").orElse("-"), one.text("yaml").orElse(""), Optional.empty()))
                .toList();
    }

    private static boolean isPruning(Json body) {
        return body.at("prune") instanceof Json.Bool(boolean prune) && prune;
    }

    private static JsonObjectBuilder fields(Plan plan) {
        return new JsonObjectBuilder()
                .with(
                        "changes",
                        plan.changes().stream()
                                .map(OperatorConfiguration::change)
                                .toList())
                .with("create", plan.count(Change.Action.CREATE))
                .with("update", plan.count(Change.Action.UPDATE))
                .with("delete", plan.count(Change.Action.DELETE))
                .with("keep", plan.count(Change.Action.KEEP));
    }

    private static JsonObjectBuilder change(Change change) {
        return new JsonObjectBuilder()
                .with("action", change.action().name().toLowerCase(Locale.ROOT))
                .with("kind", change.kind().name().toLowerCase(Locale.ROOT))
                .with("organization", change.organization())
                .with("name", change.name())
                .with("file", change.at().file())
                .with("line", change.at().line())
                .with(
                        "differences",
                        change.differences().stream()
                                .map(OperatorConfiguration::difference)
                                .toList());
    }

    private static JsonObjectBuilder difference(Difference difference) {
        return new JsonObjectBuilder()
                .with("attribute", difference.attribute())
                .with("before", difference.before())
                .with("after", difference.after())
                .with("secret", difference.isSecret());
    }

    private static List<JsonObjectBuilder> mistakes(List<Mistake> mistakes) {
        return mistakes.stream()
                .map(one -> new JsonObjectBuilder()
                        .with("file", one.at().file())
                        .with("line", one.at().line())
                        .with("key", one.key())
                        .with("message", one.sentence()))
                .toList();
    }
}
