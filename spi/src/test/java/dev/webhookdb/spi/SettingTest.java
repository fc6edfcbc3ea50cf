package dev.webhookdb.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingTest {
    private static final Setting SHOP =
            Setting.of("shop", Setting.Kind.URL, Setting.Purpose.BACKFILL, "The shop's name, as in NAME.example.org.");

    @Test
    void anAnswerOfAnotherFormIsRefusedWithASentence() {
        Setting secret =
                Setting.webhookSecret("webhook_secret", "Help.").matching("whsec_\\S+", "It starts with whsec_.");

        assertThat(secret.normalize(" whsec_1 ")).isEqualTo("whsec_1");
        assertThatThrownBy(() -> secret.normalize("sk_live_1")).hasMessage("It starts with whsec_.");
    }

    @Test
    void aChoiceIsNoUntilSomebodySaysYes() {
        Setting choice = Setting.choice("more_columns", "Help.");

        assertThat(choice.required()).isFalse();
        assertThat(choice.otherwise()).contains("no");
        assertThat(choice.normalize(" Yes ")).isEqualTo("yes");
        assertThat(choice.normalize("off")).isEqualTo("no");
        assertThatThrownBy(() -> choice.normalize("perhaps")).hasMessage("It must be yes or no.");
    }

    @Test
    void anAnswerIsTrimmed() {
        assertThat(SHOP.normalize(" acme\t\n")).isEqualTo("acme");
    }

    @Test
    void anEmptyAnswerIsRefused() {
        assertThatThrownBy(() -> SHOP.normalize(" \n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("It must not be empty.");
    }

    @Test
    void anAnswerIsBroughtIntoTheFormToKeepAfterItWasTrimmed() {
        Setting url = SHOP.normalizedBy(name -> "https://" + name + ".example.org");

        assertThat(url.normalize(" acme ")).isEqualTo("https://acme.example.org");
        assertThat(SHOP.normalize("acme")).as("the original is as it was").isEqualTo("acme");
    }

    @Test
    void aSettingSaysWhereItsValueIsFound() {
        assertThatThrownBy(() -> Setting.apiKey("key", " "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Setting 'key' needs help: say where its value is found");
    }

    @Test
    void aSettingHasASafeName() {
        assertThatThrownBy(() -> Setting.apiKey("API key", "Help."))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Invalid setting name 'API key'");
    }

    @Test
    void shortcutsAreSecretsOfOneHalf() {
        Setting webhook = Setting.webhookSecret("secret", "Help.");
        Setting api = Setting.apiKey("key", "Help.");

        assertThat(webhook.kind()).isEqualTo(Setting.Kind.SECRET);
        assertThat(webhook.purpose()).isEqualTo(Setting.Purpose.WEBHOOK);
        assertThat(api.kind()).isEqualTo(Setting.Kind.SECRET);
        assertThat(api.purpose()).isEqualTo(Setting.Purpose.BACKFILL);
    }

    @Test
    void aSettingIsRequiredUnlessItSaysOtherwise() {
        assertThat(SHOP.required()).isTrue();
        assertThat(SHOP.optional().required()).isFalse();
        assertThat(SHOP.optional().otherwise()).isEmpty();
        assertThat(SHOP.orElse("acme").required()).isFalse();
        assertThat(SHOP.orElse("acme").otherwise()).contains("acme");
    }

    @Test
    void theAddressOfAnApiHasNoSlashAtItsEnd() {
        Setting api = Setting.apiUrl("https://api.example.com");

        assertThat(api.otherwise()).contains("https://api.example.com");
        assertThat(api.normalize(" http://127.0.0.1:8080// ")).isEqualTo("http://127.0.0.1:8080");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "api.example.com",
                "ftp://api.example.com",
                "https://me:secret@api.example.com",
                "https://",
                "a b"
            })
    void whatIsNoAddressOfAnApiIsRefused(String answer) {
        Setting api = Setting.apiUrl("https://api.example.com");

        assertThatThrownBy(() -> api.normalize(answer))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("It must be an address such as https://api.example.com.");
    }

    @Test
    void everyUrlDecidesWhereSecretsAreSentAndWhatElseIsDeclaredTo() {
        Setting shop = Setting.of("shop", Setting.Kind.TEXT, Setting.Purpose.BACKFILL, "Its name.");

        assertThat(Setting.apiUrl("https://api.example.com").optional().isDestination())
                .isTrue();
        assertThat(shop.isDestination()).isFalse();
        assertThat(shop.destination().normalizedBy(name -> name).optional().isDestination())
                .isTrue();
        assertThat(shop.destination().orElse("acme").isDestination()).isTrue();
    }
}
