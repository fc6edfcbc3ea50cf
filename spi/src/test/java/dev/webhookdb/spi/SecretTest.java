package dev.webhookdb.spi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SecretTest {
    private static final Secret SECRET = Secret.of("whsec_123");

    @Test
    void aSecretIsNeverPrinted() {
        assertThat(SECRET).hasToString("[secret]");
        assertThat("key: " + SECRET).doesNotContain("whsec");
        assertThat(SECRET).isNotEqualTo(Secret.of("whsec_123"));
    }

    @Test
    void aSecretIsRevealedOnRequest() {
        assertThat(SECRET.reveal()).isEqualTo("whsec_123");
    }

    @Test
    void aSecretMatchesItself() {
        assertThat(SECRET.matches("whsec_123")).isTrue();
        assertThat(SECRET.matches("whsec_124")).isFalse();
        assertThat(SECRET.matches("whsec_12")).isFalse();
        assertThat(SECRET.matches("")).isFalse();
    }

    /** RFC 4231, test case 2. */
    @Test
    void anHmacIsTheStandardOne() {
        byte[] hmac = Secret.of("Jefe").hmac("HmacSHA256", bytes("what do ya want for nothing?"));

        assertThat(HexFormat.of().formatHex(hmac))
                .isEqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    @Test
    void anHmacOfPartsIsThatOfTheWhole() {
        ByteBuffer first = bytes("what do ya want ");

        assertThat(Secret.of("Jefe").hmac("HmacSHA256", first, bytes("for nothing?")))
                .isEqualTo(Secret.of("Jefe").hmac("HmacSHA256", bytes("what do ya want for nothing?")));
        assertThat(first.remaining()).as("the part can be read again").isEqualTo(16);
    }

    @Test
    void aSecretSignsForManyAtATime() {
        Secret secret = Secret.of("Jefe");

        List<String> signatures = IntStream.range(0, 10_000)
                .parallel()
                .mapToObj(
                        i -> HexFormat.of().formatHex(secret.hmac("HmacSHA256", bytes("part "), bytes("number " + i))))
                .toList();

        assertThat(signatures)
                .containsExactlyElementsOf(IntStream.range(0, 10_000)
                        .mapToObj(i -> HexFormat.of()
                                .formatHex(Secret.of("Jefe").hmac("HmacSHA256", bytes("part number " + i))))
                        .toList());
    }

    @Test
    void anUnknownAlgorithmIsRefused() {
        assertThatThrownBy(() -> SECRET.hmac("HmacNone", bytes("")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The JDK has no MAC algorithm HmacNone");
    }

    @Test
    void anEmptySecretCannotSign() {
        assertThatThrownBy(() -> Secret.of("").hmac("HmacSHA256", bytes("")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }
}
