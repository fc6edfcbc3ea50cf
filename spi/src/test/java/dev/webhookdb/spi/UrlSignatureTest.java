package dev.webhookdb.spi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.spi.Webhook.Verdict;
import dev.webhookdb.spi.Webhook.Verifier;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The example is Twilio's own: https://www.twilio.com/docs/usage/security#explore-the-algorithm-yourself. */
class UrlSignatureTest {
    private static final String URL = "https://mycompany.com/myapp.php?foo=1&bar=2";
    private static final String FORM =
            "CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212";
    private static final String SIGNATURE = "RSOYDt4T1cUTdK1PDd93/VVr8B8=";
    private static final Secret TOKEN = Secret.of("12345");
    private static final Verifier VERIFIER = Verifiers.urlHmac("X-Twilio-Signature", Setting.apiKey("token", "Help."));

    @Test
    void theSignatureOfUrlAndFormIsAccepted() {
        assertThat(verify(URL, FORM, SIGNATURE)).isEqualTo(Verdict.accept());
    }

    @Test
    void thePortMayBeWrittenOrNot() {
        String portless = sign(URL);
        String port = sign("https://mycompany.com:443/myapp.php?foo=1&bar=2");

        for (String url : List.of(URL, "https://mycompany.com:443/myapp.php?foo=1&bar=2")) {
            assertThat(verify(url, "", portless)).isEqualTo(Verdict.accept());
            assertThat(verify(url, "", port)).isEqualTo(Verdict.accept());
        }
        assertThat(verify("http://mycompany.com/", "", sign("http://mycompany.com:80/")))
                .isEqualTo(Verdict.accept());
    }

    @Test
    void theOrderOfParametersDoesNotMatterButTheirValuesDo() {
        assertThat(verify(URL, "To=%2B18005551212&" + FORM.replace("&To=%2B18005551212", ""), SIGNATURE))
                .isEqualTo(Verdict.accept());
        assertRejected(verify(URL, FORM.replace("Digits=1234", "Digits=1235"), SIGNATURE), "does not match");
        assertRejected(verify(URL, FORM + "&x=", SIGNATURE), "does not match");
        assertRejected(verify(URL + "3", FORM, SIGNATURE), "does not match");
    }

    @Test
    void aRepeatedValueCountsOnceAndDifferentValuesAreSorted() {
        assertThat(verify("https://example.org/", "b=2&a=y&a=x&a=y", sign("https://example.org/axayb2")))
                .isEqualTo(Verdict.accept());
    }

    @Test
    void aBodyThatIsNoFormIsCoveredByItsHash() {
        String hash = "8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4";
        String url = URL + "&bodySHA256=" + hash;

        assertThat(verify(url, "hi", sign(url))).isEqualTo(Verdict.accept());
        assertRejected(verify(url, "ho", sign(url)), "does not have the SHA-256");
        assertRejected(verify(url, "hi", sign(URL)), "does not match");
    }

    @Test
    void whatIsMissingOrMalformedIsRejected() {
        assertRejected(verify(URL, FORM, ""), "The header X-Twilio-Signature is missing.");
        assertRejected(verify(URL, "a=%zz", SIGNATURE), "malformed");
        assertRejected(verify("https://exa mple/", FORM, SIGNATURE), "malformed");
        assertRejected(verify("nonsense", FORM, SIGNATURE), "does not match");
    }

    private static void assertRejected(Verdict verdict, String reason) {
        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Verdict.Reject.class,
                        reject -> assertThat(reject.reason()).contains(reason));
    }

    private static String sign(String text) {
        return Base64.getEncoder().encodeToString(TOKEN.hmac("HmacSHA1", ByteBuffer.wrap(text.getBytes(UTF_8))));
    }

    private static Verdict verify(String url, String body, String signature) {
        Request request = Request.of(
                Instant.EPOCH, "POST", url, Map.of("x-twilio-signature", List.of(signature)), body.getBytes(UTF_8));
        return VERIFIER.verify(request, new Settings() {
            @Override
            public String text(Setting setting) {
                throw new AssertionError("a secret is not text");
            }

            @Override
            public Secret secret(Setting setting) {
                return TOKEN;
            }

            @Override
            public boolean has(Setting setting) {
                return true;
            }
        });
    }
}
