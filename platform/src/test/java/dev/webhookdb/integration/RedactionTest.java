package dev.webhookdb.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.spi.Setting;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What people supplied as a secret is not repeated to anybody. */
class RedactionTest {
    private static final Setting SECRET =
            Setting.of("secret", Setting.Kind.SECRET, Setting.Purpose.WEBHOOK, "A secret.");
    private static final Setting KEY = Setting.of("key", Setting.Kind.SECRET, Setting.Purpose.BACKFILL, "A key.");
    private static final Setting SHOP = Setting.of("shop", Setting.Kind.TEXT, Setting.Purpose.BACKFILL, "A name.");

    @Test
    void secrets_are_hidden_wherever_they_are_and_other_settings_are_not() {
        Redaction redaction = redaction(Map.of("secret", "whsec_1", "key", "rk_live_1", "shop", "acme"));

        assertThat(redaction.redacted("acme: rk_live_1 (rk_live_1) of whsec_1 is wrong"))
                .isEqualTo("acme: *** (***) of *** is wrong");
    }

    @Test
    void a_secret_that_is_a_part_of_another_leaves_nothing_of_it() {
        assertThat(redaction(Map.of("secret", "abcd", "key", "abcdefgh")).redacted("abcdefgh, abcd"))
                .isEqualTo("***, ***");
    }

    @Test
    void a_value_too_short_to_be_secret_does_not_make_nonsense_of_a_text() {
        assertThat(redaction(Map.of("secret", "", "key", "a")).redacted("a bad answer"))
                .isEqualTo("a bad answer");
    }

    @Test
    void without_a_secret_nothing_is_hidden() {
        assertThat(redaction(Map.of()).redacted("nothing")).isEqualTo("nothing");
    }

    private static Redaction redaction(Map<String, String> supplied) {
        return Redaction.of(new SuppliedSettings(supplied), List.of(SECRET, KEY, SHOP));
    }
}
