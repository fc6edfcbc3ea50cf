package dev.webhookdb.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.helidon.webclient.api.DnsAddressLookup;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressGuardTest {
    private static final AddressGuard GUARD = new AddressGuard(address -> false);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.255.255.254",
                "0.0.0.0",
                "0.1.2.3",
                "10.0.0.1",
                "100.64.0.1",
                "100.127.255.255",
                "169.254.169.254",
                "172.16.0.1",
                "172.31.255.255",
                "192.0.0.8",
                "192.0.2.1",
                "192.88.99.1",
                "192.168.1.1",
                "198.18.0.1",
                "198.51.100.7",
                "203.0.113.9",
                "224.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "::ffff:127.0.0.1",
                "::ffff:10.0.0.1",
                "64:ff9b::7f00:1",
                "fc00::1",
                "fd12:3456::1",
                "fe80::1",
                "fec0::1",
                "ff02::1",
                "2001::1",
                "2001:db8::1",
                "2002:7f00:1::"
            })
    void anInternalAddressIsRefused(String address) {
        assertThatThrownBy(() -> GUARD.resolveAddress(address, DnsAddressLookup.defaultLookup()))
                .isInstanceOf(ForbiddenAddressException.class)
                .hasMessageContaining("outbound.allow");
    }

    @ParameterizedTest
    @ValueSource(strings = {"8.8.8.8", "100.128.0.1", "172.32.0.1", "192.1.1.1", "198.20.0.1", "2606:4700::1111"})
    void whatAnybodyCouldReachIsNot(String address) throws Exception {
        assertThat(GUARD.resolveAddress(address, DnsAddressLookup.defaultLookup()))
                .isEqualTo(InetAddress.getByName(address));
    }

    @Test
    void theOperatorMayAllowOne() {
        var allowing = new AddressGuard(address -> address.getHostAddress().equals("10.1.2.3"));

        assertThat(allowing.resolveAddress("10.1.2.3", DnsAddressLookup.defaultLookup())
                        .getHostAddress())
                .isEqualTo("10.1.2.3");
        assertThatThrownBy(() -> allowing.resolveAddress("10.1.2.4", DnsAddressLookup.defaultLookup()))
                .isInstanceOf(ForbiddenAddressException.class);
    }

    @Test
    void aNameThatLeadsToThisMachineIsRefusedToo() {
        assertThatThrownBy(() -> GUARD.resolveAddress("localhost", DnsAddressLookup.defaultLookup()))
                .isInstanceOf(ForbiddenAddressException.class)
                .hasMessageStartingWith("localhost is an internal address");
    }

    @Test
    void aNameThatNobodyKnowsIsSaidToBeUnknown() {
        assertThatThrownBy(() -> GUARD.resolveAddress("nobody.invalid", DnsAddressLookup.defaultLookup()))
                .isInstanceOf(UnknownServerException.class)
                .hasMessageContaining("There is no server named nobody.invalid");
    }
}
