package dev.webhookdb.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.observe.Metrics;
import io.helidon.webclient.api.DnsAddressLookup;
import java.net.InetAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every special range of the two registries of IANA at both of its edges, and what lies beside them; and the ways in which people write
 * addresses so that others do not know them.
 */
class AddressTableTest {
    private static final AddressGuard GUARD = new AddressGuard(address -> false);

    private static final String REFUSED = """
            0.0.0.0 0.0.0.1 0.255.255.255
            10.0.0.0 10.0.0.1 10.128.0.1 10.255.255.255
            100.64.0.0 100.64.0.1 100.100.100.200 100.127.255.255
            127.0.0.0 127.0.0.1 127.1.2.3 127.255.255.255
            169.254.0.0 169.254.169.254 169.254.170.2 169.254.255.255
            172.16.0.0 172.16.0.1 172.24.0.1 172.31.255.255
            192.0.0.0 192.0.0.7 192.0.0.8 192.0.0.9 192.0.0.10 192.0.0.170 192.0.0.171 192.0.0.192 192.0.0.255
            192.0.2.0 192.0.2.1 192.0.2.255
            192.88.99.0 192.88.99.1 192.88.99.255
            192.168.0.0 192.168.0.1 192.168.255.255
            198.18.0.0 198.18.0.1 198.19.255.255
            198.51.100.0 198.51.100.255
            203.0.113.0 203.0.113.255
            224.0.0.0 224.0.0.1 239.255.255.255
            240.0.0.0 250.1.2.3 255.255.255.254 255.255.255.255
            :: ::1 ::2 ::7f00:1 ::127.0.0.1 ::8.8.8.8
            ::ffff:0.0.0.0 ::ffff:127.0.0.1 ::ffff:7f00:1 ::ffff:10.0.0.1 ::ffff:a9fe:a9fe ::ffff:192.168.1.1 ::ffff:255.255.255.255
            ::ffff:0:127.0.0.1 ::ffff:0:808:808
            64:ff9b:: 64:ff9b::7f00:1 64:ff9b::127.0.0.1 64:ff9b::a9fe:a9fe 64:ff9b::808:808 64:ff9b::ffff:ffff
            64:ff9b:1:: 64:ff9b:1::1 64:ff9b:1:ffff:ffff:ffff:ffff:ffff
            100:: 100::1 100::ffff:ffff:ffff:ffff 100:0:0:1::1
            2001:: 2001::1 2001:0:7f00:1:: 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:0:ffff:ffff:ffff:ffff:ffff:ffff
            2001:1::1 2001:1::2 2001:1::3 2001:2:: 2001:2:0:ffff:ffff:ffff:ffff:ffff 2001:3::1 2001:4:112::1
            2001:10:: 2001:1f:ffff:ffff:ffff:ffff:ffff:ffff 2001:20:: 2001:2f:ffff:ffff:ffff:ffff:ffff:ffff 2001:30::1
            2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff
            2001:db8:: 2001:db8::1 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff
            2002:: 2002:7f00:1:: 2002:a00:1::1 2002:a9fe:a9fe::1 2002:808:808::1 2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff
            3fff:: 3fff::1 3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff
            5f00:: 5f00::1 4000::1 1fff:ffff::1 200::1
            fc00:: fc00::1 fd00::1 fd12:3456:789a::1 fd00:ec2::254 fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff
            fe80:: fe80::1 fe80::1%1 febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff
            fec0:: fec0::1 feff::1
            ff00:: ff01::1 ff02::1 ff05::2 ff0e::1 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff
            [::] [::1] [::ffff:127.0.0.1] [fe80::1%1]
            localhost LOCALHOST""";

    private static final String REACHED = """
            1.0.0.0 1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0
            169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 191.255.255.255 192.0.1.0 192.0.3.0 192.88.98.255 192.88.100.0
            192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 198.51.99.255 198.51.101.0 203.0.112.255 203.0.114.0 223.255.255.255
            ::ffff:8.8.8.8
            2000::1 2001:200:: 2001:4860:4860::8888 2001:db7:ffff:ffff::1 2001:db9::1 2003::1 2606:4700::1111 2620:4f:8000::1
            2a00:1450::1 3ffe::1 3fff:1000::1""";

    @ParameterizedTest
    @MethodSource("refused")
    void no_special_address_is_reached(String address) {
        assertThatThrownBy(() -> GUARD.resolveAddress(address, DnsAddressLookup.defaultLookup()))
                .isInstanceOf(ForbiddenAddressException.class);
    }

    @ParameterizedTest
    @MethodSource("reached")
    void what_lies_beside_is_reached(String address) throws Exception {
        assertThat(GUARD.resolveAddress(address, DnsAddressLookup.defaultLookup()))
                .isEqualTo(InetAddress.getByName(address));
    }

    @Test
    void the_table_is_a_long_one() {
        assertThat(refused().count() + reached().count()).isGreaterThan(150);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://2130706433/",
                "https://0x7f000001/",
                "https://0x7f.0.0.1/",
                "https://0x7f.1/",
                "https://017700000001/",
                "https://0177.0.0.1/",
                "https://0177.0.0.01/",
                "https://127.1/",
                "https://127.0.1/",
                "https://127.0.0.1./",
                "https://10.1/",
                "https://3232235521/",
                "https://0/",
                "https://00.0.0.0/",
                "https://127.0.0.1:8443/",
                "https://a:b@127.0.0.1/",
                "https://8.8.8.8@127.0.0.1/",
                "https://127.0.0.1%2e/",
                "https://[::]/",
                "https://[::1]:8443/",
                "https://[0:0:0:0:0:ffff:7f00:1]/",
                "https://[::ffff:127.0.0.1]/",
                "https://[64:ff9b::127.0.0.1]/",
                "https://[fe80::1%25lo]/",
                "https://localhost/",
                "https://localhost./",
                "https://LOCALHOST/",
                "https://loc\u0430lhost/",
                "https://\u2460\u2461\u2466.0.0.1/",
                "https://127\u30020\u30020\u30021/",
                "https://\uff11\uff12\uff17.0.0.1/",
                "https://b\u00fccher.invalid/",
                "https://my_host.invalid/",
                "https:///path",
                "https:/path"
            })
    void no_way_of_writing_it_reaches_this_machine(String url) throws Exception {
        var outbound =
                new Outbound(address -> false, Clock.systemUTC(), Metrics.none().outbound());

        Delivered delivered = outbound.deliver(URI.create(url), Map.of(), new byte[0], Duration.ofSeconds(10), 100);

        assertThat(delivered).isInstanceOfSatisfying(Delivered.Unanswered.class, failure -> {
            assertThat(failure.cause()).isIn(Delivered.Cause.FORBIDDEN, Delivered.Cause.UNKNOWN_SERVER);
            assertThat(failure.sentence()).isNotBlank().doesNotContain("null");
        });
    }

    private static Stream<String> refused() {
        return words(REFUSED);
    }

    private static Stream<String> reached() {
        return words(REACHED);
    }

    private static Stream<String> words(String table) {
        return List.of(table.strip().split("\\s+", -1)).stream();
    }
}
