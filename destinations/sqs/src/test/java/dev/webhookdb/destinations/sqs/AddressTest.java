package dev.webhookdb.destinations.sqs;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressTest {
    @ParameterizedTest
    @CsvSource({
        "sqs.eu-central-1.amazonaws.com, '', eu-central-1",
        "sqs.cn-north-1.amazonaws.com.cn, '', cn-north-1",
        "sqs-fips.us-gov-west-1.amazonaws.com, '', us-gov-west-1",
        "sqs.us-west-2.api.aws, '', us-west-2",
        "eu-west-1.queue.amazonaws.com, '', eu-west-1",
        "vpce-0123-abc.sqs.ap-south-1.vpce.amazonaws.com, '', ap-south-1",
        "queue.example.com, '', us-east-1",
        "queue.example.com, ?region=nl-ams, nl-ams"
    })
    void theRegionIsThatOfTheHostOrTheOneThatIsSaid(String host, String query, String region) {
        assertThat(address("sqs://key:secret@%s/123456789012/a.fifo%s".formatted(host, query))
                        .region())
                .isEqualTo(region);
    }

    @Test
    void aQueueIsNamedByItsOwnUrl() {
        Address address = address("sqs://key:secret@sqs.eu-central-1.amazonaws.com/123456789012/a.fifo");
        assertThat(address.queueUrl()).isEqualTo("https://sqs.eu-central-1.amazonaws.com/123456789012/a.fifo");
        assertThat(address.endpoint()).isEqualTo(URI.create("https://sqs.eu-central-1.amazonaws.com:443"));
    }

    @Test
    void anotherServerHasAPortAndMayBeWithoutEncryption() {
        Address address = address("sqs://key:secret@[::1]:9324/000000000000/a.fifo?tls=false");
        assertThat(address.queueUrl()).isEqualTo("http://[::1]:9324/000000000000/a.fifo");
        assertThat(address.hostName()).isEqualTo("::1");
    }

    @Test
    void keysAreDecodedAndNotShown() {
        Address address = address("sqs://key:s%2Fe+c%2Br%20t@host/1/a.fifo");
        assertThat(address.secretKey()).isEqualTo("s/e+c+r t");
        assertThat(address.toString()).doesNotContain("key").doesNotContain("s/e");
    }

    private static Address address(String url) {
        return Address.of(URI.create(url));
    }
}
