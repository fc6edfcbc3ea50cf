package dev.webhookdb.tenancy;

import dev.webhookdb.config.ServerAddress;
import dev.webhookdb.schema.ForeignTables;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** How programs outside of the host read an organization's database; contains the reader's password. */
record ReaderConnection(ServerAddress address) {
    /** Returns what psql and reporting tools understand. */
    String url() {
        String host = address.host().indexOf(':') >= 0 ? "[" + address.host() + "]" : address.host();
        return "postgresql://%s:%s@%s:%d/%s%s"
                .formatted(
                        encode(address.username()),
                        encode(address.password().reveal()),
                        host,
                        address.port(),
                        encode(address.database()),
                        sslMode().map("?sslmode="::concat).orElse(""));
    }

    /** Returns what another PostgreSQL needs. */
    ForeignTables.Remote remote() {
        return new ForeignTables.Remote(
                address.host(),
                address.port(),
                address.database(),
                address.username(),
                address.password().reveal(),
                sslMode());
    }

    private Optional<String> sslMode() {
        return Optional.ofNullable(address.parameters().get("sslmode"));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
