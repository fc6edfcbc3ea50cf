package dev.webhookdb.doctor;

import dev.webhookdb.json.JsonReader;
import dev.webhookdb.spi.Json;
import dev.webhookdb.sql.Session;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * How an installation is told from others: by the public key with which it signs, which is in its database, and which it tells everybody.
 *
 * @param publicKey as it is told
 */
record Identity(String publicKey) {
    private static final String PATH = "/.well-known/webhook-signing-keys";

    /** Returns this installation's; nothing before its first start. The platform's tables must be of this version. */
    static Optional<Identity> of(Session platform) {
        return platform.sql("select public_key from signing_key")
                .first(row -> new Identity("whpk_" + Base64.getEncoder().encodeToString(row.bytes("public_key"))));
    }

    /** Returns where whoever is reached at an address tells its own. */
    static URI at(URI base) {
        return URI.create(base + PATH);
    }

    /** Returns whether an answer from there is this installation's. */
    boolean isTold(Web.Answer.Given answer) {
        return answer.status() == 200
                && json(answer.body()).stream()
                        .flatMap(json -> json.items("keys").stream())
                        .anyMatch(key ->
                                key.text("public_key").filter(publicKey::equals).isPresent());
    }

    /** Returns what an answer says, if it is JSON. */
    static Optional<Json> json(String body) {
        try {
            return Optional.of(JsonReader.read(body.getBytes(StandardCharsets.UTF_8)));
        } catch (RuntimeException e) {
            // anybody may answer anything
            return Optional.empty();
        }
    }
}
