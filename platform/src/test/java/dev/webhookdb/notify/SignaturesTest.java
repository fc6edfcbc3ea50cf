package dev.webhookdb.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import dev.webhookdb.crypto.ReversingSealer;
import dev.webhookdb.crypto.SigningKey;
import dev.webhookdb.notify.Subscription.Endpoint;
import dev.webhookdb.platform.PlatformDatabase;
import dev.webhookdb.platform.TestPostgres;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What others verify: their libraries do here. */
class SignaturesTest {
    private static final String BODY = "{\"id\":\"evt_1\",\"name\":\"Zo\u00eb \u2603\"}";
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private PlatformDatabase platform;
    private SigningKey key;
    private Signatures signatures;

    @BeforeEach
    void open() {
        platform = TestPostgres.platform();
        key = SigningKey.open(platform.database(), new ReversingSealer());
        signatures = new Signatures(key);
    }

    @AfterEach
    void close() {
        platform.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {SECRET, "your_webhook_secret", "whsec_", "whsec_not base64!", "\u00fcml\u00e4ut", "x"})
    void the_library_for_standard_webhooks_accepts_whatever_secret_was_typed_in_its_standard_form(String secret) {
        Map<String, String> headers = signed(endpoint(secret));

        assertThatCode(() -> verify(SigningSecret.standardForm(secret), headers))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> verify(SigningSecret.standardForm("another"), headers))
                .isInstanceOf(WebhookVerificationException.class);
    }

    @Test
    void a_secret_in_standard_form_is_in_standard_form_already() {
        assertThat(SigningSecret.standardForm(SECRET)).isEqualTo(SECRET);
        assertThat(SigningSecret.standardForm("secret")).isEqualTo("whsec_c2VjcmV0");
    }

    @Test
    void the_signature_of_the_documents_snippets_is_over_the_body_with_the_secret_as_it_is_shown() {
        // printf '{}' | openssl dgst -sha256 -hmac your_webhook_secret
        String known = signatures
                .headers(endpoint("your_webhook_secret"), "evt_1", Instant.now(), "{}".getBytes(StandardCharsets.UTF_8))
                .get("X-Webhook-Signature");

        assertThat(known).isEqualTo("sha256=691a717b048d034ed31e56f4a45865ec097a0fdc12cc79c4d970ee86e47ab5b7");
    }

    @Test
    void the_installations_key_signs_what_is_signed_with_the_secret() throws Exception {
        Map<String, String> headers = signed(endpoint(SECRET));
        String signature = each(headers).stream()
                .filter(one -> one.startsWith("v1a,"))
                .findFirst()
                .orElseThrow();
        String published = signatures.publicKey();
        assertThat(published).startsWith("whpk_");
        byte[] raw = Base64.getDecoder().decode(published.substring("whpk_".length()));
        assertThat(raw).hasSize(32);
        byte[] x509 = HexFormat.of()
                .parseHex("302a300506032b6570032100" + HexFormat.of().formatHex(raw));
        Signature verifier = Signature.getInstance("Ed25519");
        verifier.initVerify(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(x509)));
        verifier.update("%s.%s.%s"
                .formatted(headers.get("webhook-id"), headers.get("webhook-timestamp"), BODY)
                .getBytes(StandardCharsets.UTF_8));

        assertThat(verifier.verify(Base64.getDecoder().decode(signature.substring(4))))
                .isTrue();
    }

    @Test
    void the_key_stays_the_same_and_is_sealed() {
        assertThat(SigningKey.open(platform.database(), new ReversingSealer()).publicKey())
                .isEqualTo(key.publicKey());
        byte[] message = {1, 2, 3};
        assertThat(SigningKey.open(platform.database(), new ReversingSealer()).sign(message))
                .isEqualTo(key.sign(message));
    }

    @Test
    void during_a_rotation_both_secrets_sign_and_the_new_one_comes_first_until_the_time_is_up() {
        Instant now = Instant.now();
        var rotating = new Endpoint("https://example.com", "new", Optional.of("old"), Optional.of(now.plusSeconds(60)));

        Map<String, String> during = headers(rotating, now);
        Map<String, String> after = headers(rotating, now.plus(Duration.ofSeconds(60)));

        assertThatCode(() -> verify(SigningSecret.standardForm("old"), during)).doesNotThrowAnyException();
        assertThatCode(() -> verify(SigningSecret.standardForm("new"), during)).doesNotThrowAnyException();
        assertThat(each(during)).hasSize(3);
        assertThat(each(after)).hasSize(2);
        assertThat(each(during).getFirst())
                .isEqualTo(each(headers(endpoint("new"), now)).getFirst());
        assertThat(during.get("X-Webhook-Signature"))
                .isEqualTo(headers(endpoint("new"), now).get("X-Webhook-Signature"));
        assertThatThrownBy(() -> verify(SigningSecret.standardForm("old"), after))
                .isInstanceOf(WebhookVerificationException.class);
    }

    private Map<String, String> signed(Endpoint endpoint) {
        return headers(endpoint, Instant.now());
    }

    private Map<String, String> headers(Endpoint endpoint, Instant now) {
        return signatures.headers(endpoint, "evt_1", now, BODY.getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> each(Map<String, String> headers) {
        return List.of(headers.get("webhook-signature").split(" ", -1));
    }

    private static Endpoint endpoint(String secret) {
        return new Endpoint("https://example.com", secret, Optional.empty(), Optional.empty());
    }

    private static void verify(String secret, Map<String, String> headers) throws WebhookVerificationException {
        new Webhook(secret)
                .verify(
                        BODY,
                        HttpHeaders.of(
                                headers.entrySet().stream()
                                        .collect(Collectors.toMap(Map.Entry::getKey, one -> List.of(one.getValue()))),
                                (name, value) -> true));
    }
}
