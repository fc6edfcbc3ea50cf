package dev.webhookdb.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who asks for what the service has and this server has not is told what there is instead. */
class AbsentPathsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/statusz|/healthz",
                "/v1/db/run_sql|/v1/db/{org}/sql",
                "/v1/organizations/7/error_handlers/oeh_1|webhookdb error-handler list"
            })
    void a_path_that_clients_know_is_refused_with_what_there_is_instead(String path, String instead) {
        ApiException refusal = AbsentPaths.refusal(path);

        assertThat(refusal.status()).isEqualTo(403);
        assertThat(refusal.getMessage()).startsWith("This server ").contains(instead);
    }

    @Test
    void any_other_path_is_not_found() {
        assertThat(AbsentPaths.refusal("/v1/db/other").status()).isEqualTo(404);
        assertThat(AbsentPaths.refusal("/statusz/more").status()).isEqualTo(404);
    }
}
