package dev.webhookdb.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;

/** The operator's part of the server's API, as far as the demo needs it. */
final class Operator implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int CONFLICT = 409;

    /** More than the simulated API can answer: the usual limit is the real Stripe's. */
    private static final int REQUESTS_PER_SECOND = 1_000;

    private final HttpClient client = HttpClient.newHttpClient();
    private final URI server;
    private final String token;

    private Operator(URI server, String token) {
        this.server = server;
        this.token = token;
    }

    static Operator of(URI server, Path dataDirectory) {
        Path file = dataDirectory.resolve("operator-token");
        try {
            return new Operator(server, Files.readString(file).strip());
        } catch (IOException e) {
            throw new DemoException(
                    "The operator token in " + file + " cannot be read. Does another server use port "
                            + server.getPort() + "? Try again with --port.",
                    e);
        }
    }

    /** Creates the organization "Demo N" with the first N that is free. */
    Organization createOrganization() throws InterruptedException {
        int number = get("/v1/operator/organizations").items().size() + 1;
        while (true) {
            String name = "Demo " + number;
            HttpResponse<String> response = send(post("/v1/operator/organizations", "{\"name\":\"" + name + "\"}"));
            if (response.statusCode() != CONFLICT) {
                return new Organization(accepted(response).text("key"), name);
            }
            number++;
        }
    }

    /** Creates both integrations behind one endpoint, complete, so that their backfills begin by themselves. */
    Endpoint createStripe(Organization organization, SimulatedStripe stripe) throws InterruptedException {
        String body = """
                {"services":["%s","%s"],"settings":{"webhook_secret":"%s","backfill_key":"%s","api_url":"%s",
                "requests_per_second":"%d"}}""".formatted(
                Tables.CHARGES, Tables.CUSTOMERS, stripe.secret(), stripe.key(), stripe.url(), REQUESTS_PER_SECOND);
        Json created = accepted(send(post(path(organization) + "/integrations", body)));
        Map<String, String> tables = created.items().stream()
                .collect(Collectors.toMap(item -> item.text("service_name"), item -> item.text("table_name")));
        return new Endpoint(URI.create(created.at("endpoint").text("url")), tables);
    }

    /** The table's newest backfill. */
    Backfill backfill(Organization organization, String table) throws InterruptedException {
        Json newest = get(backfills(organization, table)).items().stream()
                .findFirst()
                .orElseThrow(() -> new DemoException("The server does not begin to list the API into " + table
                        + ", although it has all it needs for that. This is a defect: please report it."));
        return new Backfill(
                newest.text("state"),
                newest.number("rows"),
                newest.number("pages"),
                newest.number("changed"),
                newest.number("rate"),
                newest.text("error"));
    }

    /** Begins to list what has changed since the backfill before. */
    void beginBackfill(Organization organization, String table) throws InterruptedException {
        accepted(send(post(backfills(organization, table), "{}")));
    }

    String connectionUrl(Organization organization) throws InterruptedException {
        return get(path(organization) + "/connection").text("connection_url");
    }

    Counts counts(Organization organization) throws InterruptedException {
        Json counts = get(path(organization) + "/webhooks/counts").at("counts");
        return new Counts(
                counts.number("pending"),
                counts.number("done"),
                counts.number("ignored"),
                counts.number("failed"),
                counts.number("rejected"));
    }

    /**
     * Has an application told of every change of rows, those of a row in order.
     *
     * @return the secret that its notifications are signed with
     */
    String subscribe(Organization organization, URI application) throws InterruptedException {
        String body = """
                {"organization":"%s","url":"%s","events":["*.created","*.updated","*.deleted"],"ordered":true}""".formatted(organization.key(), application);
        return accepted(send(post("/v1/webhooks", body))).text("secret");
    }

    /** Has the changed rows of a table sent to an application, whenever something changes. */
    void sync(Organization organization, String table, URI application) throws InterruptedException {
        String body = """
                {"service_integration_identifier":"%s","connection_url":"%s","on_change":true,"page_size":500}""".formatted(table, application);
        accepted(send(post("/v1/organizations/%s/sync_targets/http/create".formatted(organization.key()), body)));
    }

    @Override
    public void close() {
        client.close();
    }

    private static String path(Organization organization) {
        return "/v1/operator/organizations/" + organization.key();
    }

    private static String backfills(Organization organization, String table) {
        return path(organization) + "/integrations/" + table + "/backfills";
    }

    private Json get(String path) throws InterruptedException {
        return accepted(send(request(path).build()));
    }

    private HttpRequest post(String path, String body) {
        return request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(server.resolve(path)).timeout(TIMEOUT).header("Authorization", "Bearer " + token);
    }

    private HttpResponse<String> send(HttpRequest request) throws InterruptedException {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new DemoException("The server stopped answering at " + request.uri() + ". Look at its log.", e);
        }
    }

    private static Json accepted(HttpResponse<String> response) {
        try {
            Json answer = Json.parse(response.body());
            if (response.statusCode() / 100 == 2) {
                return answer;
            }
            throw new DemoException("The server refused " + response.request().uri() + " with status "
                    + response.statusCode() + ": " + answer.at("error").text("message"));
        } catch (JacksonException e) {
            throw new DemoException(
                    "The server answered " + response.request().uri() + " with status " + response.statusCode()
                            + " and something that is not JSON. Look at its log.",
                    e);
        }
    }

    record Organization(String key, String name) {}

    /**
     * Where Stripe would send its webhooks.
     *
     * @param tables the table of each service
     */
    record Endpoint(URI url, Map<String, String> tables) {}

    /**
     * A run through the provider's listing.
     *
     * @param changed how many rows came to be or became different
     * @param rate rows per second
     * @param error why it failed or what it waits for; empty when nothing is wrong
     */
    record Backfill(String state, long rows, long pages, long changed, long rate, String error) {
        boolean isUnderWay() {
            return state.equals("queued") || state.equals("running");
        }

        boolean hasSucceeded() {
            return state.equals("succeeded");
        }
    }

    record Counts(long pending, long done, long ignored, long failed, long rejected) {}
}
