package dev.webhookdb.account;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceTest {
    @ParameterizedTest
    @CsvSource({
        "203.0.113.7, 203.0.113.7",
        "2001:db8:1:2:3:4:5:6, 2001:db8:1:2:0:0:0:0/64",
        "2001:db8:1:2::, 2001:db8:1:2:0:0:0:0/64",
        "2001:db8:1:2:ffff:ffff:ffff:ffff, 2001:db8:1:2:0:0:0:0/64",
        "2001:db8:1:3::1, 2001:db8:1:3:0:0:0:0/64",
        "::ffff:203.0.113.7, 203.0.113.7",
        "::1, 0:0:0:0:0:0:0:0/64",
        "unknown, unknown",
        "not:an:address, not:an:address"
    })
    void an_address_counts_as_the_network_that_one_customer_has(String address, String source) {
        assertThat(Source.of(address)).isEqualTo(source);
    }
}
