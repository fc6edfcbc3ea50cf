package dev.webhookdb.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A path leads to a value or to nothing, never to an exception. */
class JsonTest {
    private static final Json CHARGE = object(Map.of(
            "id", new Json.Str("ch_1"),
            "amount", number("100.50"),
            "paid", new Json.Bool(true),
            "invoice", new Json.Null(),
            "billing", object(Map.of("email", new Json.Str("a@example.org"))),
            "refunds", new Json.Arr(List.of(new Json.Str("re_1"), new Json.Null()))));

    @Test
    void aPathLeadsThroughObjects() {
        assertThat(CHARGE.at("billing", "email")).isEqualTo(new Json.Str("a@example.org"));
        assertThat(CHARGE.text("billing", "email")).contains("a@example.org");
    }

    @Test
    void theEmptyPathIsTheValueItself() {
        assertThat(CHARGE.at()).isSameAs(CHARGE);
        assertThat(new Json.Str("text").text()).contains("text");
    }

    @Test
    void aPathThatEndsEarlyLeadsToNull() {
        assertThat(CHARGE.at("missing")).isEqualTo(new Json.Null());
        assertThat(CHARGE.at("missing", "deeper")).isEqualTo(new Json.Null());
        assertThat(CHARGE.at("id", "deeper")).isEqualTo(new Json.Null());
        assertThat(CHARGE.at("invoice", "deeper")).isEqualTo(new Json.Null());
        assertThat(CHARGE.at("refunds", "0")).isEqualTo(new Json.Null());
    }

    @Test
    void aValueOfAnotherTypeIsNoValue() {
        assertThat(CHARGE.text("amount")).isEmpty();
        assertThat(CHARGE.text("invoice")).isEmpty();
        assertThat(CHARGE.number("id")).isEmpty();
        assertThat(CHARGE.items("id")).isEmpty();
        assertThat(CHARGE.isTrue("id")).isFalse();
        assertThat(CHARGE.unixSeconds("id")).isEmpty();
    }

    @Test
    void aNumberKeepsItsDigits() {
        assertThat(CHARGE.number("amount")).contains(new BigDecimal("100.50"));
    }

    @Test
    void onlyTrueIsTrue() {
        assertThat(CHARGE.isTrue("paid")).isTrue();
        assertThat(CHARGE.isTrue("missing")).isFalse();
        assertThat(object(Map.of("paid", new Json.Bool(false))).isTrue("paid")).isFalse();
    }

    @Test
    void anArrayHasItems() {
        assertThat(CHARGE.items("refunds")).containsExactly(new Json.Str("re_1"), new Json.Null());
        assertThat(CHARGE.items("missing")).isEmpty();
    }

    @Test
    void anArrayThatIsRequiredIsThereOrNamed() {
        assertThat(CHARGE.requiredItems("refunds")).hasSize(2);
        for (Json other : List.of(new Json.Null(), new Json.Str("x"), object(Map.of()))) {
            assertThatThrownBy(() -> object(Map.of("meta", object(Map.of("list", other))))
                            .requiredItems("meta", "list"))
                    .isInstanceOfSatisfying(
                            ConnectorException.class,
                            e -> assertThat(e.reason()).isEqualTo(ConnectorException.Reason.UNEXPECTED))
                    .hasMessage(
                            "The provider's answer has no list 'meta.list': it is not what the connector asked for.");
        }
    }

    @Test
    void unixSecondsReachFrom1970To9999() {
        assertThat(seconds("0")).contains(Instant.EPOCH);
        assertThat(seconds("1492774577")).contains(Instant.parse("2017-04-21T11:36:17Z"));
        assertThat(seconds("1492774577.9")).contains(Instant.parse("2017-04-21T11:36:17Z"));
        assertThat(seconds("253402300799")).contains(Instant.parse("9999-12-31T23:59:59Z"));
        assertThat(seconds("253402300800")).isEmpty();
        assertThat(seconds("-1")).isEmpty();
        assertThat(seconds("1e400")).isEmpty();
    }

    private static java.util.Optional<Instant> seconds(String number) {
        return object(Map.of("created", number(number))).unixSeconds("created");
    }

    private static Json object(Map<String, Json> fields) {
        return new Json.Obj(fields);
    }

    private static Json number(String digits) {
        return new Json.Num(new BigDecimal(digits));
    }
}
