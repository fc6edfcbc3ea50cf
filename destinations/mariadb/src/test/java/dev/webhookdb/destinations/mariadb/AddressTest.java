package dev.webhookdb.destinations.mariadb;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;

/** What URLs say; which ones are refused is for the conformance kit. */
class AddressTest {
    @Test
    void whatIsNotSaidIsTheUsual() {
        Address address = Address.of(URI.create("mysql://user:password@db.example.com/analytics"));

        assertThat(address.jdbc()).isEqualTo("jdbc:mariadb://db.example.com:3306/");
        assertThat(address.sslMode()).isEqualTo("verify-full");
        assertThat(address.publicKeys()).isFalse();
        assertThat(address.certificate()).isEmpty();
    }

    @Test
    void anAddressOfVersionSixIsInBrackets() {
        assertThat(Address.of(URI.create("mysql://user:password@[2001:db8::1]:3307/analytics"))
                        .jdbc())
                .isEqualTo("jdbc:mariadb://[2001:db8::1]:3307/");
    }

    @Test
    void namesAndCertificatesArePercentEncoded() {
        Address address = Address.of(
                URI.create(
                        "mariadb://user:password@host/My%20Data?serverSslCert=-----BEGIN%20CERTIFICATE-----%0AMII+%0A-----END%20CERTIFICATE-----"));

        assertThat(address.database()).isEqualTo("My Data");
        assertThat(address.certificate()).hasValue("-----BEGIN CERTIFICATE-----\nMII+\n-----END CERTIFICATE-----");
    }
}
