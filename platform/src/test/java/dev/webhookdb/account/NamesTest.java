package dev.webhookdb.account;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Acme",
                "Müller & Söhne",
                "株式会社 例",
                "شركة مثال",
                "Zoë's \"best\" <shop>",
                "🦊 Fox",
                "Acme, Inc. (2)"
            })
    void what_people_write_is_allowed(String name) {
        assertThat(Names.objection(name)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Acme\u0000",
                "Acme\nInc",
                "Acme\r",
                "Acme\tInc",
                "Acme\u001b[31m",
                "Acme\u007f",
                "Acme\u0085",
                "Acme\u202egnp.exe",
                "\u2066Acme\u2069",
                "Ac\u200bme",
                "Ac\u00adme",
                "\ufeffAcme",
                "Acme\u2028Inc",
                "Acme\u2029Inc",
                "Acme\ue000",
                "Acme\ud800",
                "Acme\ufffe"
            })
    void what_is_not_seen_is_not(String name) {
        assertThat(Names.objection(name))
                .hasValueSatisfying(why -> assertThat(why).contains("invisible", "U+"));
    }

    @Test
    void a_name_has_a_length() {
        assertThat(Names.objection("🦊".repeat(Names.LONGEST))).isEmpty();
        assertThat(Names.objection("a".repeat(Names.LONGEST + 1))).contains("has 1 to 100 characters");
        assertThat(Names.objection(" ")).contains("has 1 to 100 characters");
    }
}
