package dev.webhookdb.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an error handler's URL means. */
class TargetTest {
    @ParameterizedTest
    @CsvSource({
        "https://abc123@o42.ingest.sentry.io/7, https://o42.ingest.sentry.io/api/7/envelope/",
        "https://abc123@sentry.example.com:9000/base/path/7, https://sentry.example.com:9000/base/path/api/7/envelope/",
        "sentry://abc123@sentry.example.com/7, https://sentry.example.com/api/7/envelope/",
        "https://abc123:0123456789abcdef0123456789abcdef@sentry.example.com/7, https://sentry.example.com/api/7/envelope/"
    })
    void a_dsn_leads_to_the_projects_envelopes(String dsn, String envelopes) {
        assertThat(Target.parse(dsn)).isEqualTo(new Target.Sentry(URI.create(envelopes), "abc123"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://user:pass@example.com/hooks", "https://user:pass@example.com/7"})
    void any_other_user_logs_in_and_is_no_part_of_the_address(String url) {
        Target target = Target.parse(url);

        assertThat(target.url().getUserInfo()).isNull();
        assertThat(target)
                .isInstanceOfSatisfying(
                        Target.Plain.class,
                        plain -> assertThat(plain.authorization()).contains("Basic dXNlcjpwYXNz"));
        assertThat(target.toString()).doesNotContain("dXNlcjpwYXNz");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "example.com", "file:///etc/passwd", "sentry://example.com/7", "https:///path", "http://a b/"
            })
    void what_leads_nowhere_is_refused(String url) {
        assertThatThrownBy(() -> Target.parse(url)).isInstanceOf(ErrorHandlerException.class);
    }
}
