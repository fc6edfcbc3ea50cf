package dev.webhookdb.spi.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UrlPartsTest {
    @Test
    void parameters_are_decoded_and_a_plus_sign_is_one() {
        assertThat(UrlParts.parameters(URI.create("x://host/?a=1%2B1&b=2+2&%63=%3D&d=e=f&empty=")))
                .isEqualTo(Map.of("a", "1+1", "b", "2+2", "c", "=", "d", "e=f", "empty", ""));
        assertThat(UrlParts.decoded("p%40ss+w%20rd")).isEqualTo("p@ss+w rd");
    }

    @Test
    void no_parameters_are_none() {
        assertThat(UrlParts.parameters(URI.create("x://host/"))).isEmpty();
        assertThat(UrlParts.parameters(URI.create("x://host/?"))).isEmpty();
    }

    @Test
    void what_is_no_parameter_or_is_there_twice_is_refused_without_its_value() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> UrlParts.parameters(URI.create("x://host/?geheim")))
                .withMessage("Parameters in the URL must have the form name=value.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> UrlParts.parameters(URI.create("x://host/?a=geheim&a=geheim")))
                .withMessage("A parameter in the URL must be there once.");
    }
}
