package dev.webhookdb.sync;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** URLs of files and of targets are compared as texts, however their users and passwords were written. */
class ConnectionUrlTest {
    @ParameterizedTest
    @CsvSource({
        "https://example.com/rows, https://example.com/rows",
        "https://joe:secret@example.com/rows, https://joe:secret@example.com/rows",
        "https://joe@example.com/rows, https://joe:@example.com/rows",
        "https://joe:@example.com/rows, https://joe:@example.com/rows",
        "https://j%6fe:a+b%20c@example.com/@, https://joe:a%2Bb%20c@example.com/@",
        "https://joe:a:b@example.com/, https://joe:a%3Ab@example.com/"
    })
    void one_that_was_accepted_is_written_in_one_way(String url, String canonical) {
        assertThat(ConnectionUrl.canonical(url)).isEqualTo(canonical);
        assertThat(ConnectionUrl.canonical(canonical)).isEqualTo(canonical);
    }

    @ParameterizedTest
    @CsvSource({"joe, ''", "joe, secret", "j@e, 'a:b/c+d e'"})
    void so_is_one_that_gets_another_user(String user, String password) {
        String changed = ConnectionUrl.withCredentials("https://u:p@example.com/rows", user, password);

        assertThat(ConnectionUrl.credentials(changed)).isEqualTo(new ConnectionUrl.Credentials(user, password));
        assertThat(ConnectionUrl.canonical(changed)).isEqualTo(changed);
    }
}
