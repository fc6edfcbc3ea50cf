package dev.webhookdb.connectors.twilio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.spi.Backfill;
import dev.webhookdb.spi.Backfill.Page;
import dev.webhookdb.spi.ConnectorException;
import dev.webhookdb.spi.Item;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Request;
import dev.webhookdb.spi.Resource;
import dev.webhookdb.testkit.JsonReading;
import dev.webhookdb.testkit.PlainContext;
import dev.webhookdb.testkit.PlainSettings;
import dev.webhookdb.testkit.simulator.TwilioApi;
import dev.webhookdb.testkit.simulator.TwilioMessage;
import dev.webhookdb.testkit.simulator.TwilioSimulator;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Messages are listed, polled, and fetched when a callback names them. */
class TwilioMessagesTest {
    private static final String TOKEN = "0123456789abcdef0123456789abcdef";
    private final TwilioSimulator account = TwilioSimulator.seeded(3);
    private TwilioApi api;

    @BeforeEach
    void start() {
        account.happen(8_000);
        api = TwilioApi.serving(account, TOKEN);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void theListHoldsEveryMessageInItsPresentState() throws Exception {
        List<Page> pages = context().pages(TwilioSms.RESOURCE);

        assertThat(pages.size()).isGreaterThan(2);
        assertThat(states(pages)).isEqualTo(states(account.messages().values()));
        assertThat(api.calls().getFirst().target()).endsWith("/Messages.json?PageSize=1000");
    }

    @Test
    void messagesThatComeBetweenTwoPagesShiftNothing() throws Exception {
        Backfill.Pages pages = TwilioSms.RESOURCE.backfill().orElseThrow().pages();
        Page first = pages.fetch(Optional.empty(), context());
        account.happen(200);
        Page second = pages.fetch(first.next(), context());

        assertThat(second.resources()).doesNotContainAnyElementsOf(first.resources());
        assertThat(second.resources().getFirst().text("sid"))
                .isNotEqualTo(first.resources().getLast().text("sid"));
    }

    @Test
    void pollsFollowEveryMessageToItsEnd() throws Exception {
        Map<String, Json> table = read(context());
        for (int poll = 0; poll < 10; poll++) {
            Instant before = account.now();
            account.happen(100);
            table.putAll(poll(before));
        }

        assertThat(table).isEqualTo(present());
        assertThat(api.calls()).anyMatch(call -> call.parameter("DateSent>").isPresent());
    }

    /** It has no date of sending, and so is in no list of what was sent since. */
    @Test
    void aScheduledMessageIsThereWithTheNextPollAndInTheEndAsItCame() throws Exception {
        Instant before = quiet();
        String sent = account.schedule();
        String cancelled = account.schedule();
        Map<String, Json> table = poll(before);
        assertThat(table).containsKeys(sent, cancelled);

        account.advance(Duration.ofDays(34));
        before = quiet();
        account.become(sent, "sent");
        account.become(cancelled, "canceled");
        table.putAll(poll(before));
        assertThat(table.get(sent)).isEqualTo(present().get(sent));

        table.putAll(poll(account.now().minus(Duration.ofHours(6))));
        assertThat(table.get(cancelled)).isEqualTo(present().get(cancelled));
    }

    @Test
    void aPriceThatComesDaysLaterArrivesWithinSixHours() throws Exception {
        String late = account.schedule();
        account.become(late, "sent");
        account.become(late, "delivered");
        account.advance(Duration.ofDays(3));
        account.happen(50);
        account.price(late);

        Map<String, Json> table = new HashMap<>();
        for (int poll = 0; poll < 3; poll++) {
            Instant before = account.now();
            account.advance(Duration.ofHours(2));
            table.putAll(poll(before));
        }

        assertThat(table.get(late)).isEqualTo(present().get(late));
        assertThat(table.get(late).text("price")).isPresent();
    }

    @Test
    void betweenTheLongLooksAPollReadsNoMoreThanWhatIsNew() throws Exception {
        Instant before = quiet();
        account.happen(10);

        int asked = api.calls().size();
        Map<String, Json> table = poll(before);

        assertThat(table).hasSizeLessThan(8_000);
        assertThat(api.calls().size() - asked).isLessThan(8);
    }

    @Test
    void aRunAfterALongSilenceReadsEverythingSinceTheOneBefore() throws Exception {
        String old = account.schedule();
        Instant before = account.now();
        account.advance(Duration.ofDays(50));
        account.become(old, "canceled");
        account.happen(10);

        assertThat(poll(before).get(old)).isEqualTo(present().get(old));
    }

    /** A job that an earlier release began goes on where it was. */
    @Test
    void aCursorOfBeforeIsStillUnderstood() throws Exception {
        Instant since = quiet().minus(Duration.ofHours(12));
        Page page = resource()
                .backfill()
                .orElseThrow()
                .pages()
                .fetch(
                        Optional.of("PageSize=1000&Page=0&DateSent%3E=" + since.truncatedTo(ChronoUnit.SECONDS)),
                        context().since(since));

        assertThat(page.next()).isPresent();
        assertThat(api.calls().getLast().parameter("DateSent>")).isPresent();
    }

    @Test
    void aCallbackNamesAMessageWhichIsFetchedWhole() throws Exception {
        TwilioMessage message = account.messages().values().iterator().next();
        String form = "SmsSid=%1$s&MessageSid=%1$s&MessageStatus=delivered".formatted(message.sid());

        assertThat(fetched("application/x-www-form-urlencoded", form, form(message.sid())))
                .isEqualTo(JsonReading.read(message.json()));
    }

    @Test
    void anEventInJsonNamesAMessageWhichIsFetchedWhole() throws Exception {
        TwilioMessage message = account.messages().values().iterator().next();
        String body = "[{\"type\":\"com.twilio.messaging.message.sent\",\"data\":{\"messageSid\": \"%s\"}}]"
                .formatted(message.sid());

        assertThat(fetched("application/json", body, new Json.Obj(Map.of())))
                .isEqualTo(JsonReading.read(message.json()));
    }

    @Test
    void aCallbackAboutSomethingElseSaysNothing() {
        Json call = new Json.Obj(Map.of("CallSid", new Json.Str("CA1")));

        assertThat(read("application/x-www-form-urlencoded", "CallSid=CA1", call))
                .isEmpty();
        assertThat(read("application/x-www-form-urlencoded", "MessageSid=..", form("../../x")))
                .isEmpty();
        assertThat(read("application/json", "{}", new Json.Obj(Map.of()))).isEmpty();
    }

    @Test
    void anAccountSidIsChecked() {
        assertThat(Twilio.ACCOUNT_SID.normalize(" " + account.accountSid() + " "))
                .isEqualTo(account.accountSid());
        assertThatThrownBy(() -> Twilio.ACCOUNT_SID.normalize("SK123"))
                .hasMessageStartingWith("It must be an Account SID");
    }

    @Test
    void aRevokedTokenIsTheOperatorsBusiness() {
        api.faults().revokeCredentials();

        assertThatThrownBy(() -> context().pages(TwilioSms.RESOURCE))
                .isInstanceOfSatisfying(
                        ConnectorException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(ConnectorException.Reason.SETTINGS));
    }

    @Test
    void aMessageThatWasRemovedIsGone() {
        String sid = "SM" + "0".repeat(32);

        assertThatThrownBy(() -> fetched("application/x-www-form-urlencoded", "MessageSid=" + sid, form(sid)))
                .isInstanceOfSatisfying(
                        ConnectorException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(ConnectorException.Reason.GONE));
    }

    private Json fetched(String type, String body, Json parsed) throws Exception {
        List<Item> items = read(type, body, parsed);
        assertThat(items).singleElement().isInstanceOf(Item.Fetch.class);
        return ((Item.Fetch) items.getFirst()).fetcher().fetch(context());
    }

    private static List<Item> read(String type, String body, Json parsed) {
        Request request = Request.of(
                Instant.now(),
                "POST",
                "https://example.org/",
                Map.of("content-type", List.of(type)),
                body.getBytes(UTF_8));
        return TwilioSms.RESOURCE.webhook().orElseThrow().reader().read(request, parsed);
    }

    private static Json form(String sid) {
        return new Json.Obj(Map.of("MessageSid", new Json.Str(sid), "MessageStatus", new Json.Str("delivered")));
    }

    /** An instant, by the account's clock, after which no long look is due for some time. */
    private Instant quiet() {
        long looks = TwilioMessages.BETWEEN_LOOKS.toSeconds();
        account.advance(Duration.ofSeconds(looks - account.now().getEpochSecond() % looks));
        return account.now();
    }

    private Resource resource() {
        return TwilioSms.declared(Clock.fixed(account.now(), ZoneOffset.UTC));
    }

    /** What a run brings now, after one that began at an instant. */
    private Map<String, Json> poll(Instant before) throws Exception {
        Duration overlap = resource().backfill().orElseThrow().overlap().orElseThrow();
        return read(context().since(before.minus(overlap)));
    }

    private Map<String, Json> read(PlainContext context) throws Exception {
        Map<String, Json> messages = new HashMap<>();
        for (Page page : context.pages(resource())) {
            page.resources().forEach(message -> messages.put(message.text("sid").orElseThrow(), message));
        }
        return messages;
    }

    private Map<String, Json> present() {
        Map<String, Json> messages = new HashMap<>();
        account.messages().forEach((sid, message) -> messages.put(sid, JsonReading.read(message.json())));
        return messages;
    }

    private PlainContext context() {
        return PlainContext.of(PlainSettings.none()
                .with(Twilio.ACCOUNT_SID, account.accountSid())
                .with(Twilio.AUTH_TOKEN, TOKEN)
                .with(Twilio.API_URL, api.url().toString()));
    }

    private static Map<String, String> states(List<Page> pages) {
        Map<String, String> states = new HashMap<>();
        for (Page page : pages) {
            for (Json message : page.resources()) {
                states.put(
                        message.text("sid").orElseThrow(),
                        message.text("status").orElseThrow());
            }
        }
        return states;
    }

    private static Map<String, String> states(Iterable<TwilioMessage> messages) {
        Map<String, String> states = new HashMap<>();
        messages.forEach(message -> states.put(message.sid(), message.status()));
        return states;
    }
}
