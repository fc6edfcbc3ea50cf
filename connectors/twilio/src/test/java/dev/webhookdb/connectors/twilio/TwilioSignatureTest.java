package dev.webhookdb.connectors.twilio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.twilio.security.RequestValidator;
import dev.webhookdb.spi.ConnectorException;
import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Settings;
import dev.webhookdb.spi.Webhook.Verdict;
import dev.webhookdb.testkit.Mutations;
import dev.webhookdb.testkit.PlainSettings;
import dev.webhookdb.testkit.simulator.SignedWebhook;
import dev.webhookdb.testkit.simulator.TwilioCallback;
import dev.webhookdb.testkit.simulator.TwilioSimulator;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** Twilio's own library judges the same requests, and its verdict is ours. */
class TwilioSignatureTest {
    private static final String TOKEN = "0123456789abcdef0123456789abcdef";
    private static final RequestValidator THEIRS = new RequestValidator(TOKEN);
    private static final String URL = "https://webhooks.example.org/v1/service_integrations/svi_1";
    private static final String EVENT = "{\"specversion\":\"1.0\",\"data\":{\"messageSid\":\"SM1\",\"body\":\"Zoë\"}}";
    private static final int MUTATIONS = 10_000;
    private static final Mutations HEXADECIMAL = new Mutations("0123456789abcdefABCDEFxyzXYZ", List.of());

    @Test
    void whatTheSimulatedTwilioSignsIsAcceptedByBoth() {
        for (TwilioCallback callback : TwilioSimulator.seeded(1).happen(200)) {
            SignedWebhook post = callback.signed(URI.create(URL), TOKEN, Instant.now());
            String signature = post.headers().get("X-Twilio-Signature");

            assertThat(THEIRS.validate(URL, callback.form(), signature)).isTrue();
            assertThat(ours(URL, post.body(), signature)).isTrue();
        }
    }

    @Test
    void acceptedCallbacksAreAnsweredWithoutAReply() {
        Verdict verdict = verify(URL, "", sign(URL), settings());

        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Verdict.Accept.class,
                        accept -> assertThat(accept.answer()).hasValueSatisfying(answer -> {
                            assertThat(answer.status()).isEqualTo(200);
                            assertThat(answer.contentType()).startsWith("text/xml");
                            assertThat(answer.body()).endsWith("<Response/>");
                        }));
    }

    @Test
    void withoutTheTokenTheOperatorHasToAct() {
        assertThatThrownBy(() -> verify(URL, "", sign(URL), PlainSettings.none()))
                .isInstanceOfSatisfying(
                        ConnectorException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(ConnectorException.Reason.SETTINGS));
    }

    @Test
    void ourVerdictOnMutatedFormsIsTwilios() {
        var random = new Random(20_240_507);
        int accepted = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            Map<String, String> form = form(random);
            String signed = url(random);
            String signature = maybeMutated(sign(signed + written(form)), random);
            String called = random.nextInt(4) == 0 ? url(random) : signed;
            Map<String, String> sent = random.nextInt(4) == 0 ? form(random) : form;

            boolean theirs = THEIRS.validate(called, sent, signature);
            assertThat(ours(called, encoded(sent), signature))
                    .as("'%s' to %s with %s", signature, called, sent)
                    .isEqualTo(theirs);
            accepted += theirs ? 1 : 0;
        }
        assertThat(accepted).as("both verdicts occur often").isBetween(MUTATIONS / 20, MUTATIONS * 9 / 10);
    }

    @Test
    void ourVerdictOnMutatedJsonIsTwilios() throws URISyntaxException {
        var random = new Random(20_240_508);
        int accepted = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            String body = random.nextInt(4) == 0 ? HEXADECIMAL.some(EVENT, random) : EVENT;
            String hash = random.nextInt(4) == 0 ? HEXADECIMAL.some(sha256(EVENT), random) : sha256(body);
            String url = url(random) + "?bodySHA256=" + hash;
            String signature = maybeMutated(sign(url), random);
            String sent = random.nextInt(4) == 0 ? EVENT : body;

            boolean theirs = THEIRS.validate(url, sent, signature);
            assertThat(ours(url, sent, signature))
                    .as("'%s' to %s with %s", signature, url, sent)
                    .isEqualTo(theirs);
            accepted += theirs ? 1 : 0;
        }
        assertThat(accepted).as("both verdicts occur often").isBetween(MUTATIONS / 20, MUTATIONS * 9 / 10);
    }

    private static Map<String, String> form(Random random) {
        Map<String, String> form =
                new TreeMap<>(Map.of("MessageSid", "SM" + random.nextInt(3), "From", "+15550001111"));
        if (random.nextBoolean()) {
            form.put(
                    "Body",
                    List.of("", "Grüße & Küsse = 1+1", "line\nline", "🙂").get(random.nextInt(4)));
        }
        if (random.nextBoolean()) {
            form.put("from", "x");
        }
        return form;
    }

    private static String url(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> URL.replace(".org", ".org:443");
            case 1 -> URL.replace(".org", ".org:8443");
            case 2 -> URL.replace("https:", "http:");
            default -> URL;
        };
    }

    private static String maybeMutated(String text, Random random) {
        return random.nextInt(4) == 0 ? HEXADECIMAL.some(text, random) : text;
    }

    private static String written(Map<String, String> form) {
        return form.entrySet().stream()
                .map(one -> one.getKey() + one.getValue())
                .collect(joining());
    }

    private static String encoded(Map<String, String> form) {
        return form.entrySet().stream()
                .map(one -> one.getKey() + "=" + URLEncoder.encode(one.getValue(), UTF_8))
                .collect(joining("&"));
    }

    private static boolean ours(String url, String body, String signature) {
        return verify(url, body, signature, settings()) instanceof Verdict.Accept;
    }

    private static Verdict verify(String url, String body, String signature, Settings settings) {
        Request request = Request.of(
                Instant.now(), "POST", url, Map.of("x-twilio-signature", List.of(signature)), body.getBytes(UTF_8));
        return TwilioSms.RESOURCE.webhook().orElseThrow().verifier().verify(request, settings);
    }

    private static Settings settings() {
        return PlainSettings.none().with(Twilio.AUTH_TOKEN, TOKEN);
    }

    private static String sign(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(TOKEN.getBytes(UTF_8), "HmacSHA1"));
            return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
