package dev.webhookdb.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SettingTest {
    private static final Setting SHOP =
            Setting.of("shop", Setting.Kind.URL, Setting.Half.BACKFILL, "The shop's name, as in NAME.example.org.");

    @Test
    void anAnswerIsTrimmed() {
        assertThat(SHOP.normalize(" acme\t\n")).isEqualTo("acme");
    }

    @Test
    void anEmptyAnswerIsRefused() {
        assertThatThrownBy(() -> SHOP.normalize(" \n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The setting shop must not be empty.");
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
        assertThat(webhook.half()).isEqualTo(Setting.Half.WEBHOOK);
        assertThat(api.kind()).isEqualTo(Setting.Kind.SECRET);
        assertThat(api.half()).isEqualTo(Setting.Half.BACKFILL);
    }
}
