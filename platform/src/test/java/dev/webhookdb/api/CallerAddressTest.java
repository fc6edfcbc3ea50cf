package dev.webhookdb.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.webhookdb.config.AddressRange;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallerAddressTest {
    private static final List<AddressRange> TRUSTED =
            List.of(AddressRange.parse("10.0.0.0/8"), AddressRange.parse("::1"));

    private final CallerAddress addresses =
            new CallerAddress(address -> TRUSTED.stream().anyMatch(range -> range.contains(address)));

    @Test
    void without_a_proxy_it_is_who_is_connected_whatever_he_writes() {
        assertThat(addresses.caller("203.0.113.7", List.of("198.51.100.1"))).isEqualTo("203.0.113.7");
        assertThat(addresses.caller("203.0.113.7", List.of())).isEqualTo("203.0.113.7");
    }

    @Test
    void a_trusted_proxy_is_believed_and_what_the_caller_wrote_himself_is_not() {
        assertThat(addresses.caller("10.0.0.1", List.of("192.0.2.66, 203.0.113.7")))
                .isEqualTo("203.0.113.7");
        assertThat(addresses.caller("::1", List.of("192.0.2.66", "203.0.113.7")))
                .isEqualTo("203.0.113.7");
    }

    @Test
    void several_trusted_proxies_are_passed_through() {
        assertThat(addresses.caller("10.0.0.1", List.of("203.0.113.7, 10.2.3.4", "10.9.9.9")))
                .isEqualTo("203.0.113.7");
        assertThat(addresses.caller("10.0.0.1", List.of("10.2.3.4"))).isEqualTo("10.2.3.4");
    }

    @ParameterizedTest
    @CsvSource({
        "203.0.113.7:4711, 203.0.113.7",
        "[2001:db8::1]:4711, 2001:db8:0:0:0:0:0:1",
        "[2001:db8::1], 2001:db8:0:0:0:0:0:1",
        "2001:db8::1, 2001:db8:0:0:0:0:0:1",
        "unknown, 10.0.0.1",
        "'', 10.0.0.1",
        "one.example.com, 10.0.0.1"
    })
    void a_port_is_left_out_and_what_is_no_address_is_not_believed(String forwarded, String caller) {
        assertThat(addresses.caller("10.0.0.1", List.of(forwarded))).isEqualTo(caller);
    }
}
