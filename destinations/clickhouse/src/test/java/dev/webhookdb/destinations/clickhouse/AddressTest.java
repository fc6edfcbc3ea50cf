package dev.webhookdb.destinations.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;

/** What URLs say; which ones are refused is for the conformance kit. */
class AddressTest {
    @Test
    void whatIsNotSaidIsEncryptedAtTheUsualPort() {
        Address address = Address.of(URI.create("clickhouse://user:password@db.example.com/analytics"));

        assertThat(address.port()).isEqualTo(8443);
        assertThat(address.tls()).isTrue();
        assertThat(address.certificate()).isEmpty();
    }

    @Test
    void withoutEncryptionTheUsualPortIsAnotherOne() {
        assertThat(Address.of(URI.create("clickhouse://user@db.example.com/analytics?ssl=false"))
                        .port())
                .isEqualTo(8123);
    }

    @Test
    void anAddressOfVersionSixHasNoBracketsWhereItIsConnectedTo() {
        Address address = Address.of(URI.create("clickhouse://user:password@[2001:db8::1]:8444/analytics"));

        assertThat(address.host()).isEqualTo("[2001:db8::1]");
        assertThat(address.hostName()).isEqualTo("2001:db8::1");
        assertThat(address.port()).isEqualTo(8444);
    }

    @Test
    void namesAndCertificatesArePercentEncoded() {
        Address address = Address.of(
                URI.create(
                        "clickhouse://user:password@host/My%20Data?sslrootcert=-----BEGIN%20CERTIFICATE-----%0AMII+%0A-----END%20CERTIFICATE-----"));

        assertThat(address.database()).isEqualTo("My Data");
        assertThat(address.certificate()).hasValue("-----BEGIN CERTIFICATE-----\nMII+\n-----END CERTIFICATE-----");
    }
}
