package dev.webhookdb;

import dev.webhookdb.RunningHost.Answer;
import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.json.JsonWriter;
import dev.webhookdb.spi.Json;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Somebody with the command line client: logs in, and answers what is asked. */
final class Person {
    private final RunningHost host;
    private final String email;
    private Optional<String> token = Optional.empty();
    private long organization;

    Person(RunningHost host, String email) {
        this.host = host;
        this.email = email;
    }

    /** Logs somebody in; after the answer 503 with another code, because one that was right is over. */
    static Person loggedIn(RunningHost host, String email) {
        var person = new Person(host, email);
        return person.as(RunningHost.patiently(() -> {
            person.requestCode();
            return person.enter(host.code(email).orElseThrow());
        }));
    }

    /** Logs somebody in who asked for a code and got it. */
    static Person entered(RunningHost host, String email, String code) {
        var person = new Person(host, email);
        return person.as(person.enter(code));
    }

    private Person as(Answer login) {
        token = Optional.of(login.headers().get("whdb-auth-token"));
        organization = login.json()
                .number("extras", "current_customer", "default_organization", "id")
                .orElseThrow()
                .longValue();
        return this;
    }

    /** A program or the operator: whoever sends a token along, in the organization of a person. */
    static Person withToken(RunningHost host, String token, Person colleague) {
        var caller = new Person(host, "");
        caller.token = Optional.of(token);
        caller.organization = colleague.organization;
        return caller;
    }

    /** Makes somebody a member of this person's organization. */
    void admit(Person guest, String role) {
        post(own("/invite"), Map.of("email", guest.email(), "role_name", role));
        String code = guest.get("/v1/me").json().items("invitations").stream()
                .filter(invitation -> invitation
                        .number("organization", "id")
                        .filter(id -> id.longValue() == organization)
                        .isPresent())
                .findFirst()
                .flatMap(invitation -> invitation.text("invitation_code"))
                .orElseThrow();
        guest.post("/v1/organizations/join", Map.of("invitation_code", code));
    }

    Answer requestCode() {
        return post("/v1/auth", Map.of("email", email, "token", ""));
    }

    /** Types a code, with the line break that the client sends along. */
    Answer enter(String code) {
        return post("/v1/auth", Map.of("email", email, "token", code + "\n"));
    }

    String email() {
        return email;
    }

    String token() {
        return token.orElseThrow();
    }

    /** The organization's number, as the client writes it into paths. */
    String organization() {
        return Long.toString(organization);
    }

    /** A path below the organization's. */
    String own(String path) {
        return "/v1/organizations/" + organization + path;
    }

    /** A path below that of the organization's database. */
    String database(String path) {
        return "/v1/db/" + organization + path;
    }

    /** Runs a statement as the role that may only read. */
    Answer sql(String query) {
        return post(database("/sql"), Map.of("query", query));
    }

    /** The ids of what is in a table of Stripe's. */
    List<String> ids(RunningHost.Made made) {
        return sql("select stripe_id from \"%s\" order by 1".formatted(made.table())).json().items("rows").stream()
                .map(row -> row.items().getFirst().text().orElseThrow())
                .toList();
    }

    /** The rows that a query returns, as lists of texts. */
    String cells(String query) {
        return sql(query).json().items("rows").stream()
                .map(row -> row.items().stream()
                        .map(cell -> cell.text()
                                .orElseGet(() -> cell.number().orElseThrow().toPlainString()))
                        .toList())
                .toList()
                .toString();
    }

    /** How that role gets to the organization's database. */
    String connection() {
        return get(database("/connection")).json().text("connection_url").orElseThrow();
    }

    /** Where that is. */
    ServerAddress address() {
        return ServerAddress.parse(connection());
    }

    Answer call(String method, String path) {
        byte[] body = (method.equals("GET") ? "" : "{}").getBytes(StandardCharsets.UTF_8);
        return host.call(method, path, body, headers());
    }

    Answer get(String path) {
        return host.call("GET", path, new byte[0], headers());
    }

    Answer post(String path, Map<String, String> body) {
        Map<String, Json> fields = new LinkedHashMap<>();
        body.forEach((name, value) -> fields.put(name, new Json.Str(value)));
        return post(path, new Json.Obj(fields));
    }

    Answer post(String path, Json body) {
        return host.call("POST", path, JsonWriter.write(body).getBytes(StandardCharsets.UTF_8), headers());
    }

    /** Answers a question: what it says to send along, and the answer. */
    Answer reply(Answer question, String answer) {
        Json step = step(question);
        Map<String, Json> fields = new LinkedHashMap<>();
        if (step.at("post_params") instanceof Json.Obj(Map<String, Json> given)) {
            fields.putAll(given);
        }
        fields.put(step.text("post_params_value_key").orElseThrow(), new Json.Str(answer));
        return post(step.text("post_to_url").orElseThrow(), new Json.Obj(fields));
    }

    /** The step of an answer, wherever it is. */
    static Json step(Answer answer) {
        return answer.status() < 400 ? answer.json() : answer.json().at("error", "state_machine_step");
    }

    /** Sets an integration of Stripe charges up and returns its id and table. */
    RunningHost.Made integrate(String service) {
        Answer asked = post(own("/service_integrations/create"), Map.of("service_name", service, "guard_confirm", "y"));
        reply(asked, RunningHost.SECRET + "\n");
        Json made = get(own("/service_integrations")).json().items("items").getLast();
        return new RunningHost.Made(
                made.text("opaque_id").orElseThrow(),
                made.text("service_name").orElseThrow(),
                made.text("table_name").orElseThrow());
    }

    Map<String, String> headers() {
        Map<String, String> headers = new HashMap<>();
        token.ifPresent(text -> headers.put("Whdb-Auth-Token", text));
        return headers;
    }
}
