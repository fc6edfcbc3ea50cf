package dev.webhookdb.connectors.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.webhookdb.spi.Backfill;
import dev.webhookdb.spi.ConnectorException;
import dev.webhookdb.spi.Http;
import dev.webhookdb.spi.Json;
import dev.webhookdb.spi.Secret;
import dev.webhookdb.spi.Settings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Lists are read newest first, in the largest pages there are. */
class StripeListTest {
    private final List<String> asked = new ArrayList<>();

    @Test
    void theFirstPageNamesItsLastObjectAsCursor() throws Exception {
        Backfill.Page page = fetch(Optional.empty(), page(true, "ch_3", "ch_2"));

        assertThat(asked)
                .containsExactly(
                        "get https://api.stripe.com/v1/charges",
                        "Stripe-Version: " + Stripe.VERSION,
                        "basic rk_1 [secret]",
                        "limit=100");
        assertThat(page.resources())
                .extracting(charge -> charge.text("id").orElse(""))
                .containsExactly("ch_3", "ch_2");
        assertThat(page.next()).contains("ch_2\tch_3");
    }

    @Test
    void theNextPageStartsAfterTheCursor() throws Exception {
        Backfill.Page page = fetch(Optional.of("ch_2"), page(false, "ch_1"));

        assertThat(asked).contains("starting_after=ch_2");
        assertThat(page.next()).isEmpty();
    }

    @Test
    void anEmptyPageIsTheLastOne() throws Exception {
        assertThat(fetch(Optional.empty(), page(true)).next()).isEmpty();
    }

    @Test
    void anAnswerWithoutAListIsNotTheEnd() {
        assertThatThrownBy(() -> fetch(Optional.empty(), new Json.Obj(Map.of())))
                .isInstanceOf(ConnectorException.class)
                .hasMessageContaining("no list 'data'");
    }

    private Backfill.Page fetch(Optional<String> cursor, Json answer) throws Exception {
        return StripeCharge.RESOURCE.backfill().orElseThrow().pages().fetch(cursor, new Context(answer));
    }

    private static Json page(boolean more, String... ids) {
        List<Json> objects = new ArrayList<>();
        for (String id : ids) {
            objects.add(new Json.Obj(Map.of("id", new Json.Str(id))));
        }
        return new Json.Obj(Map.of("data", new Json.Arr(objects), "has_more", new Json.Bool(more)));
    }

    /** Answers every request alike and writes down what was asked. */
    private final class Context implements Backfill.Context, Http, Http.Call, Http.Answer {
        private final Json answer;

        Context(Json answer) {
            this.answer = answer;
        }

        @Override
        public Settings settings() {
            return new WebhookSecret("rk_1");
        }

        @Override
        public Http http() {
            return this;
        }

        @Override
        public Optional<Instant> since() {
            return Optional.empty();
        }

        @Override
        public Optional<Backfill.Range> range() {
            return Optional.empty();
        }

        @Override
        public Optional<Json> parent() {
            return Optional.empty();
        }

        @Override
        public Http.Call get(String url) {
            asked.add("get " + url);
            return this;
        }

        @Override
        public Http.Call query(String name, String value) {
            asked.add(name + "=" + value);
            return this;
        }

        @Override
        public Http.Call header(String name, String value) {
            asked.add(name + ": " + value);
            return this;
        }

        @Override
        public Http.Call bearer(Secret token) {
            asked.add("bearer " + token);
            return this;
        }

        @Override
        public Http.Call basic(String user, Secret password) {
            asked.add("basic " + user + " " + password);
            return this;
        }

        @Override
        public Http.Call accept(int... statuses) {
            asked.add("accept " + statuses.length);
            return this;
        }

        @Override
        public int status() {
            return 200;
        }

        @Override
        public String text() {
            return answer.toString();
        }

        @Override
        public Http.Answer send() {
            return this;
        }

        @Override
        public Json json() {
            return answer;
        }

        @Override
        public Optional<String> header(String name) {
            return Optional.empty();
        }
    }
}
