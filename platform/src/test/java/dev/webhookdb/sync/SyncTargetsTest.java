package dev.webhookdb.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.outbound.Receiver;
import dev.webhookdb.sync.SyncException.Field;
import dev.webhookdb.sync.SyncTarget.Terms;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SyncTargetsTest {
    private static Syncing syncing;

    private Receiver receiver;
    private Syncs host;

    @BeforeAll
    static void openPlatform(@TempDir Path directory) {
        syncing = new Syncing(directory);
    }

    @AfterAll
    static void closePlatform() {
        syncing.close();
    }

    @BeforeEach
    void open() throws Exception {
        syncing.forget();
        receiver = new Receiver();
        host = syncing.host();
    }

    @AfterEach
    void close() {
        host.close();
        receiver.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ftp://u:p@example.com/x | 'ftp' is another protocol",
                "postgres://u:p@example.com/x | is another protocol",
                "http://example.com | plain",
                "https://127.0.0.1:1/x | must contain a user and a password",
                "https://:@127.0.0.1:1/x | must contain a user and a password",
                "https://@127.0.0.1:1/x | must contain a user and a password",
                "https://u:p@127.0.0.1:0/ | Write a URL like",
                "https://u:p@127.0.0.1/#top | Write a URL like",
                "https://u:p@ | Write a URL like",
                "example.com | Write a URL like",
                "'' | Write a URL like",
                "https://u:p@[::1 | Write a URL like",
                "https://u:p@nobody.invalid/ | nobody.invalid",
                "https://u:p@10.0.0.1/ | 10.0.0.1",
                "https://u:p@169.254.169.254/latest | 169.254.169.254",
            })
    void a_url_to_which_nothing_can_be_sent_is_refused(String url, String why) {
        refused(url, Terms.STANDARD)
                .hasMessageContaining(why.equals("plain") ? "user and a password" : why)
                .extracting("field")
                .isEqualTo(Field.URL);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 86_401})
    void a_period_is_a_second_to_a_day(long seconds) {
        refused(Syncing.url(receiver), Terms.STANDARD.every(Duration.ofSeconds(seconds)))
                .hasMessageContaining("1 to 86,400 seconds");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 10_001})
    void a_page_has_a_row_to_ten_thousand(int rows) {
        refused(Syncing.url(receiver), Terms.STANDARD.pagesOf(rows)).hasMessageContaining("1 to 10,000 rows");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 601})
    void a_receiver_may_take_a_second_to_ten_minutes(long seconds) {
        refused(Syncing.url(receiver), Terms.STANDARD.within(Duration.ofSeconds(seconds)))
                .hasMessageContaining("1 to 600 seconds");
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 401, 404, 500})
    void who_does_not_acknowledge_a_page_without_rows_is_no_receiver(int status) {
        receiver.answers(status);

        refused(Syncing.url(receiver), Terms.STANDARD).hasMessageContaining("answered " + status);
        assertThat(receiver.got).hasSize(1);
        assertThat(Syncing.rows(receiver.got.getFirst())).isEmpty();
    }

    @Test
    void who_is_not_there_is_no_receiver() {
        String url = Syncing.url(receiver);
        receiver.close();

        refused(url, Terms.STANDARD).hasMessageContaining("could not be reached");
    }

    private AbstractThrowableAssert<?, ?> refused(String url, Terms terms) {
        var refused = assertThatThrownBy(() -> host.endpoints()
                        .create(
                                Syncing.SOMEBODY,
                                syncing.organization,
                                syncing.things,
                                url,
                                Optional.empty(),
                                terms,
                                true))
                .isInstanceOf(SyncException.class);
        assertThat(host.targets().of(syncing.organization, SyncTarget.Kind.HTTP))
                .isEmpty();
        return refused;
    }

    @Test
    void a_receiver_that_verifies_signatures_can_be_given_the_secret_first() {
        SyncTarget made = host.endpoints()
                .create(
                        Syncing.SOMEBODY,
                        syncing.organization,
                        syncing.things,
                        Syncing.url(receiver),
                        Optional.of("a secret of 24 bytes or more"),
                        Terms.STANDARD,
                        true);

        assertThat(made.receiver().secret()).contains("a secret of 24 bytes or more");
        assertThat(receiver.got.getFirst().header("webhook-signature")).contains("v1,");
        assertThatThrownBy(() -> host.endpoints()
                        .create(
                                Syncing.SOMEBODY,
                                syncing.organization,
                                syncing.things,
                                Syncing.url(receiver),
                                Optional.of(" with a space before it"),
                                Terms.STANDARD,
                                true))
                .extracting("field")
                .isEqualTo(Field.SECRET);
    }

    @Test
    void other_credentials_are_tried_before_they_are_kept() {
        SyncTarget target = syncing.create(host, receiver, Terms.STANDARD);
        receiver.answers(401);
        assertThatThrownBy(() -> host.endpoints()
                        .updateCredentials(Syncing.SOMEBODY, target, syncing.things, "another", "wrong"))
                .isInstanceOf(SyncException.class)
                .hasMessageContaining("answered 401");
        assertThat(found(target).receiver()).isEqualTo(target.receiver());

        receiver.answers(200);
        receiver.got.clear();
        host.endpoints().updateCredentials(Syncing.SOMEBODY, target, syncing.things, "a b/ü", "p@:/?#%+");

        assertThat(receiver.got.getFirst().header("authorization"))
                .isEqualTo("Basic "
                        + Base64.getEncoder().encodeToString("a b/ü:p@:/?#%+".getBytes(StandardCharsets.UTF_8)));
        assertThat(SyncTargets.shownUrl(found(target))).isEqualTo(receiver.url().replace("http://", "http://***:***@"));
        assertThat(found(target).receiver().secret())
                .isEqualTo(target.receiver().secret());
    }

    @Test
    void a_user_has_no_colon() {
        SyncTarget target = syncing.create(host, receiver, Terms.STANDARD);

        assertThatThrownBy(
                        () -> host.endpoints().updateCredentials(Syncing.SOMEBODY, target, syncing.things, "a:b", "c"))
                .extracting("field")
                .isEqualTo(Field.USER);
    }

    @Test
    void an_update_that_cannot_be_changes_nothing() {
        SyncTarget target = syncing.create(host, receiver, Terms.STANDARD);

        assertThatThrownBy(() -> host.endpoints().update(Syncing.SOMEBODY, target, terms -> terms.pagesOf(0)))
                .isInstanceOf(SyncException.class);
        assertThat(found(target)).isEqualTo(target);
        assertThat(host.endpoints()
                        .update(
                                Syncing.SOMEBODY,
                                target,
                                terms -> terms.pagesOf(7).onChange())
                        .terms())
                .isEqualTo(new Terms(Optional.empty(), 7, Duration.ofMinutes(1)));
    }

    @Test
    void who_is_paused_is_not_triggered() {
        SyncTarget target = syncing.create(host, receiver, Terms.STANDARD);
        host.targets().pause(Syncing.SOMEBODY, target);

        assertThatThrownBy(() -> host.targets().trigger(Syncing.SOMEBODY, target))
                .hasMessageContaining("httpsync resume " + target.opaqueId());
    }

    @Test
    void another_organization_does_not_find_it() {
        SyncTarget target = syncing.create(host, receiver, Terms.STANDARD);

        assertThat(host.targets()
                        .find(syncing.organizations.create("another"), SyncTarget.Kind.HTTP, target.opaqueId()))
                .isEmpty();
    }

    @Test
    void what_is_secret_is_not_readable_in_the_database() {
        syncing.create(host, receiver, Terms.STANDARD);

        assertThat(
                        syncing.count(
                                "sync_target where position('ss@127' in encode(sealed_url, 'escape')) > 0 or position('whsec' in encode(sealed_secret, 'escape')) > 0"))
                .isZero();
    }

    private SyncTarget found(SyncTarget target) {
        return host.targets()
                .find(syncing.organization, SyncTarget.Kind.HTTP, target.opaqueId())
                .orElseThrow();
    }
}
