package dev.webhookdb.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.webhookdb.testkit.simulator.StripeSimulator;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLConnection;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * As much of the host as the demo sees, started as a process: the operator API, signatures, listings,
 * and rows by SQL. With {@code FAULT} in
 * its environment it does one thing wrong, which the demo must find.
 */
final class FakeHost {
    private static final String SCHEMA = """
            create table stripe_charge_v1_0001 (pk bigserial primary key, stripe_id text unique not null, amount numeric,
              balance_transaction text, billing_email text, created integer, customer_id text, invoice_id text, payment_type text,
              receipt_email text, status text, updated integer, data jsonb not null);
            create table stripe_customer_v1_0002 (pk bigserial primary key, stripe_id text unique not null, balance integer,
              created integer, email text, name text, phone text, updated integer, deleted_at timestamptz, data jsonb not null);
            """;
    private static final String CHARGE = """
            insert into stripe_charge_v1_0001 (stripe_id, amount, balance_transaction, billing_email, created, customer_id,
              invoice_id, payment_type, receipt_email, status, updated, data)
            select o->>'id', (o->>'amount')::numeric, o->>'balance_transaction', o#>>'{billing_details,email}',
              (o->>'created')::int, o->>'customer', o->>'invoice', o#>>'{payment_method_details,type}', o->>'receipt_email',
              o->>'status', (e->>'created')::int, o
            from (select ?::jsonb as e) event cross join lateral (select e#>'{data,object}' as o) object
            where o->>'object' = 'charge'
            on conflict (stripe_id) do update set amount = excluded.amount, balance_transaction = excluded.balance_transaction,
              billing_email = excluded.billing_email, receipt_email = excluded.receipt_email, status = excluded.status,
              updated = excluded.updated, data = excluded.data
            where excluded.updated > stripe_charge_v1_0001.updated
            """;
    private static final String CUSTOMER = """
            insert into stripe_customer_v1_0002 (stripe_id, balance, created, email, name, phone, updated, deleted_at, data)
            select o->>'id', (o->>'balance')::int, (o->>'created')::int, o->>'email', o->>'name', o->>'phone',
              (e->>'created')::int,
              case when e->>'type' = 'customer.deleted' then to_timestamp((e->>'created')::int) end, o
            from (select ?::jsonb as e) event cross join lateral (select e#>'{data,object}' as o) object
            where o->>'object' = 'customer'
            on conflict (stripe_id) do update set balance = excluded.balance, email = excluded.email, name = excluded.name,
              phone = excluded.phone, updated = excluded.updated, deleted_at = excluded.deleted_at, data = excluded.data
            where excluded.updated > stripe_customer_v1_0002.updated
            """;
    private static final String NOTIFICATION_SECRET = "whsec_fake";
    private static final String CHARGES = "stripe_charge_v1_0001";
    private static final String CUSTOMERS = "stripe_customer_v1_0002";

    private final String fault = System.getenv().getOrDefault("FAULT", "");
    private final String token = HexFormat.of().formatHex(new SecureRandom().generateSeed(8));
    private final String url = System.getenv("WEBHOOKDB_PUBLIC_URL");
    private final EmbeddedPostgres postgres;
    private final Connection connection;
    private final HttpClient client = HttpClient.newHttpClient();
    private final Map<String, String> settings = new HashMap<>();
    private final Map<String, String> backfills = new HashMap<>();
    private int done;
    private int rejected;
    private String notified = "";
    private String synced = "";

    private FakeHost() throws IOException, SQLException {
        postgres = EmbeddedPostgres.builder().start();
        connection = postgres.getPostgresDatabase().getConnection();
        try (Statement statement = connection.createStatement()) {
            statement.execute(SCHEMA);
        }
    }

    public static void main(String[] args) throws IOException, SQLException {
        if (System.getenv().getOrDefault("FAULT", "").equals("start")) {
            System.out.println("The port is taken. Choose another with server.port.");
            System.exit(3);
        }
        FakeHost host = new FakeHost();
        Files.writeString(Path.of(System.getenv("WEBHOOKDB_DATA_DIR"), "operator-token"), host.token + "\n");
        int port = Integer.parseInt(System.getenv("WEBHOOKDB_SERVER_PORT"));
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("localhost"), port), 0);
        server.createContext("/", host::answer);
        server.start();
        Runtime.getRuntime().addShutdownHook(new Thread(host::stop));
    }

    private void stop() {
        try {
            postgres.close();
            System.out.println("Stopped in order.");
        } catch (IOException e) {
            System.out.println(e);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        String path = exchange.getRequestURI().getPath();
        String answer;
        try {
            answer = path.startsWith("/v1/service_integrations/")
                    ? webhook(exchange, body)
                    : operator(exchange.getRequestMethod(), path, body);
        } catch (SQLException e) {
            System.out.println(e);
            answer = "500 {\"error\":{\"message\":\"" + e.getClass() + "\"}}";
        }
        byte[] bytes = answer.substring(4).getBytes(UTF_8);
        exchange.sendResponseHeaders(Integer.parseInt(answer.substring(0, 3)), bytes.length);
        try (exchange) {
            exchange.getResponseBody().write(bytes);
        }
    }

    private String operator(String method, String path, String body) throws IOException, SQLException {
        if (path.equals("/v1/webhooks")) {
            notified = Json.parse(body).text("url");
            return "201 {\"id\":\"wh_1\",\"secret\":\"" + NOTIFICATION_SECRET + "\"}";
        }
        if (path.endsWith("/sync_targets/http/create")) {
            synced = Json.parse(body).text("connection_url");
            sync("%");
            return "200 {\"id\":\"syt_1\"}";
        }
        if (path.endsWith("/backfills")) {
            return backfill(path.replaceAll(".*/integrations/|/backfills", ""), method.equals("POST"));
        }
        if (path.endsWith("/integrations")) {
            Json given = Json.parse(body).at("settings");
            for (String name : List.of("webhook_secret", "backfill_key", "api_url")) {
                settings.put(name, given.text(name));
            }
            return "200 {\"endpoint\":{\"id\":\"svi_1\",\"url\":\"" + url
                    + "/v1/service_integrations/svi_1\"},\"items\":["
                    + "{\"opaque_id\":\"svi_1\",\"service_name\":\"stripe_charge_v1\",\"table_name\":\"" + CHARGES
                    + "\"},"
                    + "{\"opaque_id\":\"svi_2\",\"service_name\":\"stripe_customer_v1\",\"table_name\":\"" + CUSTOMERS
                    + "\"}]}";
        }
        if (path.endsWith("/connection")) {
            return "200 {\"connection_url\":\"postgresql://postgres:p%40ss@localhost:" + postgres.getPort()
                    + "/postgres\"}";
        }
        if (path.endsWith("/counts")) {
            return "200 {\"counts\":{\"pending\":0,\"done\":" + done + ",\"ignored\":0,\"failed\":0,\"rejected\":"
                    + rejected + "}}";
        }
        if (path.endsWith("/organizations")) {
            return method.equals("POST")
                    ? "200 {\"id\":1,\"key\":\"demo_1\",\"name\":\"Demo 1\"}"
                    : "200 {\"items\":[]}";
        }
        return "200 {}";
    }

    private synchronized String webhook(HttpExchange exchange, String body) throws SQLException {
        String given = exchange.getRequestHeaders().getFirst("Stripe-Signature");
        long second = Long.parseLong(given.substring(2, given.indexOf(',')));
        if (!given.equals(StripeSimulator.sign(settings.get("webhook_secret"), body.getBytes(UTF_8), second))) {
            rejected++;
            exchange.getResponseHeaders().set("Whdb-Rejected-Reason", "invalid signature");
            return "401 {}";
        }
        done++;
        if (!wrong("drop", Json.parse(body).at("data").at("object").text("id"))) {
            apply(CHARGE, body);
            apply(CUSTOMER, body);
        }
        return "202 {\"o\":\"k\"}";
    }

    /** Whether this host always does a thing wrong with an object: one in four, and the same whatever order events arrive in. */
    private boolean wrong(String what, String id) {
        return fault.equals(what) && Math.floorMod(id.hashCode(), 4) == 0;
    }

    /** How many rows an event changed. */
    private int apply(String statement, String event) throws SQLException {
        String told = """
                %s returning json_build_object('id', 'evt_' || gen_random_uuid(), 'service_name', '%s', 'external_id', stripe_id,
                  'row', json_build_object('data', data))""".formatted(statement, statement.equals(CHARGE) ? Tables.CHARGES : Tables.CUSTOMERS);
        try (PreparedStatement upsert = connection.prepareStatement(
                fault.equals("order") ? told.replaceAll("where excluded[^\n]*", "") : told)) {
            upsert.setString(1, event);
            try (ResultSet changed = upsert.executeQuery()) {
                int rows = 0;
                while (changed.next()) {
                    rows++;
                    String id = Json.parse(changed.getString(1)).text("external_id");
                    if (!wrong("silent", id)) {
                        tell(changed.getString(1));
                    }
                    if (statement.equals(CHARGE) && !wrong("stale", id)) {
                        sync(id);
                    }
                }
                return rows;
            }
        }
    }

    private void tell(String event) {
        if (notified.isEmpty()) {
            return;
        }
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            String secret = fault.equals("unsigned") ? "another" : NOTIFICATION_SECRET;
            mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
            String signature = "sha256=" + HexFormat.of().formatHex(mac.doFinal(event.getBytes(UTF_8)));
            client.send(
                    HttpRequest.newBuilder(URI.create(notified))
                            .header("X-Webhook-Signature", signature)
                            .POST(HttpRequest.BodyPublishers.ofString(event))
                            .build(),
                    HttpResponse.BodyHandlers.discarding());
        } catch (IOException | InterruptedException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sends a page with the charges whose id is like a pattern. */
    private void sync(String ids) throws SQLException {
        if (synced.isEmpty()) {
            return;
        }
        String sql = """
                select json_build_object('rows', coalesce(json_agg(charge), '[]'), 'page_id', 'pag_' || gen_random_uuid())
                from (select stripe_id, amount, status, billing_email from stripe_charge_v1_0001 where stripe_id like ?) as charge""";
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, ids);
            try (ResultSet page = query.executeQuery()) {
                page.next();
                URI receiver = URI.create(synced);
                String basic = Base64.getEncoder()
                        .encodeToString(receiver.getUserInfo().getBytes(UTF_8));
                client.send(
                        HttpRequest.newBuilder(URI.create(synced.replaceFirst("//[^@]*@", "//")))
                                .header("Authorization", "Basic " + basic)
                                .POST(HttpRequest.BodyPublishers.ofString(page.getString(1)))
                                .build(),
                        HttpResponse.BodyHandlers.discarding());
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The first listing takes place when somebody looks at it. */
    private String backfill(String table, boolean asked) throws IOException, SQLException {
        if (fault.equals("refused")) {
            return "200 {\"items\":[{\"state\":\"failed\",\"error\":\"Stripe refused the key\"}]}";
        }
        if (asked || !backfills.containsKey(table)) {
            String path = asked ? "/v1/events" : table.equals(CHARGES) ? "/v1/charges" : "/v1/customers";
            boolean idle = asked && fault.equals("idle");
            backfills.put(table, idle ? succeeded(0, 0, 0) : list(path, table.equals(CHARGES) ? CHARGE : CUSTOMER));
        }
        return "200 " + backfills.get(table);
    }

    private String list(String path, String statement) throws IOException, SQLException {
        int pages = 0;
        int rows = 0;
        int changed = 0;
        String page = page(path);
        while (!page.isEmpty()) {
            pages++;
            String last = "";
            for (List<String> entry : entries(page)) {
                boolean skipped = fault.equals("skip") && rows % 10 == 9;
                changed += skipped ? 0 : apply(statement, entry.getLast());
                rows++;
                last = last.isEmpty() ? entry.getFirst() : last;
            }
            boolean more = Json.parse(page).text("has_more").equals("true");
            page = more ? page(path + "?starting_after=" + last) : "";
        }
        return succeeded(rows, pages, changed);
    }

    private static String succeeded(int rows, int pages, int changed) {
        return "{\"items\":[{\"state\":\"succeeded\",\"rows\":" + rows + ",\"pages\":" + pages + ",\"changed\":"
                + changed + "}]}";
    }

    private String page(String path) throws IOException {
        URLConnection call = URI.create(settings.get("api_url") + path + (path.contains("?") ? "&" : "?") + "limit=100")
                .toURL()
                .openConnection();
        call.setRequestProperty("Authorization", "Bearer " + settings.get("backfill_key"));
        try (InputStream answer = call.getInputStream()) {
            return new String(answer.readAllBytes(), UTF_8);
        }
    }

    /** The id and the event of each entry of a page, the oldest first; an object counts as an event of the second before. */
    private List<List<String>> entries(String page) throws SQLException {
        String sql = """
                select entry->>'id', case when entry->>'object' = 'event' then entry
                  else jsonb_build_object('created', floor(extract(epoch from now()))::int - 1,
                    'data', jsonb_build_object('object', entry)) end
                from jsonb_array_elements(?::jsonb->'data') with ordinality as listed (entry, place) order by place desc
                """;
        List<List<String>> entries = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, page);
            try (ResultSet result = query.executeQuery()) {
                while (result.next()) {
                    entries.add(List.of(result.getString(1), result.getString(2)));
                }
            }
        }
        return entries;
    }
}
